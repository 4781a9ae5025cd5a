package org.postrider.mailauth.dkim;

import java.nio.charset.StandardCharsets;

/** Text whose chars are octets, read as the UTF-8 that it is meant to be (RFC 8616 §4). */
final class Utf8 {
    private Utf8() {}

    /** Where it is no UTF-8 the odd octets become U+FFFD, which no name may hold. */
    static String decoded(String octets) {
        for (int i = 0; i < octets.length(); i++) {
            if (octets.charAt(i) > 0x7e) {
                return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }
        return octets;
    }
}
