package org.postrider.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.mail.Domain;
import org.postrider.mail.Network;
import org.postrider.smtp.client.ClientSettings;

/**
 * How mail is delivered.
 *
 * @param mxPort the port of MX hosts and address literals
 * @param privateNetworks private ranges that MX records may lead to nonetheless; an explicit route may lead anywhere
 * @param heloName what EHLO says where {@code sources} does not know the source
 * @param sources egress sources by name
 * @param ownNames names under which MX records may know us: at equal or worse preference mail would loop
 * @param ownListeners the addresses we listen on, wildcards included
 * @param client time-outs of one connection
 * @param fallbackConnect time-out of connecting while the same host has an address of the other family left
 * @param hostsMax MX hosts considered, the best ones (RFC 5321 §5.1 lets us limit them)
 * @param addressesMax addresses dialled in one attempt; RFC 5321 §5.1 wants at least two
 * @param addressesPerHostMax of these, how many of one host, so that its neighbours get their turn
 * @param attemptsMax attempts that run at once; fixed when the deliverer is made
 * @param routesMemoryMax domains whose routes, and sites whose hosts, are remembered
 * @param convertsEightBit whether content is converted for a next hop that takes 7-bit lines alone; else it bounces
 * @param base what relative maildir paths start from
 */
public record DeliverySettings(
        int mxPort,
        List<Network> privateNetworks,
        String heloName,
        Map<String, EgressSource> sources,
        Set<Domain> ownNames,
        List<InetSocketAddress> ownListeners,
        ClientSettings client,
        Duration fallbackConnect,
        PoolLimits pool,
        int hostsMax,
        int addressesMax,
        int addressesPerHostMax,
        int attemptsMax,
        int routesMemoryMax,
        boolean convertsEightBit,
        Path base) {
    public static final DeliverySettings DEFAULT = new DeliverySettings(
            25,
            List.of(),
            "localhost",
            Map.of(),
            Set.of(),
            List.of(),
            ClientSettings.DEFAULT,
            Duration.ofSeconds(5),
            PoolLimits.DEFAULT,
            10,
            5,
            3,
            2_000,
            20_000,
            true,
            Path.of(""));

    /**
     * How long a connection is used.
     *
     * @param transactionsMax on one connection
     * @param ageMax since it was dialled; bounds how long we stay with a second-best MX host
     * @param idleMax between two transactions; servers wait five minutes (RFC 5321 §4.5.3.2.7)
     * @param idleConnectionsMax kept open in all
     * @param idlePerSiteMax kept open of one site and source
     */
    public record PoolLimits(
            int transactionsMax, Duration ageMax, Duration idleMax, int idleConnectionsMax, int idlePerSiteMax) {
        public static final PoolLimits DEFAULT =
                new PoolLimits(100, Duration.ofMinutes(5), Duration.ofSeconds(5), 1_000, 20);
    }

    public DeliverySettings {
        privateNetworks = List.copyOf(privateNetworks);
        sources = Map.copyOf(sources);
        ownNames = Set.copyOf(ownNames);
        ownListeners = List.copyOf(ownListeners);
        if (mxPort < 1 || mxPort > 65_535 || hostsMax < 2 || addressesMax < 2 || addressesPerHostMax < 1) {
            throw new IllegalArgumentException("delivery settings out of range");
        }
    }

    /** Whether a host that a domain's owner named may be called on at this address. */
    public boolean mayDial(InetAddress address) {
        return !Addresses.isPrivate(address) || privateNetworks.stream().anyMatch(network -> network.contains(address));
    }

    EgressSource source(String name) {
        EgressSource known = sources.get(name);
        return known == null ? new EgressSource(null, heloName) : known;
    }
}
