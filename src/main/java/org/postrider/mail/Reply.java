package org.postrider.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP reply, ours or a peer's (RFC 5321 §4.2).
 *
 * @param code 200 to 599; a peer's unknown code is classed by its first digit (RFC 5321 §4.2.1)
 * @param status the enhanced status (RFC 2034), {@code null} where the reply has none; its class is the first digit of
 *     the code
 * @param lines the text of each line, at least one, without code, status, CR and LF
 */
public record Reply(int code, @Nullable EnhancedStatus status, List<String> lines) {
    /** What the first digit of a reply says (RFC 5321 §4.2.1). */
    public enum Severity {
        POSITIVE,
        INTERMEDIATE,
        TRANSIENT_NEGATIVE,
        PERMANENT_NEGATIVE
    }

    public Reply {
        lines = List.copyOf(lines);
        if (code < 200 || code > 599 || lines.isEmpty()) {
            throw new IllegalArgumentException("reply " + code + " of " + lines.size() + " lines");
        }
        if (status != null && status.statusClass() != code / 100) {
            throw new IllegalArgumentException("reply " + code + " with status " + status);
        }
        for (String line : lines) {
            if (Characters.hasLineEnd(line)) {
                throw new IllegalArgumentException("line end within a reply");
            }
        }
    }

    /** A reply of one line, as in {@code Reply.of(550, "5.1.1", "No such user")}. */
    public static Reply of(int code, String status, String text) {
        return new Reply(code, EnhancedStatus.of(status), List.of(text));
    }

    /** A reply of one line without enhanced status: greetings, EHLO, 3yz. */
    public static Reply plain(int code, String text) {
        return new Reply(code, null, List.of(text));
    }

    public Severity severity() {
        return switch (code / 100) {
            case 2 -> Severity.POSITIVE;
            case 3 -> Severity.INTERMEDIATE;
            case 4 -> Severity.TRANSIENT_NEGATIVE;
            default -> Severity.PERMANENT_NEGATIVE;
        };
    }

    public boolean isPositive() {
        return severity() == Severity.POSITIVE;
    }

    /** All on one line, for logs and notices: {@code 550 5.1.1 No such user}. */
    public String text() {
        StringBuilder text = new StringBuilder().append(code).append(' ');
        if (status != null) {
            text.append(status).append(' ');
        }
        return text.append(String.join(" ", lines)).toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
