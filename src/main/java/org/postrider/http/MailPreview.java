package org.postrider.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postrider.message.TransferEncoding;

/**
 * A message as a person wants to look at it: fields decoded, the first text and the first HTML part found, other parts
 * named. For pages only: it reads the first {@value #OCTETS_MAX} octets, forgives what is malformed, and bounds whatever a
 * message can make large.
 */
final class MailPreview {
    static final int OCTETS_MAX = 4 << 20;
    private static final int FIELDS_MAX = 500;
    private static final int VALUE_CHARACTERS_MAX = 8_192;
    private static final int PARTS_MAX = 200;
    private static final int NESTING_MAX = 20;
    private static final int BOUNDARY_CHARACTERS_MAX = 2_048;
    private static final Pattern WORD =
            Pattern.compile("=\\?([A-Za-z0-9_.:*-]{1,40})\\?([BbQq])\\?([^?\\s]{0,2000})\\?=");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("(\\?=)\\s+(=\\?)");
    private static final Pattern PARAMETER = Pattern.compile(
            ";\\s*(?<name>[A-Za-z0-9*-]{1,40})\\s*=\\s*(?:\"(?<quoted>[^\"]{0,2048})\"|(?<plain>[^\\s;\"]{1,2048}))");

    private final List<Field> fields;
    private final List<String> others = new ArrayList<>();
    private @Nullable String text;
    private @Nullable String html;
    private int parts;

    /** A header field, unfolded and decoded. */
    record Field(String name, String value) {}

    private record Part(List<Field> fields, int bodyFrom, int to) {}

    private MailPreview(byte[] content, int length) {
        Part whole = part(content, 0, length);
        this.fields = whole.fields.stream()
                .map(field -> new Field(field.name, decoded(field.value)))
                .toList();
        look(content, whole, 0);
    }

    static MailPreview of(InputStream content) throws IOException {
        byte[] start = content.readNBytes(OCTETS_MAX);
        return new MailPreview(start, start.length);
    }

    List<Field> fields() {
        return fields;
    }

    /** The first field of that name, decoded; empty text where there is none. */
    String field(String name) {
        return field(fields, name).orElse("");
    }

    Optional<String> text() {
        return Optional.ofNullable(text);
    }

    Optional<String> html() {
        return Optional.ofNullable(html);
    }

    /** The parts that are neither: their type, name and length in words. */
    List<String> others() {
        return List.copyOf(others);
    }

    private static Optional<String> field(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name.equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    private static Part part(byte[] content, int from, int to) {
        List<Field> fields = new ArrayList<>();
        int at = from;
        while (at < to && fields.size() < FIELDS_MAX) {
            int end = lineEnd(content, at, to);
            if (end == at || (end == at + 1 && content[at] == '\r')) {
                return new Part(fields, Math.min(end + 1, to), to);
            }
            String line = new String(content, at, end - at, StandardCharsets.UTF_8).stripTrailing();
            int colon = line.indexOf(':');
            boolean folded = content[at] == ' ' || content[at] == '\t';
            if (folded && !fields.isEmpty()) {
                Field last = fields.removeLast();
                boolean room = last.value.length() < VALUE_CHARACTERS_MAX;
                fields.add(room ? new Field(last.name, last.value + " " + line.strip()) : last);
            } else if (colon > 0) {
                fields.add(new Field(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip()));
            } else {
                return new Part(fields, at, to);
            }
            at = end + 1;
        }
        return new Part(fields, Math.min(at, to), to);
    }

    /** The index of the LF that ends the line, or the end. */
    private static int lineEnd(byte[] content, int from, int to) {
        int end = from;
        while (end < to && content[end] != '\n') {
            end++;
        }
        return end;
    }

    private void look(byte[] content, Part part, int nesting) {
        if (++parts > PARTS_MAX || nesting > NESTING_MAX) {
            return;
        }
        String type = field(part.fields, "Content-Type").orElse("text/plain");
        String media = type.split("[;\\s]", 2)[0].toLowerCase(Locale.ROOT);
        Optional<String> boundary = parameter(type, "boundary");
        if (media.startsWith("multipart/") && boundary.isPresent()) {
            lookInside(content, part, boundary.get(), nesting);
            return;
        }
        String disposition = field(part.fields, "Content-Disposition").orElse("");
        boolean attached = disposition.toLowerCase(Locale.ROOT).startsWith("attachment");
        if (!attached && media.equals("text/plain") && text == null) {
            text = string(content, part, type);
        } else if (!attached && media.equals("text/html") && html == null) {
            html = string(content, part, type);
        } else {
            String name = parameter(disposition, "filename")
                    .or(() -> parameter(type, "name"))
                    .orElse("unnamed");
            others.add(decoded(name) + " (" + media + ", " + (part.to - part.bodyFrom) + " octets encoded)");
        }
    }

    private void lookInside(byte[] content, Part part, String boundary, int nesting) {
        if (boundary.isEmpty() || boundary.length() > BOUNDARY_CHARACTERS_MAX) {
            return;
        }
        byte[] delimiter = ("--" + boundary).getBytes(StandardCharsets.UTF_8);
        int begun = -1;
        for (int at = part.bodyFrom; at < part.to && parts <= PARTS_MAX; ) {
            int end = lineEnd(content, at, part.to);
            if (startsWith(content, at, end, delimiter)) {
                if (begun >= 0) {
                    look(content, part(content, begun, at), nesting + 1);
                }
                boolean last = end >= at + delimiter.length + 2 && content[at + delimiter.length] == '-';
                begun = last ? -1 : Math.min(end + 1, part.to);
                if (last) {
                    return;
                }
            }
            at = end + 1;
        }
        if (begun >= 0) {
            look(content, part(content, begun, part.to), nesting + 1);
        }
    }

    private static boolean startsWith(byte[] content, int from, int to, byte[] prefix) {
        if (to - from < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (content[from + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static String string(byte[] content, Part part, String type) {
        String encoding = field(part.fields, "Content-Transfer-Encoding").orElse("");
        Charset charset = charset(parameter(type, "charset").orElse("utf-8"));
        byte[] body = java.util.Arrays.copyOfRange(content, part.bodyFrom, part.to);
        return new String(TransferEncoding.decode(encoding, body), charset);
    }

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    private static Optional<String> parameter(String field, String name) {
        Matcher matcher = PARAMETER.matcher(field);
        while (matcher.find()) {
            if (matcher.group("name").equalsIgnoreCase(name)) {
                String quoted = matcher.group("quoted");
                return Optional.of(quoted == null ? matcher.group("plain") : quoted);
            }
        }
        return Optional.empty();
    }

    /** Encoded words (RFC 2047 §6.2) made readable. */
    static String decoded(String value) {
        String joined = BETWEEN_WORDS.matcher(value).replaceAll("$1$2");
        return WORD.matcher(joined)
                .replaceAll(word -> Matcher.quoteReplacement(word(word.group(1), word.group(2), word.group(3))));
    }

    private static String word(String charset, String encoding, String coded) {
        byte[] octets = coded.getBytes(StandardCharsets.US_ASCII);
        byte[] decoded = encoding.equalsIgnoreCase("B")
                ? TransferEncoding.base64(octets)
                : TransferEncoding.quotedPrintable(octets, true);
        int language = charset.indexOf('*');
        return new String(decoded, charset(language < 0 ? charset : charset.substring(0, language)));
    }
}
