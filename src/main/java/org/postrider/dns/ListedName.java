package org.postrider.dns;

import java.net.InetAddress;
import java.util.HexFormat;
import org.postrider.mail.Domain;

/** The name under which a DNS list has an address: its octets (RFC 5782 §2.1) or nibbles (§2.4) backwards. */
public final class ListedName {
    /** The longest name before a zone: 32 nibbles with a dot each. */
    public static final int OCTETS_MAX = 64;

    private static final int IPV4_OCTETS = 4;

    private ListedName() {}

    public static Domain of(InetAddress address, Domain zone) {
        return new Domain(reversed(address) + zone.ascii());
    }

    private static String reversed(InetAddress address) {
        byte[] octets = address.getAddress();
        StringBuilder name = new StringBuilder(OCTETS_MAX);
        if (octets.length == IPV4_OCTETS) {
            for (int i = octets.length - 1; i >= 0; i--) {
                name.append(octets[i] & 0xff).append('.');
            }
        } else {
            String nibbles = HexFormat.of().formatHex(octets);
            for (int i = nibbles.length() - 1; i >= 0; i--) {
                name.append(nibbles.charAt(i)).append('.');
            }
        }
        return name.toString();
    }
}
