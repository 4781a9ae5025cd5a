package org.postrider.tlspolicy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.postrider.tlspolicy.PolicyFetch.Cause;
import org.postrider.tlspolicy.PolicyFetch.Fetched;

/**
 * Reads the one answer to a request (RFC 9112); to the GET of a policy: 200, {@code text/plain}, as long as it may be, whole.
 *
 * <p>Thread: confined.
 */
final class HttpAnswer {
    private static final int LINE_OCTETS_MAX = 8 * 1_024;
    private static final int LINES_MAX = 100;
    private static final int BUFFER_OCTETS = 4 * 1_024;
    private static final int CHUNK_DIGITS_MAX = 6;

    private final Source source;
    private final int octetsMax;
    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private int at;
    private int limit;

    /** Where octets come from; -1 at the end. */
    @FunctionalInterface
    interface Source {
        int read(byte[] into, int offset, int length) throws IOException;
    }

    /** What is not as it must be; caught where the answer is read. */
    private static final class Wrong extends IOException {
        private static final long serialVersionUID = 1;

        Wrong(String what) {
            super(what);
        }
    }

    HttpAnswer(Source source, int octetsMax) {
        this.source = source;
        this.octetsMax = octetsMax;
    }

    Fetched read() throws IOException {
        try {
            // RFC 8461 §3.3: redirects are not followed, and any status but 200 is a failure.
            int status = status();
            if (status != 200) {
                throw new Wrong("answers " + status + " and not 200");
            }
            Map<String, String> fields = fields();
            mediaType(fields.getOrDefault("content-type", ""));
            return new Fetched.Body(new String(body(fields), StandardCharsets.ISO_8859_1));
        } catch (Wrong wrong) {
            return new Fetched.Failed(Cause.FETCH, String.valueOf(wrong.getMessage()));
        }
    }

    /** Reads the status alone. Throws IOException where there is none. */
    int status() throws IOException {
        return status(line());
    }

    private static int status(String line) throws Wrong {
        if (!line.matches("HTTP/1\\.[01] [0-9]{3}(?: .*)?")) {
            throw new Wrong("does not speak HTTP/1");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (int lines = 0; lines < LINES_MAX; lines++) {
            String line = line();
            if (line.isEmpty()) {
                return fields;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        throw new Wrong("sends more than " + LINES_MAX + " header fields");
    }

    /** RFC 8461 §3.2: text/plain, whatever its parameters. */
    private static void mediaType(String field) throws Wrong {
        int end = field.indexOf(';');
        String type = (end < 0 ? field : field.substring(0, end)).strip();
        if (!type.equalsIgnoreCase("text/plain")) {
            throw new Wrong("serves another media type than text/plain");
        }
    }

    private byte[] body(Map<String, String> fields) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(1_024);
        String coding = fields.get("transfer-encoding");
        String length = fields.get("content-length");
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked")) {
                throw new Wrong("sends a coding that was not asked for");
            }
            chunks(body);
        } else if (length != null) {
            if (!length.matches("[0-9]{1,9}")) {
                throw new Wrong("does not tell the length of its policy");
            }
            take(Integer.parseInt(length), body);
        } else {
            for (int octet = next(); octet >= 0; octet = next()) {
                room(body, 1);
                body.write(octet);
            }
        }
        return body.toByteArray();
    }

    private void chunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            String line = line();
            int end = line.indexOf(';');
            String size = (end < 0 ? line : line.substring(0, end)).strip();
            if (!size.matches("[0-9A-Fa-f]{1," + CHUNK_DIGITS_MAX + "}")) {
                throw new Wrong("sends a chunk without a size");
            }
            int octets = Integer.parseInt(size, 16);
            if (octets == 0) {
                return;
            }
            take(octets, body);
            if (!line().isEmpty()) {
                throw new Wrong("sends a chunk that is longer than it says");
            }
        }
    }

    private void take(int octets, ByteArrayOutputStream body) throws IOException {
        room(body, octets);
        for (int i = 0; i < octets; i++) {
            int octet = next();
            if (octet < 0) {
                throw new Wrong("breaks off in its policy");
            }
            body.write(octet);
        }
    }

    private void room(ByteArrayOutputStream body, int octets) throws Wrong {
        if (octets > octetsMax - body.size()) {
            throw new Wrong("serves a policy of more than " + octetsMax + " octets");
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int octet = next(); octet != '\n'; octet = next()) {
            if (octet < 0) {
                throw new Wrong("breaks off in its header");
            }
            if (line.size() == LINE_OCTETS_MAX) {
                throw new Wrong("sends a header line of more than " + LINE_OCTETS_MAX + " octets");
            }
            line.write(octet);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private int next() throws IOException {
        if (at == limit) {
            at = 0;
            limit = Math.max(source.read(buffer, 0, buffer.length), 0);
        }
        return limit == 0 ? -1 : buffer[at++] & 0xff;
    }
}
