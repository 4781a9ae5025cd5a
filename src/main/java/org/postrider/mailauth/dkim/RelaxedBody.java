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
 * take octets one by one. What changes shows in two octets: a tab, or a blank, CR or LF behind a space.
 */
final class RelaxedBody implements BodyForm {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long HIGH_BIT = 0x80;

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
            } else if (isBlank(octet)) {
                heldBlank = true;
                do {
                    at++;
                } while (at < to && isBlank(octets[at]));
            } else {
                release();
                int end = unchangedUntil(octets, at, to);
                out.write(octets, at, end - at);
                at = end;
            }
        }
    }

    /** Where the octets that stay as they are end, of which the first is one; behind an ordinary octet if it can be. */
    private static int unchangedUntil(byte[] octets, int first, int to) {
        int end = firstSuspect(octets, first, to);
        while (end < to && isOrdinary(octets[end])) {
            end++;
        }
        while (end > first + 1 && !isOrdinary(octets[end - 1])) {
            end--;
        }
        return end;
    }

    /**
     * Behind {@code first}, the first octet that may have to change, or one less than eight octets before the end. The tests
     * subtract in all octets of a word at once: what is borrowed may mark an octet behind a true one as well, which costs a
     * look at it and no more.
     */
    private static int firstSuspect(byte[] octets, int first, int to) {
        int at = first + 1;
        int last = to - Long.BYTES;
        long spaceBefore = octets[first] == ' ' ? HIGH_BIT : 0;
        while (at <= last) {
            long word = (long) WORD.get(octets, at);
            long lows = below(word, ' ' + 1);
            long spaces = below(word ^ (' ' * EACH), 1);
            long pairs = lows & ((spaces << Byte.SIZE) | spaceBefore);
            long controls = lows & ~spaces;
            if ((controls | pairs) != 0) {
                long suspects = pairs | below(word ^ ('\t' * EACH), 1);
                if (suspects != 0) {
                    return at + (Long.numberOfTrailingZeros(suspects) >>> 3);
                }
            }
            spaceBefore = spaces >>> (Long.SIZE - Byte.SIZE);
            at += Long.BYTES;
        }
        return at;
    }

    /** The high bits of those octets that are less than this one. */
    private static long below(long word, int octet) {
        return (word - octet * EACH) & ~word & HIGH_BITS;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static boolean isOrdinary(byte octet) {
        return octet < 0 || octet > ' ';
    }

    private void release() {
        if (heldLines == 1) {
            out.writeLineEnd();
        } else if (heldLines > 0) {
            out.writeLineEnds(heldLines);
        }
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
