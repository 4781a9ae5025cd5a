package org.postrider.mailauth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The header fields of a message as the octets that came, in their order: what signatures are made over.
 *
 * <p>A field reaches from its name to the line end before the next one, folded lines included. What is no field (no colon, or
 * a name with blanks or 8-bit octets in it) ends the section, as it does for those who deliver the message.
 *
 * @param fields from the top
 */
public record HeaderSection(List<Field> fields) {
    /** Fields that are looked at; reception refuses more. */
    public static final int FIELDS_MAX = 2_000;

    public HeaderSection {
        fields = List.copyOf(fields);
    }

    /** One field, a window on the section's octets, which nobody may change. */
    public static final class Field {
        private final String name;
        private final byte[] octets;
        private final int from;
        private final int value;
        private final int to;

        private Field(String name, byte[] octets, int from, int value, int to) {
            this.name = name;
            this.octets = octets;
            this.from = from;
            this.value = value;
            this.to = to;
        }

        /** In lower case, without the blanks before the colon (RFC 5322 §4.5.8). */
        public String name() {
            return name;
        }

        /** The whole section; not to be changed. */
        public byte[] octets() {
            return octets;
        }

        /** The first octet of the name. */
        public int from() {
            return from;
        }

        /** The first octet after the colon. */
        public int value() {
            return value;
        }

        /** After the last octet of the field, its final line end left out. */
        public int to() {
            return to;
        }

        /** The value with its folding, one char an octet (ISO 8859-1), so that nothing is lost. */
        public String text() {
            return new String(octets, value, to - value, StandardCharsets.ISO_8859_1);
        }

        /** The value with its folding as UTF-8, which addresses may hold (RFC 6532 §3.1). */
        public String utf8() {
            return new String(octets, value, to - value, StandardCharsets.UTF_8);
        }
    }

    /**
     * Finds the fields.
     *
     * @param octets begins with the header section; whatever follows the empty line is not looked at. Lines end in CRLF, or
     *     in LF alone
     */
    public static HeaderSection of(byte[] octets, int length) {
        List<Field> fields = new ArrayList<>();
        int at = 0;
        while (at < length && fields.size() < FIELDS_MAX) {
            int colon = colon(octets, at, length);
            if (colon < 0) {
                break;
            }
            int lineEnd = fieldEnd(octets, colon, length);
            int to = lineEnd;
            if (to > at && octets[to - 1] == '\n') {
                to--;
                if (to > at && octets[to - 1] == '\r') {
                    to--;
                }
            }
            fields.add(new Field(name(octets, at, colon), octets, at, colon + 1, Math.max(to, colon + 1)));
            at = lineEnd;
        }
        return new HeaderSection(fields);
    }

    /** Where the colon of the field that begins here is; -1 where none begins. */
    private static int colon(byte[] octets, int from, int length) {
        int at = from;
        while (at < length && octets[at] > ' ' && octets[at] < 0x7f && octets[at] != ':') {
            at++;
        }
        int nameEnd = at;
        while (at < length && isBlank(octets[at])) {
            at++;
        }
        return nameEnd > from && at < length && octets[at] == ':' ? at : -1;
    }

    private static String name(byte[] octets, int from, int colon) {
        int to = colon;
        while (isBlank(octets[to - 1])) {
            to--;
        }
        return new String(octets, from, to - from, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    }

    /** Where the next field, or what is none, begins. */
    private static int fieldEnd(byte[] octets, int from, int length) {
        int at = from;
        while (at < length) {
            if (octets[at++] == '\n' && (at == length || !isBlank(octets[at]))) {
                return at;
            }
        }
        return length;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /** The fields of this name, from the top. */
    public List<Field> named(String lowerCaseName) {
        return fields.stream().filter(field -> field.name.equals(lowerCaseName)).toList();
    }
}
