package org.postrider.message;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postrider.message.MimeWalk.Entity;

/**
 * What a reader finds in a MIME message.
 *
 * @param bodies of all entities in order, as a reader sees them
 * @param written the same as they are written
 * @param rest what is not a body, without the Content-Transfer-Encoding fields
 */
public record MimeBodies(List<String> bodies, List<String> written, String rest) {
    /** Reads it; empty where it is none. All octets stand as characters. */
    public static Optional<MimeBodies> read(byte[] content) {
        Reading reading = new Reading();
        MimeWalk walk = new MimeWalk(reading);
        walk.write(content, 0, content.length);
        walk.end();
        return walk.fault() == null
                ? Optional.of(new MimeBodies(reading.bodies, reading.written, reading.rest.toString()))
                : Optional.empty();
    }

    /** A stream that gives one octet at a time. */
    public static InputStream slowly(byte[] content) {
        return new InputStream() {
            private int at;

            @Override
            public int read() {
                return at < content.length ? content[at++] & 0xff : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (length > 0 && at < content.length) {
                    into[offset] = content[at++];
                    return 1;
                }
                return length == 0 ? 0 : -1;
            }
        };
    }

    private static final class Reading implements MimeWalk.Visitor {
        private final List<String> bodies = new ArrayList<>();
        private final List<String> written = new ArrayList<>();
        private final StringBuilder rest = new StringBuilder();
        private final StringBuilder encoding = new StringBuilder();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private String label = "";

        @Override
        public void headerLine(Entity entity, byte[] octets, int length) {
            String line = text(octets, 0, length);
            if (entity.header().inEncodingField()) {
                encoding.append(line);
            } else {
                rest.append(line);
            }
        }

        @Override
        public void headerEnd(Entity entity) {
            label = encoding.substring(encoding.indexOf(":") + 1).strip().toLowerCase(Locale.ROOT);
            encoding.setLength(0);
            body.reset();
        }

        @Override
        public void body(Entity entity, byte[] octets, int from, int to) {
            body.write(octets, from, to - from);
        }

        @Override
        public void bodyEnd(Entity entity) {
            written.add(text(body.toByteArray()));
            bodies.add(decoded());
        }

        /** A body that breaks its encoding is what it is. */
        private String decoded() {
            byte[] octets = body.toByteArray();
            try {
                return switch (label) {
                    case "base64" -> text(Base64.getMimeDecoder().decode(octets));
                    case "quoted-printable" -> text(unquoted(octets));
                    default -> text(octets);
                };
            } catch (IllegalArgumentException _) {
                return text(octets);
            }
        }

        @Override
        public void structure(byte[] octets, int from, int to) {
            rest.append(text(octets, from, to));
        }

        private static String text(byte[] octets) {
            return text(octets, 0, octets.length);
        }

        private static String text(byte[] octets, int from, int to) {
            return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
        }
    }

    /** RFC 2045 §6.7, strictly. */
    private static byte[] unquoted(byte[] octets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length);
        int at = 0;
        while (at < octets.length) {
            if (octets[at] != '=') {
                out.write(octets[at++]);
                continue;
            }
            if (at + 2 >= octets.length) {
                throw new IllegalArgumentException("cut short");
            }
            if (octets[at + 1] != '\r' || octets[at + 2] != '\n') {
                String digits = new String(octets, at + 1, 2, StandardCharsets.ISO_8859_1);
                out.write(HexFormat.fromHexDigits(digits));
            }
            at += 3;
        }
        return out.toByteArray();
    }
}
