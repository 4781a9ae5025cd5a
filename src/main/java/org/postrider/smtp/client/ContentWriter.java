package org.postrider.smtp.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes text content as it goes on the wire: every line ends with CRLF and nothing else is a CR or LF (RFC 5321 §2.3.8),
 * and for DATA the dots are stuffed (RFC 5321 §4.5.2).
 *
 * <p>Stored content has CRLF only. Should a lone CR or LF have come in all the same, it becomes a CRLF here: a peer that
 * takes one for a line's end must not see other lines, or another end of the message, than we do.
 */
final class ContentWriter implements Octets {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LF = {'\n'};
    private static final byte[] DOT = {'.'};
    private static final byte[] DOT_CRLF = {'.', '\r', '\n'};

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = ONES << 7;

    private final Octets out;
    private final boolean stuffing;
    private boolean lineStart = true;
    /** The last octet was a CR, and is written. */
    private boolean afterCr;

    private ContentWriter(Octets out, boolean stuffing) {
        this.out = out;
        this.stuffing = stuffing;
    }

    /** For DATA. */
    static ContentWriter stuffing(Octets out) {
        return new ContentWriter(out, true);
    }

    /** For BDAT of what is not binary. */
    static ContentWriter plain(Octets out) {
        return new ContentWriter(out, false);
    }

    @Override
    public void put(byte[] bytes, int from, int to) throws BrokenWire {
        if (from == to) {
            return;
        }
        int unsent = from;
        int at = from;
        if (afterCr) {
            if (bytes[at] == '\n') {
                at++;
            } else {
                out.put(LF, 0, 1);
            }
            afterCr = false;
            lineStart = true;
        }
        while (at < to) {
            if (lineStart && stuffing && bytes[at] == '.') {
                out.put(bytes, unsent, at);
                out.put(DOT, 0, 1);
                unsent = at;
            }
            lineStart = false;
            at = lineEnd(bytes, at, to);
            if (at == to) {
                break;
            }
            if (bytes[at] == '\n') {
                out.put(bytes, unsent, at);
                out.put(CRLF, 0, 2);
                unsent = ++at;
            } else if (at + 1 == to) {
                afterCr = true;
                break;
            } else if (bytes[at + 1] == '\n') {
                at += 2;
            } else {
                out.put(bytes, unsent, ++at);
                out.put(LF, 0, 1);
                unsent = at;
            }
            lineStart = true;
        }
        out.put(bytes, unsent, to);
    }

    /** Completes the last line; for DATA the final dot follows. */
    void end() throws BrokenWire {
        if (afterCr) {
            out.put(LF, 0, 1);
        } else if (!lineStart) {
            out.put(CRLF, 0, 2);
        }
        if (stuffing) {
            out.put(DOT_CRLF, 0, 3);
        }
    }

    /** The index of the next CR or LF, or {@code to}. Eight octets a step: content is mostly neither. */
    static int lineEnd(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, at);
            long cr = word ^ (ONES * '\r');
            long lf = word ^ (ONES * '\n');
            // The lowest marked octet is zero for certain; a borrow marks wrong ones only above it.
            long marks = (((cr - ONES) & ~cr) | ((lf - ONES) & ~lf)) & HIGHS;
            if (marks != 0) {
                return at + (Long.numberOfTrailingZeros(marks) >>> 3);
            }
        }
        while (at < to && bytes[at] != '\r' && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /** Whether no octet has its high bit set. */
    static boolean isSevenBit(byte[] bytes, int length) {
        int at = 0;
        long seen = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            seen |= (long) LONGS.get(bytes, at);
        }
        for (; at < length; at++) {
            seen |= bytes[at] & 0x80;
        }
        return (seen & HIGHS) == 0;
    }
}
