package org.postrider.mailauth.dkim;

/**
 * The "simple" form of a body: as it is, with exactly one line end at its end (RFC 6376 §3.4.3). Only line ends at the end of
 * a slice are held back, so that the octets between are never looked at.
 */
final class SimpleBody implements BodyForm {
    private final HashedOctets out;
    /** Line ends seen after the last octet that was written. */
    private long heldLines;
    /** A CR after those, whose LF may come. */
    private boolean heldCr;

    SimpleBody(HashedOctets out) {
        this.out = out;
    }

    @Override
    public void write(byte[] octets, int from, int length) {
        int to = from + length;
        int at = from;
        if (heldCr && at < to) {
            heldCr = false;
            if (octets[at] == '\n') {
                heldLines++;
                at++;
            } else {
                release();
                out.write((byte) '\r');
            }
        }
        while (at + 1 < to && octets[at] == '\r' && octets[at + 1] == '\n') {
            heldLines++;
            at += 2;
        }
        if (at < to) {
            writeRest(octets, at, to);
        }
    }

    /** What begins with an octet of a line, or with a CR that ends the slice. */
    private void writeRest(byte[] octets, int from, int to) {
        int end = to;
        boolean cr = octets[end - 1] == '\r';
        if (cr) {
            end--;
        }
        long lines = 0;
        while (end - 2 >= from && octets[end - 2] == '\r' && octets[end - 1] == '\n') {
            end -= 2;
            lines++;
        }
        if (end > from) {
            release();
            out.write(octets, from, end - from);
        }
        heldLines += lines;
        heldCr = cr;
    }

    private void release() {
        out.writeLineEnds(heldLines);
        heldLines = 0;
    }

    @Override
    public void finish() {
        if (heldCr) {
            release();
            out.write((byte) '\r');
        }
        out.writeLineEnds(1);
    }
}
