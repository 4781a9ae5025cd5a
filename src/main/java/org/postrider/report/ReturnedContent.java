package org.postrider.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * The third part of a notice: what comes back of the message it is about (RFC 6522 §3). Looks through the content once to
 * find how it can be carried, and writes it in a second pass; holds at most the header.
 *
 * @param whole whether the whole content comes back, else its header
 * @param header the header made fit for a text part; empty where the whole comes back
 * @param eightBit whether what comes back holds octets above 127
 * @param digest of all content that was read; goes into the boundary, which no content can foresee
 */
record ReturnedContent(boolean whole, String header, boolean eightBit, long digest) {
    private static final int LINE_OCTETS_MAX = 998;

    /**
     * @param utf8 whether the header may hold UTF-8, so that it comes back as it is
     */
    static ReturnedContent inspect(OriginalContent original, boolean wantWhole, int headerOctetsMax, boolean utf8)
            throws IOException {
        Inspection inspection = new Inspection(headerOctetsMax, utf8);
        byte[] buffer = new byte[8_192];
        try (InputStream in = original.open()) {
            boolean going = true;
            while (going) {
                int read = in.read(buffer);
                inspection.look(buffer, read);
                going = read >= 0 && (wantWhole || !inspection.headerDone);
            }
        }
        // What a hop may not carry as 8BITMIME cannot be put into a message of our own: its header must do.
        boolean whole = wantWhole && inspection.clean;
        String header = whole ? "" : inspection.header.toString();
        boolean eightBit = whole ? inspection.eightBit : header.chars().anyMatch(c -> c > 0x7f);
        return new ReturnedContent(whole, header, eightBit, inspection.digest.getValue());
    }

    /** Copies the content; of a header alone see {@link #header}. */
    static void copy(OriginalContent original, OutputStream out) throws IOException {
        try (InputStream in = original.open()) {
            in.transferTo(out);
        }
    }

    /** One pass over the content. The header is kept as characters of one octet each. */
    private static final class Inspection {
        private final int headerOctetsMax;
        private final boolean utf8;
        private final CRC32C digest = new CRC32C();
        private final StringBuilder header = new StringBuilder();
        private boolean headerDone;
        private boolean eightBit;
        private boolean clean = true;
        private int lineOctets;
        private int lineStart;
        private byte last = '\n';

        Inspection(int headerOctetsMax, boolean utf8) {
            this.headerOctetsMax = headerOctetsMax;
            this.utf8 = utf8;
        }

        void look(byte[] bytes, int length) {
            if (length < 0) {
                clean &= last != '\r';
                return;
            }
            digest.update(bytes, 0, length);
            for (int i = 0; i < length; i++) {
                byte b = bytes[i];
                lookAt(b);
                if (!headerDone) {
                    keep(b);
                }
                last = b;
            }
        }

        private void lookAt(byte b) {
            eightBit |= b < 0;
            boolean bare = b == '\n' ? last != '\r' : last == '\r';
            clean &= b != 0 && !bare;
            if (b == '\n') {
                lineOctets = 0;
            } else if (++lineOctets > LINE_OCTETS_MAX + 1) {
                clean = false;
            }
        }

        private void keep(byte b) {
            if (b == '\n') {
                headerDone = header.length() == lineStart;
                if (!headerDone) {
                    header.append("\r\n");
                    lineStart = header.length();
                }
            } else if (header.length() >= headerOctetsMax) {
                // A header cut within a line would end in half a field.
                header.setLength(lineStart);
                headerDone = true;
            } else if (b != '\r' && header.length() - lineStart < LINE_OCTETS_MAX) {
                boolean kept = b >= ' ' ? b != 0x7f : b == '\t' || (utf8 && b < 0);
                header.append(kept ? (char) (b & 0xff) : '?');
            }
        }
    }
}
