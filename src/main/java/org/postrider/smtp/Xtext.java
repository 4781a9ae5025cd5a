package org.postrider.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The xtext of ENVID= and ORCPT= (RFC 3461 §4): printable ASCII in which some octets stand as {@code +} and two hex digits. */
public final class Xtext {
    private static final String HEX = "0123456789ABCDEF";

    private Xtext() {}

    /** The text that goes on the wire for {@code text}; octets beyond printable ASCII are written as hex too. */
    public static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7f && octet != '+' && octet != '=') {
                encoded.append((char) octet);
            } else {
                encoded.append('+').append(HEX.charAt((octet >> 4) & 15)).append(HEX.charAt(octet & 15));
            }
        }
        return encoded.toString();
    }

    /**
     * What {@code xtext} stands for. Empty where it is malformed, or means anything but printable ASCII and spaces: a NUL,
     * CR or LF in disguise would end up in headers and logs (RFC 3461 §4.2, §4.4).
     */
    public static Optional<String> decode(String xtext) {
        StringBuilder text = new StringBuilder(xtext.length());
        for (int i = 0; i < xtext.length(); i++) {
            char c = xtext.charAt(i);
            if (c == '+') {
                if (i + 2 >= xtext.length()) {
                    return Optional.empty();
                }
                int high = HEX.indexOf(xtext.charAt(i + 1));
                int low = HEX.indexOf(xtext.charAt(i + 2));
                int octet = high * 16 + low;
                if (high < 0 || low < 0 || octet < ' ' || octet > 0x7e) {
                    return Optional.empty();
                }
                text.append((char) octet);
                i += 2;
            } else if (c <= ' ' || c > 0x7e || c == '=') {
                return Optional.empty();
            } else {
                text.append(c);
            }
        }
        return Optional.of(text.toString());
    }
}
