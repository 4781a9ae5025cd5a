package org.postrider.message;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Text that every hop can carry: quoted-printable (RFC 2045 §6.7). */
final class QuotedPrintable {
    private static final int LINE_OCTETS_MAX = 76;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private QuotedPrintable() {}

    /** Encodes UTF-8; each LF of {@code text} becomes a hard line break. */
    static String encode(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder coded = new StringBuilder(octets.length * 2);
        int column = 0;
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '\n') {
                coded.append("\r\n");
                column = 0;
                continue;
            }
            boolean literal = isLiteral(octets, i);
            int width = literal ? 1 : 3;
            if (column + width > LINE_OCTETS_MAX - 1) {
                coded.append("=\r\n");
                column = 0;
            }
            if (literal) {
                coded.append((char) octets[i]);
            } else {
                coded.append('=').append(HEX.toHexDigits(octets[i]));
            }
            column += width;
        }
        return coded.toString();
    }

    private static boolean isLiteral(byte[] octets, int at) {
        byte b = octets[at];
        if (b == ' ' || b == '\t') {
            boolean lineEnds = at + 1 == octets.length || octets[at + 1] == '\n';
            return !lineEnds;
        }
        return b > ' ' && b < 0x7f && b != '=';
    }
}
