package org.postrider.message;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the header of one MIME entity says of its body (RFC 2045 §5, §6), taken line by line. Thread: confined. */
final class MimeHeader {
    /** Of the value of one field, unfolded. */
    private static final int VALUE_OCTETS_MAX = 8 << 10;

    /** How the body's octets are written (RFC 2045 §6.1). */
    enum Label {
        SEVEN_BIT,
        EIGHT_BIT,
        BINARY,
        ENCODED,
        UNKNOWN;

        /** Whether the octets are the content itself. */
        boolean isIdentity() {
            return this == SEVEN_BIT || this == EIGHT_BIT || this == BINARY;
        }
    }

    private enum Field {
        TYPE("content-type"),
        ENCODING("content-transfer-encoding"),
        VERSION("mime-version"),
        OTHER("");

        private final String name;

        Field(String name) {
            this.name = name;
        }

        static Field of(String name) {
            for (Field field : values()) {
                if (field.name.equals(name)) {
                    return field;
                }
            }
            return OTHER;
        }
    }

    private Field open = Field.OTHER;
    private final StringBuilder type = new StringBuilder();
    private final StringBuilder encoding = new StringBuilder();
    private int types;
    private int encodings;
    private int versions;
    private boolean anything;
    private boolean broken;

    /** Takes the next line, without its end. */
    void add(byte[] line, int length) {
        String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
        boolean folded = length > 0 && (line[0] == ' ' || line[0] == '\t');
        if (folded) {
            broken |= !anything;
            append(text);
            return;
        }
        int colon = text.indexOf(':');
        broken |= colon <= 0;
        anything = true;
        open = colon <= 0
                ? Field.OTHER
                : Field.of(text.substring(0, colon).strip().toLowerCase(Locale.ROOT));
        types += open == Field.TYPE ? 1 : 0;
        encodings += open == Field.ENCODING ? 1 : 0;
        versions += open == Field.VERSION ? 1 : 0;
        append(text.substring(colon + 1));
    }

    private void append(String text) {
        StringBuilder value = open == Field.TYPE ? type : encoding;
        if (open != Field.TYPE && open != Field.ENCODING) {
            return;
        }
        broken |= value.length() + text.length() > VALUE_OCTETS_MAX;
        if (!broken) {
            value.append(text);
        }
    }

    /** Whether the last line belongs to a Content-Transfer-Encoding. */
    boolean inEncodingField() {
        return open == Field.ENCODING;
    }

    /** Whether different readers may take it for different things. */
    boolean isBroken() {
        return broken || types > 1 || encodings > 1;
    }

    /** RFC 2045 §4. */
    boolean hasVersion() {
        return versions > 0;
    }

    Label label() {
        return switch (encoding.toString().strip().toLowerCase(Locale.ROOT)) {
            case "", "7bit" -> Label.SEVEN_BIT;
            case "8bit" -> Label.EIGHT_BIT;
            case "binary" -> Label.BINARY;
            case "quoted-printable", "base64" -> Label.ENCODED;
            default -> Label.UNKNOWN;
        };
    }

    /** Type and subtype in lower case, {@code text/plain} where none is named (RFC 2045 §5.2). */
    String mediaType() {
        String value = type.toString();
        int end = value.indexOf(';');
        String named = (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return types == 0 ? "text/plain" : named;
    }

    boolean namesAType() {
        return types > 0;
    }

    boolean isMultipart() {
        return mediaType().startsWith("multipart/");
    }

    /** Whether it is a message in its own octets, with a header that is to be looked into. */
    boolean isMessage() {
        return mediaType().equals("message/rfc822") && label().isIdentity();
    }

    /** The boundary; {@code null} where there is none that RFC 2046 §5.1.1 allows. */
    @Nullable
    String boundary() {
        String value = type.toString();
        int at = value.indexOf(';');
        while (at >= 0 && at < value.length()) {
            int equals = value.indexOf('=', at);
            if (equals < 0) {
                return null;
            }
            String name = value.substring(at + 1, equals).strip().toLowerCase(Locale.ROOT);
            int from = equals + 1;
            while (from < value.length() && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
                from++;
            }
            boolean quoted = from < value.length() && value.charAt(from) == '"';
            int end = quoted ? closingQuote(value, from + 1) : value.indexOf(';', from);
            if (quoted && end < 0) {
                return null;
            }
            if (name.equals("boundary")) {
                String text = value.substring(quoted ? from + 1 : from, end < 0 ? value.length() : end);
                return allowed(quoted ? text : text.strip());
            }
            at = quoted ? value.indexOf(';', end) : end;
        }
        return null;
    }

    private static int closingQuote(String value, int from) {
        for (int i = from; i < value.length(); i++) {
            if (value.charAt(i) == '\\') {
                i++;
            } else if (value.charAt(i) == '"') {
                return i;
            }
        }
        return -1;
    }

    /** RFC 2046 §5.1.1: at most 70 characters, the last of them no space. */
    private static @Nullable String allowed(String boundary) {
        boolean characters = boundary.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '\\' && c != '"');
        boolean length = !boundary.isEmpty() && boundary.length() <= 70;
        return characters && length && !boundary.endsWith(" ") ? boundary : null;
    }
}
