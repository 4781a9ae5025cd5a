package org.postrider.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes flat JSON objects, one a line, into a buffer that grows and is used again. Whatever a string holds, the line
 * stays one line of printable characters: control characters, also those above 127, and halves of surrogate pairs are
 * escaped.
 *
 * <p>Thread: confined.
 */
final class JsonLine {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    private byte[] buffer = new byte[8_192];
    private int length;
    private long second = Long.MIN_VALUE;
    private byte[] secondText = new byte[0];

    /** Begins an object. */
    JsonLine open() {
        octet('{');
        return this;
    }

    /** Ends the object and the line. */
    void close() {
        octet('}');
        end();
    }

    /** Ends the line. */
    void end() {
        octet('\n');
    }

    JsonLine field(String name, @Nullable String value) {
        if (value != null) {
            name(name);
            string(value);
        }
        return this;
    }

    JsonLine field(String name, long value) {
        name(name);
        plain(Long.toString(value));
        return this;
    }

    JsonLine field(String name, List<String> values) {
        name(name);
        octet('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                octet(',');
            }
            string(values.get(i));
        }
        octet(']');
        return this;
    }

    /** A time of RFC 3339 in UTC with milliseconds. */
    JsonLine field(String name, Instant at) {
        name(name);
        octet('"');
        if (at.getEpochSecond() != second) {
            second = at.getEpochSecond();
            LocalDateTime utc = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
            secondText = SECOND.format(utc).getBytes(StandardCharsets.US_ASCII);
        }
        octets(secondText);
        int millis = at.getNano() / 1_000_000;
        octet('.');
        octet('0' + millis / 100);
        octet('0' + millis / 10 % 10);
        octet('0' + millis % 10);
        octet('Z');
        octet('"');
        return this;
    }

    private void name(String name) {
        if (buffer[length - 1] != '{') {
            octet(',');
        }
        octet('"');
        plain(name);
        octet('"');
        octet(':');
    }

    private void string(String value) {
        octet('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                if (c == '"' || c == '\\') {
                    octet('\\');
                }
                octet(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
                utf8(Character.toCodePoint(c, value.charAt(i)));
            } else if (c < 0xa0 || Character.isSurrogate(c) || c == 0x2028 || c == 0x2029) {
                escape(c);
            } else {
                utf8(c);
            }
        }
        octet('"');
    }

    private void escape(char c) {
        octet('\\');
        octet('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            octet(HEX[(c >>> shift) & 0xf]);
        }
    }

    private void utf8(int codePoint) {
        octets(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }

    private void plain(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            octet(ascii.charAt(i));
        }
    }

    private void octets(byte[] octets) {
        for (byte octet : octets) {
            octet(octet);
        }
    }

    private void octet(int octet) {
        if (length == buffer.length) {
            buffer = Arrays.copyOf(buffer, length * 2);
        }
        buffer[length++] = (byte) octet;
    }

    int length() {
        return length;
    }

    /** All that was written; valid until the next write. */
    ByteBuffer content() {
        return ByteBuffer.wrap(buffer, 0, length);
    }

    /** Takes back what was written beyond a {@link #length} of before. */
    void cut(int before) {
        length = before;
    }

    void clear() {
        length = 0;
        if (buffer.length > 1_048_576) {
            buffer = new byte[8_192];
        }
    }
}
