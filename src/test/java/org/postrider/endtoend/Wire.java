package org.postrider.endtoend;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Bytes as they go over the wire, and how they are compared when they come out at the other side. */
public final class Wire {
    private static final Pattern TRACE = Pattern.compile(
            "(?:(?:Received|Return-Path|Delivered-To|X-Original-To):" + "[^\\n]*\\n(?:[ \\t][^\\n]*\\n)*)*");

    private Wire() {}

    /** Doubles the dots of transparency and adds the last dot (RFC 5321 §4.5.2). */
    public static byte[] dotted(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 64);
        boolean lineStart = true;
        for (byte octet : content) {
            if (lineStart && octet == '.') {
                out.write('.');
            }
            out.write(octet);
            lineStart = octet == '\n';
        }
        out.writeBytes(".\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    /** What stands before {@code sent} in {@code arrived}; fails where it is not only trace fields. */
    public static String traceBefore(byte[] sent, byte[] arrived) {
        int length = arrived.length - sent.length;
        if (length < 0 || !Arrays.equals(sent, 0, sent.length, arrived, length, arrived.length)) {
            throw new AssertionError("arrived otherwise than sent: " + difference(sent, arrived));
        }
        String trace = new String(arrived, 0, length, StandardCharsets.ISO_8859_1);
        if (!TRACE.matcher(trace).matches()) {
            throw new AssertionError("more than trace fields before the message: " + trace);
        }
        return trace;
    }

    private static String difference(byte[] sent, byte[] arrived) {
        int same = 0;
        while (same < Math.min(sent.length, arrived.length)
                && sent[sent.length - 1 - same] == arrived[arrived.length - 1 - same]) {
            same++;
        }
        return sent.length + " octets sent, " + arrived.length + " arrived, the last " + same
                + " are equal; before them: " + excerpt(sent, sent.length - same) + " and "
                + excerpt(arrived, arrived.length - same);
    }

    private static String excerpt(byte[] octets, int end) {
        int from = Math.max(0, end - 40);
        return "\"" + new String(octets, from, end - from, StandardCharsets.ISO_8859_1) + "\"";
    }

    /** The same text with the line ends of a Unix file. */
    public static byte[] withLineFeeds(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
