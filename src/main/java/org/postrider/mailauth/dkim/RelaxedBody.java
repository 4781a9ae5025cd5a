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
 * take octets one by one. What changes shows in two octets: a tab, or a blank or control character behind another one. Of
 * such pairs CR and LF, and LF and whatever else, stay.
 */
final class RelaxedBody implements BodyForm {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = ~HIGH_BITS;
    /** Carries into the high bit what is above a space. */
    private static final long ABOVE_SPACE = (0x7f - ' ') * EACH;
    /** Carries into the high bit what is a space or above. */
    private static final long FROM_SPACE = (0x80 - ' ') * EACH;

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

    /** Behind {@code first}, the first octet that may have to change, or one less than eight octets before the end. */
    private static int firstSuspect(byte[] octets, int first, int to) {
        int at = first + 1;
        // Of the octet before, in the low bits: whether it is at most a space, is a LF, is a CR.
        long low = isOrdinary(octets[first]) ? 0 : 0x80;
        long lf = octets[first] == '\n' ? 0x80 : 0;
        long cr = 0;
        while (at + Long.BYTES <= to) {
            long word = (long) WORD.get(octets, at);
            long seven = word & LOW_BITS;
            long lows = ~((seven + ABOVE_SPACE) | word) & HIGH_BITS;
            long controls = ~((seven + FROM_SPACE) | word) & HIGH_BITS;
            long pairs = lows & ((lows << 8) | low);
            low = lows >>> 56;
            if ((controls | pairs) == 0) {
                lf = 0;
                cr = 0;
            } else {
                long lfs = equal(word, '\n');
                long crs = equal(word, '\r');
                long harmless = ((lfs << 8) | lf) | (lfs & ((crs << 8) | cr));
                long suspects = (pairs & ~harmless) | equal(word, '\t');
                if (suspects != 0) {
                    return at + (Long.numberOfTrailingZeros(suspects) >>> 3);
                }
                lf = lfs >>> 56;
                cr = crs >>> 56;
            }
            at += Long.BYTES;
        }
        return at;
    }

    /** The high bits of those octets that are this one. */
    private static long equal(long word, char octet) {
        long others = word ^ (octet * EACH);
        return ~(((others & LOW_BITS) + LOW_BITS) | others) & HIGH_BITS;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
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
