package org.postrider.filter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A header field of a message, as it was written.
 *
 * @param octets with all its lines and their ends
 * @param nameLength of the name alone, without blanks that may stand before the colon
 */
@SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
record Field(byte[] octets, int nameLength) {
    static Field of(byte[] octets) {
        return new Field(octets, nameLength(octets, octets.length));
    }

    /** How long the name is that a line begins with; 0 where it begins with none. */
    static int nameLength(byte[] line, int length) {
        int end = 0;
        while (end < length && line[end] > ' ' && line[end] < 0x7f && line[end] != ':') {
            end++;
        }
        int colon = end;
        while (colon < length && (line[colon] == ' ' || line[colon] == '\t')) {
            colon++;
        }
        return colon < length && line[colon] == ':' ? end : 0;
    }

    String name() {
        return new String(octets, 0, nameLength, StandardCharsets.US_ASCII);
    }

    boolean isNamed(String name) {
        return name.length() == nameLength && name().equalsIgnoreCase(name);
    }

    /**
     * The value as milters are told it: lines apart by LF, without the last end.
     *
     * @param exact with the blank behind the colon
     */
    byte[] value(boolean exact) {
        int at = nameLength;
        while (octets[at] != ':') {
            at++;
        }
        at++;
        if (!exact && at < octets.length && octets[at] == ' ') {
            at++;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length - at);
        for (; at < octets.length; at++) {
            boolean lineEnd = octets[at] == '\r' && at + 1 < octets.length && octets[at + 1] == '\n';
            boolean last = octets[at] == '\n' && at + 1 == octets.length;
            if (!lineEnd && !last && octets[at] != 0) {
                out.write(octets[at]);
            }
        }
        return out.toByteArray();
    }
}
