package org.postrider.endtoend;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Messages whose bytes a careless server changes. */
public final class Letters {
    private Letters() {}

    /** A message with a complete header, so that nobody needs to add a field. */
    public static byte[] letter(String id, String body) {
        String header = "From: <alice@sender.test>\r\nTo: <bob@peer.test>\r\nSubject: " + id + "\r\nMessage-ID: <" + id
                + "@sender.test>\r\nDate: Thu, 01 Jan 2026 10:00:00 +0000\r\n\r\n";
        return (header + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    public static byte[] letter(String id) {
        return letter(id, "Hello\r\n");
    }

    /** Name and content of each shape. */
    public static Map<String, byte[]> shapes() {
        Map<String, byte[]> shapes = new LinkedHashMap<>();
        add(shapes, "plain", "Hello,\r\n\r\nthis is plain.\r\n");
        add(shapes, "dots", ".\r\n..\r\n...\r\n.x\r\n\r\n.\r\nFrom here\r\n>From there\r\n.\r\n");
        add(shapes, "long-lines", ("." + "x".repeat(997) + "\r\n").repeat(3) + "y".repeat(998) + "\r\n");
        add(shapes, "eight-bit", "gr\u00fc\u00df\u00e9 \u00ff\u0080\u00a0\r\n\u00c3\u00bc\r\n");
        add(shapes, "empty-body", "");
        add(shapes, "blank-lines", "\r\n\r\n \r\n\t\r\n\r\n");
        add(shapes, "mebibyte", ("abcdefgh".repeat(9) + "\r\n").repeat(14_170));
        return shapes;
    }

    public static byte[] shape(String name) {
        return Objects.requireNonNull(shapes().get(name), name);
    }

    private static void add(Map<String, byte[]> shapes, String name, String body) {
        shapes.put(name, letter(name, body));
    }
}
