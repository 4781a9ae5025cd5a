package org.postrider.feedback;

import java.net.InetAddress;

/** Addresses of clients as reports have them: one text for each address, short (RFC 5952 §4). */
final class SourceAddress {
    private static final int GROUPS = 8;

    private SourceAddress() {}

    static String text(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 4) {
            return address.getHostAddress();
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = ((octets[2 * i] & 0xff) << 8) | (octets[2 * i + 1] & 0xff);
        }
        int longest = 0;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                longest = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (length > 1 && i == longest) {
                text.append("::");
                i += length - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /** The one text of an address that somebody else wrote; what is none stays as it is. */
    static String text(String written) {
        try {
            return text(InetAddress.ofLiteral(written));
        } catch (IllegalArgumentException e) {
            return written;
        }
    }
}
