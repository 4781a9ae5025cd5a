package org.postrider.message;

import java.nio.charset.StandardCharsets;

/**
 * Text that every hop can carry, quoted-printable (RFC 2045 §6.7), as the octets come: CRLF stays a line end, a lone CR or
 * LF is an octet like others.
 *
 * <p>Thread: confined.
 */
final class QuotedPrintable {
    /** Without the soft line break's equals sign. */
    private static final int LINE_OCTETS_MAX = 75;

    private static final String HEX = "0123456789ABCDEF";
    private static final int NONE = -1;

    private final OctetBuffer out;
    private int column;

    /** A blank that must be encoded should its line end here. */
    private int heldBlank = NONE;

    private boolean heldCr;

    QuotedPrintable(OctetBuffer out) {
        this.out = out;
    }

    /** Encodes UTF-8; each LF of {@code text} becomes a hard line break. */
    static String encode(String text) {
        byte[] octets = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        OctetBuffer out = new OctetBuffer();
        QuotedPrintable encoder = new QuotedPrintable(out);
        encoder.put(octets, 0, octets.length);
        encoder.end();
        return new String(out.array(), 0, out.length(), StandardCharsets.US_ASCII);
    }

    void put(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            put(octets[i] & 0xff);
        }
    }

    private void put(int octet) {
        if (heldCr) {
            heldCr = false;
            if (octet == '\n') {
                passBlank(false);
                out.put('\r');
                out.put('\n');
                column = 0;
                return;
            }
            passBlank(true);
            code('\r');
        }
        if (octet == '\r') {
            heldCr = true;
            return;
        }
        passBlank(true);
        if (octet == ' ' || octet == '\t') {
            heldBlank = octet;
        } else if (octet > ' ' && octet < 0x7f && octet != '=') {
            literal(octet);
        } else {
            code(octet);
        }
    }

    /** Completes one body; the next begins anew. */
    void end() {
        if (heldCr) {
            passBlank(true);
            code('\r');
        }
        passBlank(false);
        heldCr = false;
        column = 0;
    }

    private void passBlank(boolean literally) {
        if (heldBlank != NONE) {
            int blank = heldBlank;
            heldBlank = NONE;
            if (literally) {
                literal(blank);
            } else {
                code(blank);
            }
        }
    }

    private void literal(int octet) {
        if (octet == '-' && column + 1 > LINE_OCTETS_MAX) {
            // The line that begins with it is of our making, and must not look like the delimiter of a multipart body.
            code(octet);
            return;
        }
        makeRoom(1);
        out.put(octet);
    }

    private void code(int octet) {
        makeRoom(3);
        out.put('=');
        out.put(HEX.charAt(octet >> 4));
        out.put(HEX.charAt(octet & 0xf));
    }

    private void makeRoom(int width) {
        if (column + width > LINE_OCTETS_MAX) {
            out.put('=');
            out.put('\r');
            out.put('\n');
            column = 0;
        }
        column += width;
    }
}
