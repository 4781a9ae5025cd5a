package org.postrider.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.postrider.delivery.Addresses;
import org.postrider.domain.CheckResult;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Network;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.Configuration.Listener;
import org.postrider.server.config.Configuration.Relay;
import org.postrider.tls.Pem;

/**
 * Whether strangers could send mail through the server to anywhere, by what the configuration says: who needs no password is
 * in {@code [relay] networks}, is believed to be by a proxy, or has a certificate of {@code [tls] client-ca}.
 */
final class OpenRelayCheck {
    private static final String CHECK = "open-relay";
    /** Networks with fewer bits hold more than one organization, as a rule. */
    private static final int IPV4_BITS_MIN = 16;

    private static final int IPV6_BITS_MIN = 32;
    /** A file with more authorities is one of all that browsers believe, and gives certificates to everybody. */
    private static final int AUTHORITIES_MAX = 10;

    private final Configuration configuration;

    OpenRelayCheck(Configuration configuration) {
        this.configuration = configuration;
    }

    List<CheckResult> check() {
        List<CheckResult> results = new ArrayList<>();
        configuration.relay().networks().stream()
                .filter(OpenRelayCheck::isWide)
                .map(network -> wide(
                        network,
                        "[relay] networks",
                        "may send to any domain without a password.",
                        "Name your own networks alone."))
                .forEach(results::add);
        if (configuration.listeners().stream().anyMatch(Listener::proxyProtocol)
                && !configuration.relay().networks().isEmpty()) {
            configuration.proxy().networks().stream()
                    .filter(OpenRelayCheck::isWide)
                    .map(network -> wide(
                            network,
                            "[proxy] networks",
                            "may say in a PROXY header that it speaks for one of [relay] networks.",
                            "Name the addresses of your proxies alone."))
                    .forEach(results::add);
        }
        configuration.tls().clientCa().ifPresent(authorities -> {
            try {
                if (Pem.certificates(authorities.resolve()) instanceof Pem.Certificates.Found(var all)
                        && all.size() > AUTHORITIES_MAX) {
                    results.add(manyAuthorities(authorities.origin(), all.size()));
                }
            } catch (IOException e) {
                results.add(unreadable(authorities.origin(), String.valueOf(e.getMessage())));
            }
        });
        if (results.isEmpty()) {
            results.add(closed());
        }
        return results;
    }

    private static boolean isWide(Network network) {
        boolean inside = Addresses.NOT_PUBLIC.stream().anyMatch(network::isWithin);
        return !inside && network.bits() < (isIpv4(network.prefix()) ? IPV4_BITS_MIN : IPV6_BITS_MIN);
    }

    private static boolean isIpv4(InetAddress address) {
        return address.getAddress().length == 4;
    }

    private static CheckResult wide(Network network, String key, String may, String fix) {
        boolean everybody = Relay.isBoundless(network);
        return new CheckResult(
                CHECK,
                everybody ? Grade.ERROR : Grade.WARNING,
                key,
                List.of(network.toString()),
                "networks of your own",
                (everybody ? "Half the world " : "Who has an address of so wide a network ") + may,
                fix);
    }

    private static CheckResult manyAuthorities(String origin, int number) {
        return new CheckResult(
                CHECK,
                Grade.ERROR,
                "[tls] client-ca",
                List.of(number + " authorities in " + origin),
                "an authority of your own",
                "Whoever has a certificate of any of them may send to any domain.",
                "Name the authority that gives certificates to your clients, and no other.");
    }

    private static CheckResult unreadable(String origin, String detail) {
        return new CheckResult(
                CHECK,
                Grade.UNKNOWN,
                "[tls] client-ca",
                List.of(detail),
                "",
                origin + " cannot be read.",
                "Run the command as the server's user.");
    }

    private CheckResult closed() {
        return new CheckResult(
                CHECK,
                Grade.GOOD,
                "[relay] networks",
                configuration.relay().networks().stream().map(Network::toString).toList(),
                "",
                "Strangers may send to our domains alone. What passes on strangers' connections from one of these networks,"
                        + " such as a proxy without PROXY headers, is not seen here.",
                "");
    }
}
