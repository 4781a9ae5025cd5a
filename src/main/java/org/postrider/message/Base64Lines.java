package org.postrider.message;

import java.util.Arrays;
import java.util.Base64;

/** Base64 in lines of 76 characters (RFC 2045 §6.8), as the octets come; no line end behind the last. Thread: confined. */
final class Base64Lines {
    /** What a line of 76 characters holds. */
    private static final int LINE_OCTETS = 57;

    private final OctetBuffer out;
    private final byte[] line = new byte[LINE_OCTETS];
    private int length;
    private boolean begun;

    Base64Lines(OctetBuffer out) {
        this.out = out;
    }

    void put(byte[] octets, int from, int to) {
        int at = from;
        while (at < to) {
            int count = Math.min(to - at, line.length - length);
            System.arraycopy(octets, at, line, length, count);
            length += count;
            at += count;
            if (length == line.length) {
                putLine();
            }
        }
    }

    /** Completes one body; the next begins anew. */
    void end() {
        if (length > 0) {
            putLine();
        }
        begun = false;
    }

    private void putLine() {
        if (begun) {
            out.put('\r');
            out.put('\n');
        }
        begun = true;
        byte[] whole = length == line.length ? line : Arrays.copyOf(line, length);
        byte[] coded = Base64.getEncoder().encode(whole);
        out.put(coded, 0, coded.length);
        length = 0;
    }
}
