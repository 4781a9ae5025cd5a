package org.postrider.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.postrider.mail.Mailbox;

/**
 * Builds the messages that we write ourselves. A name or value that could break out of its field is refused with {@link
 * IllegalArgumentException}; who takes them from outside asks {@link #isFieldName} and {@link #isFieldText} first.
 *
 * <p>Thread: confined.
 */
public final class MessageBuilder {
    /** RFC 5322 §2.1.1: what lines should keep to, and what they must, both without CRLF. */
    private static final int LINE_OCTETS_WANTED = 78;

    static final int LINE_OCTETS_MAX = 998;

    private final StringBuilder header = new StringBuilder(512);

    /** Whether {@code name} can name a header field: printable ASCII without blank and colon (RFC 5322 §2.2). */
    public static boolean isFieldName(String name) {
        return !name.isEmpty()
                && name.length() < LINE_OCTETS_WANTED - 1
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
    }

    /** Whether {@code text} can be a field's text: no control character but the tab, no half of a surrogate pair. */
    public static boolean isFieldText(String text) {
        return text.codePoints().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || (c >= 0xd800 && c <= 0xdfff));
    }

    /** Adds a field of free text, such as Subject; text beyond ASCII becomes encoded words. */
    public MessageBuilder text(String name, String text) {
        check(name, text);
        boolean encode = EncodedWords.needed(text) || hasLongWord(text);
        return fold(name, encode ? EncodedWords.encode(text, name.length() + 2) : List.of(text.split(" ", -1)));
    }

    /** Adds a field whose value is written already, in ASCII and in short words, such as Message-ID or MIME-Version. */
    public MessageBuilder structured(String name, String value) {
        check(name, value);
        if (value.chars().anyMatch(c -> c > 0x7e) || hasLongWord(value)) {
            throw new IllegalArgumentException("value of " + name + " is not short words of ASCII");
        }
        return fold(name, List.of(value.split(" ", -1)));
    }

    /** Adds a field of one address, From or To; an address beyond ASCII stays as it is (RFC 6532 §3.2). */
    public MessageBuilder mailbox(String name, String displayName, Mailbox mailbox) {
        check(name, displayName);
        header.append(name).append(": ");
        if (EncodedWords.needed(displayName)) {
            header.append(String.join("\r\n ", EncodedWords.encode(displayName, name.length() + 2)))
                    .append("\r\n ");
        } else if (!displayName.isEmpty()) {
            header.append('"')
                    .append(displayName.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append("\"\r\n ");
        }
        header.append('<').append(mailbox.text()).append(">\r\n");
        return this;
    }

    public MessageBuilder date(Instant at) {
        return structured("Date", MailDate.text(at));
    }

    /** The header section so far, without the empty line that ends it. */
    public String header() {
        return header.toString();
    }

    /** The whole message: the header with the MIME fields of a plain text, and the text with CRLF line ends. */
    public byte[] withPlainText(String body) {
        String text = body.replace("\r\n", "\n").replace('\r', '\n');
        boolean plain = text.chars().allMatch(c -> c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f))
                && text.lines().allMatch(line -> line.length() <= LINE_OCTETS_MAX);
        structured("MIME-Version", "1.0");
        structured("Content-Type", "text/plain; charset=utf-8");
        structured("Content-Transfer-Encoding", plain ? "7bit" : "quoted-printable");
        String coded = plain ? text.replace("\n", "\r\n") : QuotedPrintable.encode(text);
        String end = coded.endsWith("\r\n") ? "" : "\r\n";
        return (header + "\r\n" + coded + end).getBytes(StandardCharsets.UTF_8);
    }

    private static void check(String name, String text) {
        if (!isFieldName(name)) {
            throw new IllegalArgumentException("not the name of a header field");
        }
        if (!isFieldText(text)) {
            throw new IllegalArgumentException("control character in the text of " + name);
        }
    }

    private static boolean hasLongWord(String text) {
        int word = 0;
        for (int i = 0; i < text.length(); i++) {
            word = text.charAt(i) == ' ' ? 0 : word + 1;
            if (word > LINE_OCTETS_MAX - LINE_OCTETS_WANTED) {
                return true;
            }
        }
        return false;
    }

    /** Puts words on lines; a line never begins with an empty word, so that no folded line is blank (§3.2.2). */
    private MessageBuilder fold(String name, List<String> words) {
        header.append(name).append(':');
        int column = name.length() + 1;
        boolean lineHasWord = false;
        for (String word : words) {
            if (lineHasWord && !word.isEmpty() && column + 1 + word.length() > LINE_OCTETS_WANTED) {
                header.append("\r\n");
                column = 0;
                lineHasWord = false;
            }
            header.append(' ').append(word);
            column += 1 + word.length();
            lineHasWord |= !word.isEmpty();
        }
        header.append("\r\n");
        return this;
    }
}
