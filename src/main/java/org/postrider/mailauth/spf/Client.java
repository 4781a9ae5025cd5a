package org.postrider.mailauth.spf;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.postrider.dns.Family;
import org.postrider.mail.Network;
import org.postrider.mailauth.spf.Mechanism.PrefixLengths;

/**
 * The address that a check is about, in the forms that it needs.
 *
 * @param address an IPv4-mapped one as the IPv4 address that it maps (RFC 7208 §5)
 */
record Client(InetAddress address) {
    private static final int GROUPS = 8;

    Client {
        try {
            address = InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of an odd length", impossible);
        }
    }

    Family family() {
        return address.getAddress().length == 4 ? Family.IPV4 : Family.IPV6;
    }

    /** Whether the leading bits of both are the same. */
    boolean isNear(InetAddress other, PrefixLengths lengths) {
        int bits = family() == Family.IPV4 ? lengths.four() : lengths.six();
        return other.getAddress().length == address.getAddress().length
                && Network.around(other, bits).contains(address);
    }

    /** The {@code i} macro: dotted numbers, of IPv6 its 32 hexadecimal digits (RFC 7208 §7.3). */
    String dotted() {
        if (family() == Family.IPV4) {
            return address.getHostAddress();
        }
        StringBuilder text = new StringBuilder(63);
        for (byte octet : address.getAddress()) {
            text.append(Character.toUpperCase(Character.forDigit(octet >> 4 & 0xf, 16)));
            text.append('.').append(Character.toUpperCase(Character.forDigit(octet & 0xf, 16)));
            text.append('.');
        }
        text.setLength(text.length() - 1);
        return text.toString();
    }

    /** The {@code c} macro: as people write addresses (RFC 5952 §4). */
    String readable() {
        if (family() == Family.IPV4) {
            return address.getHostAddress();
        }
        byte[] octets = address.getAddress();
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
        }
        int zerosAt = -1;
        int zeros = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && groups[i + run] == 0) {
                run++;
            }
            if (run > zeros) {
                zerosAt = i;
                zeros = run;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == zerosAt) {
                text.append("::");
                i += zeros - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
