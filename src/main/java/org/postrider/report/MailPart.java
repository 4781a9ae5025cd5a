package org.postrider.report;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.message.TransferEncoding;

/**
 * A part of somebody's message that holds no parts itself, or the header of the message that holds them (RFC 2045, RFC
 * 2046). Read leniently, as reports of many decades are: what is no structure is text.
 *
 * @param type as {@code text/plain}, in lower case
 * @param header field name in lower case to its first value, unfolded
 * @param text decoded, line ends as LF
 */
record MailPart(String type, Map<String, String> header, String text) {
    /** Of a message that are looked at; the returned original mostly lies behind. */
    static final int OCTETS_MAX = 1 << 20;

    static final int PARTS_MAX = 50;
    private static final int NESTING_MAX = 8;
    private static final int FIELDS_MAX = 500;
    private static final Charset LENIENT = StandardCharsets.UTF_8;

    /** The message's own header, then its parts in their order. */
    static List<MailPart> of(byte[] message) {
        int length = Math.min(message.length, OCTETS_MAX);
        String text = new String(message, 0, length, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replace('\r', '\n');
        List<MailPart> parts = new ArrayList<>();
        parts.add(new MailPart("", header(text), ""));
        split(text, 0, parts);
        return parts;
    }

    /** A field's value, empty where there is none. */
    String field(String name) {
        return header.getOrDefault(name, "");
    }

    private static void split(String entity, int depth, List<MailPart> parts) {
        if (parts.size() > PARTS_MAX) {
            return;
        }
        Map<String, String> header = header(entity);
        String body = body(entity);
        String value = header.getOrDefault("content-type", "text/plain");
        String type = value.split("[;\\s]", 2)[0].toLowerCase(Locale.ROOT);
        String boundary = boundary(value);
        boolean multipart = type.startsWith("multipart/");
        List<String> inner = multipart && boundary != null && depth < NESTING_MAX ? inner(body, boundary) : List.of();
        inner.forEach(part -> split(part, depth + 1, parts));
        if (inner.isEmpty()) {
            // A multipart whose boundary is nowhere is still words.
            parts.add(new MailPart(multipart ? "text/plain" : type, header, decoded(body, header)));
        }
    }

    private static List<String> inner(String body, String boundary) {
        List<String> parts = new ArrayList<>();
        String delimiter = "\n--" + boundary;
        String all = "\n" + body;
        int at = all.indexOf(delimiter);
        while (at >= 0 && parts.size() < PARTS_MAX) {
            int lineEnd = all.indexOf('\n', at + 1);
            boolean last = all.startsWith("--", at + delimiter.length());
            if (lineEnd < 0 || last) {
                break;
            }
            int next = all.indexOf(delimiter, lineEnd);
            parts.add(all.substring(lineEnd + 1, next < 0 ? all.length() : Math.max(next, lineEnd + 1)));
            at = next;
        }
        return parts;
    }

    private static @Nullable String boundary(String contentType) {
        int at = contentType.toLowerCase(Locale.ROOT).indexOf("boundary=");
        if (at < 0) {
            return null;
        }
        String rest = contentType.substring(at + "boundary=".length());
        int quote = rest.startsWith("\"") ? rest.indexOf('"', 1) : -1;
        String boundary = quote > 0 ? rest.substring(1, quote) : rest.split("[;\\s]", 2)[0];
        return boundary.isEmpty() ? null : boundary;
    }

    /** The fields of a text that begins with a header section; the first of a name counts. */
    static Map<String, String> header(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        String name = "";
        int at = 0;
        while (at < text.length() && fields.size() < FIELDS_MAX) {
            int end = text.indexOf('\n', at);
            String line = text.substring(at, end < 0 ? text.length() : end);
            at = end < 0 ? text.length() : end + 1;
            if (line.isBlank()) {
                break;
            }
            int colon = line.indexOf(':');
            if ((line.charAt(0) == ' ' || line.charAt(0) == '\t') && !name.isEmpty()) {
                fields.merge(
                        name, line.strip(), (before, more) -> before.length() > 8_192 ? before : before + " " + more);
            } else if (colon > 0 && line.substring(0, colon).strip().indexOf(' ') < 0) {
                String next = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                name = fields.containsKey(next) ? "" : next;
                fields.putIfAbsent(next, line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static String body(String entity) {
        if (entity.startsWith("\n")) {
            return entity.substring(1);
        }
        int empty = entity.indexOf("\n\n");
        return empty < 0 ? "" : entity.substring(empty + 2);
    }

    private static String decoded(String body, Map<String, String> header) {
        byte[] octets = TransferEncoding.decode(
                header.getOrDefault("content-transfer-encoding", ""), body.getBytes(StandardCharsets.ISO_8859_1));
        return new String(octets, LENIENT).replace("\r\n", "\n");
    }
}
