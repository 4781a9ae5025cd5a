package org.postrider.mailauth.dkim;

/**
 * A header field of tags while it is written: it is folded between tags, and inside those that are long where a reader
 * ignores blanks (RFC 6376 §2.10, §3.5).
 *
 * <p>Thread: confined.
 */
public final class FoldedField {
    private static final int LINE_CHARS = 76;
    private static final String FOLD = "\r\n\t";

    private final StringBuilder text;
    private int column;
    private boolean empty = true;

    public FoldedField(String name) {
        text = new StringBuilder(name).append(':');
        column = text.length();
    }

    /** Adds a tag whose value stays in one piece. */
    public FoldedField tag(String name, String value) {
        begin(name, value.length());
        append(value);
        return this;
    }

    /** Adds a tag with base64, folded anywhere. */
    public FoldedField base64(String name, String value) {
        begin(name, Math.min(value.length(), 20));
        return more(value);
    }

    /** Adds base64 to the value of the last tag. */
    FoldedField more(String value) {
        int at = 0;
        while (at < value.length()) {
            int room = LINE_CHARS - column;
            if (room <= 0) {
                fold();
                room = LINE_CHARS - column;
            }
            int end = Math.min(value.length(), at + room);
            append(value.substring(at, end));
            at = end;
        }
        return this;
    }

    /** Adds a tag with a list of words and a colon between each two, folded at the words. */
    public FoldedField list(String name, Iterable<String> words) {
        begin(name, 20);
        boolean first = true;
        for (String word : words) {
            if (!first) {
                append(":");
            }
            first = false;
            if (column + word.length() >= LINE_CHARS) {
                fold();
            }
            append(word);
        }
        return this;
    }

    private void begin(String name, int valueChars) {
        if (!empty) {
            append(";");
        }
        empty = false;
        if (column + name.length() + valueChars + 2 >= LINE_CHARS) {
            fold();
        } else {
            append(" ");
        }
        append(name + "=");
    }

    private void append(String more) {
        text.append(more);
        column += more.length();
    }

    private void fold() {
        text.append(FOLD);
        // A tab may be shown as wide as eight.
        column = 8;
    }

    /** The field so far, without a line end. */
    public String text() {
        return text.toString();
    }
}
