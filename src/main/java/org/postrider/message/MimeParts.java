package org.postrider.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a message that was read whole, decoded: what programs look for in reports. Messages inside messages are
 * followed like multiparts. Lines may end in LF alone.
 *
 * @param parts in their order, the message itself first
 * @param fault why it was not read to its end, {@code null} where it was
 */
public record MimeParts(List<Part> parts, @Nullable String fault) {
    /** Parts that are kept; the rest is not looked at. */
    public static final int PARTS_MAX = 200;

    private static final int HEADER_CHARS_MAX = 64 << 10;
    private static final int SLICE_OCTETS = 8 << 10;
    private static final Pattern PARAMETER = Pattern.compile(
            ";\\s*(?<name>[A-Za-z0-9*-]{1,40})\\s*=\\s*(?:\"(?<quoted>[^\"]{0,2048})\"|(?<plain>[^\\s;\"]{1,2048}))");

    public MimeParts {
        parts = List.copyOf(parts);
    }

    /**
     * One part.
     *
     * @param depth 0 for the message itself
     * @param header its header section as it came, one char an octet (ISO 8859-1), lines ended by CRLF; cut at 64 KiB
     * @param mediaType in lower case
     * @param content decoded; empty for what is made of other parts
     * @param cut whether the content is only a beginning
     */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    public record Part(int depth, String header, String mediaType, byte[] content, boolean cut) {
        /** The first field of this name, unfolded. */
        public Optional<String> field(String name) {
            return fields(header, name).stream().findFirst();
        }

        /** The name that it should have as a file, from Content-Disposition or else Content-Type; without any path. */
        public Optional<String> fileName() {
            return field("Content-Disposition")
                    .flatMap(value -> parameter(value, "filename"))
                    .or(() -> field("Content-Type").flatMap(value -> parameter(value, "name")))
                    .map(name -> name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
        }
    }

    /**
     * Reads a message.
     *
     * @param octetsMax of all contents together, still encoded; what is more is cut
     */
    public static MimeParts of(InputStream message, int octetsMax) throws IOException {
        Collector collector = new Collector(octetsMax);
        MimeWalk walk = new MimeWalk(collector);
        byte[] slice = new byte[SLICE_OCTETS];
        byte[] lines = new byte[2 * SLICE_OCTETS];
        byte last = 0;
        for (int read = message.read(slice); read >= 0 && walk.fault() == null; read = message.read(slice)) {
            int length = 0;
            for (int i = 0; i < read; i++) {
                if (slice[i] == '\n' && last != '\r') {
                    lines[length++] = '\r';
                }
                last = slice[i];
                lines[length++] = last;
            }
            walk.write(lines, 0, length);
        }
        walk.end();
        return new MimeParts(collector.parts(), walk.fault());
    }

    /** The values of all fields of this name in a header section, unfolded, without the blanks around them. */
    public static List<String> fields(String header, String name) {
        List<String> values = new ArrayList<>();
        boolean open = false;
        for (String line : header.split("\r\n", -1)) {
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            if (folded && open) {
                values.add(values.removeLast() + line);
            } else if (!folded) {
                int colon = line.indexOf(':');
                open = colon > 0 && line.substring(0, colon).strip().equalsIgnoreCase(name);
                if (open) {
                    values.add(line.substring(colon + 1));
                }
            }
        }
        return values.stream().map(String::strip).toList();
    }

    /** A parameter of a structured field (RFC 2045 §5.1). */
    static Optional<String> parameter(String value, String name) {
        Matcher matcher = PARAMETER.matcher(value);
        while (matcher.find()) {
            if (matcher.group("name").equalsIgnoreCase(name)) {
                String quoted = matcher.group("quoted");
                return Optional.of(quoted == null ? matcher.group("plain") : quoted);
            }
        }
        return Optional.empty();
    }

    private static final class Open {
        private final MimeWalk.Entity entity;
        private final StringBuilder header = new StringBuilder();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean cut;

        Open(MimeWalk.Entity entity) {
            this.entity = entity;
        }

        Part close() {
            String text = header.toString();
            List<String> labels = fields(text, "Content-Transfer-Encoding");
            byte[] content = TransferEncoding.decode(labels.isEmpty() ? "" : labels.getFirst(), body.toByteArray());
            return new Part(entity.depth(), text, entity.header().mediaType(), content, cut);
        }
    }

    private static final class Collector implements MimeWalk.Visitor {
        private final List<Open> all = new ArrayList<>();
        private int room;

        Collector(int octetsMax) {
            this.room = octetsMax;
        }

        List<Part> parts() {
            return all.stream().map(Open::close).toList();
        }

        private @Nullable Open open(MimeWalk.Entity entity) {
            if (all.isEmpty() || all.getLast().entity.index() != entity.index()) {
                if (all.size() == PARTS_MAX) {
                    return null;
                }
                all.add(new Open(entity));
            }
            return all.getLast();
        }

        @Override
        public void headerLine(MimeWalk.Entity entity, byte[] octets, int length) {
            Open open = open(entity);
            if (open != null && open.header.length() + length <= HEADER_CHARS_MAX) {
                open.header.append(new String(octets, 0, length, StandardCharsets.ISO_8859_1));
            }
        }

        @Override
        public void headerEnd(MimeWalk.Entity entity) {
            open(entity);
        }

        @Override
        public void body(MimeWalk.Entity entity, byte[] octets, int from, int to) {
            Open open = open(entity);
            if (open == null) {
                return;
            }
            int taken = Math.min(room, to - from);
            open.body.write(octets, from, taken);
            room -= taken;
            open.cut |= taken < to - from;
        }

        @Override
        public void bodyEnd(MimeWalk.Entity entity) {}

        @Override
        public void structure(byte[] octets, int from, int to) {}
    }
}
