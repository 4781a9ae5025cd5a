package org.postrider.smtp.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.postrider.smtp.server.SessionSettings.BareLineEnds;

/**
 * Takes the framing off a message's content and passes it on in slices: finds the end of DATA, which is CRLF.CRLF and
 * nothing else (RFC 5321 §4.1.1.4), and takes away the dots added for transparency (RFC 5321 §4.5.2).
 *
 * <p>What makes the content unacceptable is noted, not acted upon: the sink is closed, and the rest is read up to its true
 * end, so that not one octet of a message is ever taken for a command. The result does not depend on how the octets were
 * cut into calls: where a call ends in the middle of something that could be an end, those octets are left for the next.
 */
final class ContentScanner {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH_OCTET = 0x0101_0101_0101_0101L;
    private static final long EACH_TOP_BIT = 0x8080_8080_8080_8080L;
    /** CR is the greatest octet that is looked for. */
    private static final long EACH_ABOVE_CR = ('\r' + 1) * EACH_OCTET;

    private static final byte[] CRLF = {'\r', '\n'};

    private final ContentSink sink;
    private final BareLineEnds bareLineEnds;
    private final boolean binary;
    private final long octetsMax;
    private final long lineOctetsMax;
    private long lineOctets;
    private long octets;
    private boolean lineStart = true;
    private boolean heldCarriageReturn;
    private boolean ended;
    private @Nullable ContentFault fault;

    /** @param binary whether any octet may stand anywhere: BODY=BINARYMIME, which comes in chunks only */
    ContentScanner(ContentSink sink, SessionSettings settings, boolean binary) {
        this.sink = sink;
        this.bareLineEnds = settings.bareLineEnds();
        this.binary = binary;
        this.octetsMax = settings.limits().messageOctetsMax();
        this.lineOctetsMax = binary ? Long.MAX_VALUE : settings.limits().textLineOctetsMax();
    }

    /** Whether the end of DATA has been seen. */
    boolean ended() {
        return ended;
    }

    @Nullable
    ContentFault fault() {
        return fault;
    }

    /** How much has been passed on. */
    long octets() {
        return octets;
    }

    ContentSink sink() {
        return sink;
    }

    /** Takes octets that follow DATA; returns how many it used, which may be up to two fewer than there are. */
    int data(byte[] from, int start, int end) {
        int at = start;
        int kept = start;
        while (true) {
            if (lineStart) {
                int dot = dotAt(from, at, end);
                if (dot == UNDECIDED) {
                    break;
                }
                if (dot == FINAL_DOT) {
                    pass(from, kept, at);
                    ended = true;
                    return at + 3 - start;
                }
                if (dot == STUFFED_DOT) {
                    pass(from, kept, at);
                    kept = ++at;
                }
                lineStart = false;
            }
            int special = special(from, at, end);
            measure(special - at);
            at = special;
            if (at == end || (from[at] == '\r' && at + 1 == end)) {
                break;
            }
            if (from[at] == '\r' && from[at + 1] == '\n') {
                at += 2;
                lineOctets = 0;
                lineStart = true;
            } else {
                pass(from, kept, at);
                stray(from[at]);
                kept = ++at;
            }
        }
        pass(from, kept, at);
        return at - start;
    }

    private static final int NO_DOT = 0;
    private static final int STUFFED_DOT = 1;
    private static final int FINAL_DOT = 2;
    private static final int UNDECIDED = 3;

    private static int dotAt(byte[] from, int at, int end) {
        if (at == end) {
            return UNDECIDED;
        }
        if (from[at] != '.') {
            return NO_DOT;
        }
        if (at + 1 == end) {
            return UNDECIDED;
        }
        if (from[at + 1] != '\r') {
            return STUFFED_DOT;
        }
        if (at + 2 == end) {
            return UNDECIDED;
        }
        return from[at + 2] == '\n' ? FINAL_DOT : STUFFED_DOT;
    }

    /** Takes all octets of a part of a chunk. */
    void chunk(byte[] from, int start, int end) {
        int at = start;
        if (heldCarriageReturn && at < end) {
            heldCarriageReturn = false;
            if (from[at] == '\n') {
                at++;
                pass(CRLF, 0, 2);
                lineOctets = 0;
            } else {
                loneCarriageReturn();
            }
        }
        int kept = at;
        while (true) {
            int special = special(from, at, end);
            measure(special - at);
            at = special;
            if (at == end) {
                break;
            }
            if (from[at] == '\r' && at + 1 == end) {
                heldCarriageReturn = true;
                break;
            }
            if (from[at] == '\r' && from[at + 1] == '\n') {
                at += 2;
                lineOctets = 0;
            } else if (binary) {
                at++;
            } else {
                pass(from, kept, at);
                stray(from[at]);
                kept = ++at;
            }
        }
        pass(from, kept, at);
    }

    /** The last chunk has been taken. */
    void endOfChunks() {
        if (heldCarriageReturn) {
            heldCarriageReturn = false;
            loneCarriageReturn();
        }
    }

    private void loneCarriageReturn() {
        if (binary) {
            pass(CRLF, 0, 1);
        } else {
            stray('\r');
        }
    }

    /** A CR or LF that stands alone, or NUL, which some servers drop, making an end of data where there was none. */
    private void stray(int octet) {
        switch (bareLineEnds) {
            case REFUSE ->
                note(
                        switch (octet) {
                            case '\n' -> ContentFault.BARE_LINE_FEED;
                            case '\r' -> ContentFault.BARE_CARRIAGE_RETURN;
                            default -> ContentFault.NUL;
                        });
            case NORMALISE -> {
                if (octet != 0) {
                    pass(CRLF, 0, 2);
                    lineOctets = 0;
                }
            }
        }
    }

    /** RFC 3030 §3: binary content has no lines. */
    private void measure(int count) {
        lineOctets += count;
        if (lineOctets > lineOctetsMax) {
            note(ContentFault.LINE_TOO_LONG);
        }
    }

    private void pass(byte[] from, int start, int end) {
        if (fault != null || start == end) {
            return;
        }
        octets += end - start;
        if (octets > octetsMax) {
            note(ContentFault.TOO_BIG);
        } else {
            sink.write(from, start, end - start);
        }
    }

    private void note(ContentFault found) {
        if (fault == null) {
            fault = found;
            sink.close();
        }
    }

    /**
     * The index of the first CR, LF or NUL, {@code end} where there is none. Looks at eight octets at once: subtracting
     * from each octet borrows into its top bit where it is small, and the lowest such bit is exact.
     */
    static int special(byte[] octets, int start, int end) {
        int at = start;
        while (at <= end - Long.BYTES) {
            long eight = (long) LONGS.get(octets, at);
            long small = (eight - EACH_ABOVE_CR) & ~eight & EACH_TOP_BIT;
            if (small == 0) {
                at += Long.BYTES;
                continue;
            }
            at += Long.numberOfTrailingZeros(small) >>> 3;
            if (isSpecial(octets[at])) {
                return at;
            }
            at++;
        }
        while (at < end && !isSpecial(octets[at])) {
            at++;
        }
        return at;
    }

    private static boolean isSpecial(byte octet) {
        return octet == '\r' || octet == '\n' || octet == 0;
    }
}
