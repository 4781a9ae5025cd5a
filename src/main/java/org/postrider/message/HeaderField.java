package org.postrider.message;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The header fields that Postrider looks at; all others are counted and passed on. */
public enum HeaderField {
    RECEIVED("Received"),
    RETURN_PATH("Return-Path"),
    FROM("From"),
    SENDER("Sender"),
    REPLY_TO("Reply-To"),
    TO("To"),
    CC("Cc"),
    BCC("Bcc"),
    DATE("Date"),
    MESSAGE_ID("Message-ID"),
    IN_REPLY_TO("In-Reply-To"),
    REFERENCES("References"),
    SUBJECT("Subject"),
    AUTO_SUBMITTED("Auto-Submitted"),
    PRECEDENCE("Precedence"),
    LIST_ID("List-Id"),
    MIME_VERSION("MIME-Version"),
    CONTENT_TYPE("Content-Type"),
    CONTENT_TRANSFER_ENCODING("Content-Transfer-Encoding"),
    TLS_REQUIRED("TLS-Required");

    /** Indexed by length, so that most fields are told apart without a comparison. */
    private static final HeaderField[][] BY_LENGTH = byLength();

    private final String text;
    private final String lowerCase;

    HeaderField(String text) {
        this.text = text;
        this.lowerCase = text.toLowerCase(Locale.ROOT);
    }

    /** The name as it is usually written. */
    public String text() {
        return text;
    }

    /** The field of this name in any case, {@code null} for one that we do not look at. */
    static @Nullable HeaderField of(byte[] bytes, int from, int length) {
        if (length >= BY_LENGTH.length) {
            return null;
        }
        for (HeaderField field : BY_LENGTH[length]) {
            if (field.matches(bytes, from)) {
                return field;
            }
        }
        return null;
    }

    private boolean matches(byte[] bytes, int from) {
        for (int i = 0; i < lowerCase.length(); i++) {
            if (lowerCase(bytes[from + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static byte lowerCase(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }

    private static HeaderField[][] byLength() {
        int longest = 0;
        for (HeaderField field : values()) {
            longest = Math.max(longest, field.text.length());
        }
        HeaderField[][] table = new HeaderField[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            table[length] = Arrays.stream(values())
                    .filter(field -> field.text.length() == wanted)
                    .toArray(HeaderField[]::new);
        }
        return table;
    }
}
