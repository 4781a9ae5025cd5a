package org.postrider.policy;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.mail.Network;

/**
 * Many networks, found by an address in as many steps as there are prefix lengths among them.
 *
 * <p>Thread: any; immutable.
 */
public final class NetworkSet {
    private final Map<Integer, Set<Network>> byBits = new HashMap<>();

    public NetworkSet(Collection<Network> networks) {
        networks.forEach(network ->
                byBits.computeIfAbsent(network.bits(), _ -> new HashSet<>()).add(network));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkSet set && set.byBits.equals(byBits);
    }

    @Override
    public int hashCode() {
        return byBits.hashCode();
    }

    /** The network that holds {@code address}, empty where none does. */
    public Optional<Network> find(InetAddress address) {
        int width = address.getAddress().length * Byte.SIZE;
        for (Map.Entry<Integer, Set<Network>> entry : byBits.entrySet()) {
            int bits = entry.getKey();
            if (bits <= width) {
                Network around = Network.around(address, bits);
                if (entry.getValue().contains(around)) {
                    return Optional.of(around);
                }
            }
        }
        return Optional.empty();
    }
}
