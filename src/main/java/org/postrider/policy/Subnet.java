package org.postrider.policy;

import java.net.InetAddress;
import org.postrider.mail.Network;

/** The network that one user of the net commonly has: hosts in it are one client for whoever counts. */
final class Subnet {
    private static final int IPV4_OCTETS = 4;
    private static final int IPV4_BITS = 24;
    private static final int IPV6_BITS = 64;

    private Subnet() {}

    static Network of(InetAddress address) {
        return Network.around(address, address.getAddress().length == IPV4_OCTETS ? IPV4_BITS : IPV6_BITS);
    }
}
