package org.postrider.filter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A header field as a filter gives it.
 *
 * @param name printable ASCII without colon
 * @param value lines apart by LF; may have octets above 127
 */
@SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
record HeaderText(String name, byte[] value) {
    /** RFC 5322 §2.1.1 allows a line 998 characters; a name must fit with room for a value. */
    static final int NAME_OCTETS_MAX = 900;

    /** Whether {@code name} can be a field's name (RFC 5322 §2.2). */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= NAME_OCTETS_MAX
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
    }

    boolean isEmpty() {
        return value.length == 0;
    }

    /**
     * The field as it goes into a message. Whatever the value has in it, this is one field: each line but the first begins
     * with a blank, no line is blank, and CR stands nowhere but before LF.
     *
     * @param exact whether the filter gives the blank behind the colon itself
     */
    byte[] field(boolean exact) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(name.length() + value.length + 8);
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.write(':');
        if (!exact) {
            out.write(' ');
        }
        int at = 0;
        boolean first = true;
        while (at < value.length) {
            int end = at;
            while (end < value.length && value[end] != '\n') {
                end++;
            }
            line(out, at, end, first);
            first = false;
            at = end + 1;
        }
        out.write('\r');
        out.write('\n');
        return out.toByteArray();
    }

    private void line(ByteArrayOutputStream out, int from, int to, boolean first) {
        if (!first && isBlankLine(from, to)) {
            return;
        }
        if (!first) {
            out.write('\r');
            out.write('\n');
            if (value[from] != ' ' && value[from] != '\t') {
                out.write('\t');
            }
        }
        for (int i = from; i < to; i++) {
            if (value[i] != '\r' && value[i] != 0) {
                out.write(value[i]);
            }
        }
    }

    private boolean isBlankLine(int from, int to) {
        for (int i = from; i < to; i++) {
            if (value[i] != ' ' && value[i] != '\t' && value[i] != '\r' && value[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
