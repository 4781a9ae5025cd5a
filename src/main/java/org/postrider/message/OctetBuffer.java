package org.postrider.message;

import java.util.Arrays;

/** Octets that were written, in an array that grows. Thread: confined. */
final class OctetBuffer {
    private byte[] octets = new byte[1 << 10];
    private int length;

    void put(int octet) {
        if (length == octets.length) {
            octets = Arrays.copyOf(octets, 2 * length);
        }
        octets[length++] = (byte) octet;
    }

    void put(byte[] from, int start, int end) {
        while (octets.length - length < end - start) {
            octets = Arrays.copyOf(octets, 2 * octets.length);
        }
        System.arraycopy(from, start, octets, length, end - start);
        length += end - start;
    }

    int length() {
        return length;
    }

    /** What was written is at its beginning; good until more is. */
    byte[] array() {
        return octets;
    }

    void clear() {
        length = 0;
    }
}
