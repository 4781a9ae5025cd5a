package org.postrider.spool;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Grows a byte array by the codec's few primitives. Thread: confined. */
final class ByteWriter {

    private byte[] bytes;
    private int length;

    ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    byte[] array() {
        return bytes;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void reset() {
        length = 0;
    }

    private void room(int octets) {
        if (bytes.length - length < octets) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + octets));
        }
    }

    void octet(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    void flag(boolean value) {
        octet(value ? 1 : 0);
    }

    /** Seven bits an octet, the lowest first. */
    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** A number that may be negative, small ones being short. */
    void signed(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    void fixed32(int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            octet(value >>> shift);
        }
    }

    void fixed64(long value) {
        fixed32((int) (value >>> 32));
        fixed32((int) value);
    }

    void bytes(byte[] source, int offset, int count) {
        room(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /** A length and as many octets. */
    void block(byte[] source, int offset, int count) {
        varint(count);
        bytes(source, offset, count);
    }

    /** A text in UTF-8, cut where it is longer than {@code charactersMax}. */
    void text(String value, int charactersMax) {
        byte[] encoded = clipped(value, charactersMax).getBytes(StandardCharsets.UTF_8);
        block(encoded, 0, encoded.length);
    }

    /** As {@link #text}, or a mark that there is none. */
    void optionalText(@Nullable String value, int charactersMax) {
        flag(value != null);
        if (value != null) {
            text(value, charactersMax);
        }
    }

    private static String clipped(String value, int charactersMax) {
        if (value.length() <= charactersMax) {
            return value;
        }
        boolean splitsPair = Character.isHighSurrogate(value.charAt(charactersMax - 1));
        return value.substring(0, splitsPair ? charactersMax - 1 : charactersMax);
    }
}
