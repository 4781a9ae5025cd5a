package org.postrider.spool;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ByteWriter} wrote, never behind the end it was given. Thread: confined. */
final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    ByteReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    int position() {
        return at;
    }

    int remaining() {
        return end - at;
    }

    private void need(int octets) throws DamagedException {
        if (octets < 0 || octets > end - at) {
            throw new DamagedException("a field of " + octets + " octets where " + (end - at) + " are left");
        }
    }

    int octet() throws DamagedException {
        need(1);
        return bytes[at++] & 0xff;
    }

    /** The next octet, which stays. */
    int peek() throws DamagedException {
        need(1);
        return bytes[at] & 0xff;
    }

    boolean flag() throws DamagedException {
        return octet() != 0;
    }

    long varint() throws DamagedException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7f) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new DamagedException("a number of more than 64 bits");
    }

    long signed() throws DamagedException {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A number from 0 to {@code max}. */
    int count(int max) throws DamagedException {
        long value = varint();
        if (value < 0 || value > max) {
            throw new DamagedException("a count of " + value + " where " + max + " is the most");
        }
        return (int) value;
    }

    int fixed32() throws DamagedException {
        need(4);
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = (value << 8) | (bytes[at++] & 0xff);
        }
        return value;
    }

    long fixed64() throws DamagedException {
        return ((long) fixed32() << 32) | (fixed32() & 0xffffffffL);
    }

    void skip(int octets) throws DamagedException {
        need(octets);
        at += octets;
    }

    /** Skips these octets where they are the next ones. Says whether they are. */
    boolean skipEqual(byte[] octets) {
        int after = at + octets.length;
        if (octets.length > end - at || !Arrays.equals(bytes, at, after, octets, 0, octets.length)) {
            return false;
        }
        at = after;
        return true;
    }

    /** The octets from {@code position} to here. */
    byte[] since(int position) {
        return Arrays.copyOfRange(bytes, position, at);
    }

    byte[] block() throws DamagedException {
        int length = count(end - at);
        byte[] copy = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return copy;
    }

    /** All that is left. */
    byte[] rest() {
        byte[] copy = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return copy;
    }

    void skipBlock() throws DamagedException {
        skip(count(end - at));
    }

    String text() throws DamagedException {
        int length = count(end - at);
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    @Nullable
    String optionalText() throws DamagedException {
        return flag() ? text() : null;
    }
}
