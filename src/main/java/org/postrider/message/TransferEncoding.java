package org.postrider.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/** Takes back what Content-Transfer-Encoding did (RFC 2045 §6). What is malformed stays as it is. */
public final class TransferEncoding {
    private TransferEncoding() {}

    /** @param label the field's value; with any that is not known, the octets are taken to be the content */
    public static byte[] decode(String label, byte[] body) {
        return switch (label.strip().toLowerCase(Locale.ROOT)) {
            case "base64" -> base64(body);
            case "quoted-printable" -> quotedPrintable(body, false);
            default -> body;
        };
    }

    public static byte[] base64(byte[] body) {
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return body;
        }
    }

    /** RFC 2045 §6.7; with {@code underscore}, the Q encoding of RFC 2047 §4.2. */
    public static byte[] quotedPrintable(byte[] body, boolean underscore) {
        byte[] decoded = new byte[body.length];
        int length = 0;
        for (int i = 0; i < body.length; i++) {
            int soft = body[i] == '=' ? softBreak(body, i) : 0;
            int octet = body[i] == '=' && i + 2 < body.length ? hex(body[i + 1], body[i + 2]) : -1;
            if (soft > 0) {
                i += soft - 1;
            } else if (octet >= 0) {
                decoded[length++] = (byte) octet;
                i += 2;
            } else {
                decoded[length++] = underscore && body[i] == '_' ? (byte) ' ' : body[i];
            }
        }
        return Arrays.copyOf(decoded, length);
    }

    /** Base64 in lines of 76 characters, as US-ASCII; a line end behind the last. */
    public static String base64Lines(byte[] content) {
        OctetBuffer out = new OctetBuffer();
        Base64Lines lines = new Base64Lines(out);
        lines.put(content, 0, content.length);
        lines.end();
        return new String(out.array(), 0, out.length(), StandardCharsets.US_ASCII) + "\r\n";
    }

    /** How many octets a soft line break at {@code at} has; 0 where there is none. */
    private static int softBreak(byte[] body, int at) {
        int next = at + 1;
        if (next < body.length && body[next] == '\r') {
            next++;
        }
        return next < body.length && body[next] == '\n' ? next + 1 - at : 0;
    }

    private static int hex(byte high, byte low) {
        int first = Character.digit(high, 16);
        int second = Character.digit(low, 16);
        return first < 0 || second < 0 ? -1 : first * 16 + second;
    }
}
