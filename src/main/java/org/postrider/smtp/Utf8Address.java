package org.postrider.smtp;

import java.util.Locale;
import java.util.Optional;

/**
 * The form that ORCPT= gives an internationalized address of type {@code utf-8} (RFC 6533 §3): UTF-8, or ASCII in which a
 * character stands as <code>\x&#123;20AC&#125;</code>.
 */
public final class Utf8Address {
    private static final int HEX_DIGITS_MAX = 6;

    private Utf8Address() {}

    /** The form for a path without SMTPUTF8: ASCII only. */
    public static String encode(String address) {
        StringBuilder encoded = new StringBuilder(address.length() + 16);
        address.codePoints().forEach(point -> {
            if (isPlain(point)) {
                encoded.appendCodePoint(point);
            } else {
                String hex = Integer.toHexString(point).toUpperCase(Locale.ROOT);
                encoded.append("\\x{")
                        .append(hex.length() < 2 ? "0" : "")
                        .append(hex)
                        .append('}');
            }
        });
        return encoded.toString();
    }

    /** The address that {@code text} stands for; empty where it is malformed or hides a control character. */
    public static Optional<String> decode(String text) {
        StringBuilder address = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            int point = text.codePointAt(i);
            if (point == '\\') {
                int close = text.indexOf('}', i);
                int decoded = close < 0 || !text.startsWith("\\x{", i) ? -1 : hexadecimal(text, i + 3, close);
                if (decoded < 0) {
                    return Optional.empty();
                }
                address.appendCodePoint(decoded);
                i = close + 1;
            } else if (isPlain(point) || point > 0x9f) {
                address.appendCodePoint(point);
                i += Character.charCount(point);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(address.toString());
    }

    private static boolean isPlain(int point) {
        return point > ' ' && point < 0x7f && point != '+' && point != '=' && point != '\\';
    }

    private static int hexadecimal(String text, int from, int to) {
        if (to - from < 2 || to - from > HEX_DIGITS_MAX) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        boolean control = value < ' ' || (value >= 0x7f && value <= 0x9f);
        boolean surrogate = value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
        return control || surrogate || value > Character.MAX_CODE_POINT ? -1 : value;
    }
}
