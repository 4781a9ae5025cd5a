package org.postrider.mailauth.dkim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The "relaxed" form of a body: each run of blanks is one space, none ends a line, and empty lines at the end are gone
 * (RFC 6376 §3.4.4).
 *
 * <p>Most octets of most mail are in this form already. So the work is to find how far they are, eight at a time, and to
 * hand them on in one piece; only where something changes, or a slice ends amid something that might, does a small machine
 * take octets one by one. A word is harmless where it has no control character and no space before a blank or a control
 * character. Line ends that come before an ordinary octet are part of the run.
 */
final class RelaxedBody implements BodyForm {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = ~HIGH_BITS;
    /** Carries into the high bit what is above a space. */
    private static final long ABOVE_SPACE = 0x5f5f5f5f5f5f5f5fL;
    /** Carries into the high bit what is a space or above. */
    private static final long FROM_SPACE = 0x6060606060606060L;

    private final HashedOctets out;
    /** Line ends seen after the last octet that was written. */
    private long heldLines;
    /** Blanks after those. */
    private boolean heldBlank;
    /** A CR after those, whose LF may come. */
    private boolean heldCr;

    RelaxedBody(HashedOctets out) {
        this.out = out;
    }

    @Override
    public void write(byte[] octets, int from, int length) {
        int to = from + length;
        int at = from;
        while (at < to) {
            byte octet = octets[at];
            if (heldCr) {
                heldCr = false;
                if (octet == '\n') {
                    heldBlank = false;
                    heldLines++;
                    at++;
                    continue;
                }
                release();
                out.write((byte) '\r');
            }
            if (octet == '\r') {
                heldCr = true;
                at++;
            } else if (octet == ' ' || octet == '\t') {
                heldBlank = true;
                at++;
            } else {
                release();
                int end = unchangedUntil(octets, at + 1, to);
                out.write(octets, at, end - at);
                at = end;
            }
        }
    }

    /** Where the octets that stay as they are end; all before {@code at} do. */
    private static int unchangedUntil(byte[] octets, int from, int to) {
        int at = from;
        while (at < to) {
            int hit = at + 8 < to ? firstSuspect(octets, at, to) : at;
            if (hit == to) {
                return to;
            }
            int past = past(octets, hit, to);
            if (past < 0) {
                return hit;
            }
            at = past;
        }
        return at;
    }

    /** The first octet that may have to change, or one less than nine octets before the end. */
    private static int firstSuspect(byte[] octets, int from, int to) {
        int at = from;
        while (at + 8 < to) {
            long word = (long) WORD.get(octets, at);
            long low = word & LOW_BITS;
            long blank = ~((low + ABOVE_SPACE) | word) & HIGH_BITS;
            long control = ~((low + FROM_SPACE) | word) & HIGH_BITS;
            byte next = octets[at + 8];
            long nextBlank = next >= 0 && next <= ' ' ? 1L << 63 : 0;
            long suspect = control | (blank & ((blank >>> 8) | nextBlank));
            if (suspect != 0) {
                return at + (Long.numberOfTrailingZeros(suspect) >>> 3);
            }
            at += 8;
        }
        return at;
    }

    /** Behind the octets from here on that stay as they are; -1 where the first may not. */
    private static int past(byte[] octets, int from, int to) {
        byte octet = octets[from];
        if (octet == ' ') {
            return from + 1 < to && isOrdinary(octets[from + 1]) ? from + 2 : -1;
        }
        if (octet != '\r') {
            return octet == '\t' ? -1 : from + 1;
        }
        int at = from;
        while (at + 2 < to && octets[at] == '\r' && octets[at + 1] == '\n') {
            at += 2;
        }
        if (at == from) {
            return -1;
        }
        if (isOrdinary(octets[at])) {
            return at + 1;
        }
        return octets[at] == ' ' && at + 1 < to && isOrdinary(octets[at + 1]) ? at + 2 : -1;
    }

    private static boolean isOrdinary(byte octet) {
        return octet < 0 || octet > ' ';
    }

    private void release() {
        out.writeLineEnds(heldLines);
        heldLines = 0;
        if (heldBlank) {
            out.write((byte) ' ');
            heldBlank = false;
        }
    }

    @Override
    public void finish() {
        if (heldCr) {
            release();
            out.write((byte) '\r');
        }
        if (out.octets() > 0) {
            out.writeLineEnds(1);
        }
    }
}
