package org.postrider.smtp.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Reply;

/**
 * Reads replies (RFC 5321 §4.2), trusting none: each is bounded in lines, in octets and in time, and what comes of it is
 * printable text.
 *
 * <p>A reply that breaks the syntax breaks the wire, as we can no longer tell which reply answers which command. One whose
 * code we do not know is what its first digit says (RFC 5321 §4.2.1).
 */
final class ReplyReader {
    static final int LINES_MAX = 128;
    static final int OCTETS_MAX = 16 * 1024;
    private static final int CODE_DIGITS = 3;

    private final Wire wire;

    ReplyReader(Wire wire) {
        this.wire = wire;
    }

    /** Reads a reply that comes within {@code limit}, whole. */
    Reply read(Duration limit) throws BrokenWire {
        wire.arm(limit);
        List<String> lines = new ArrayList<>(1);
        int code = 0;
        int octets = 0;
        @Nullable EnhancedStatus status = null;
        for (boolean more = true; more; ) {
            wire.readLine();
            int from = wire.lineFrom();
            int to = wire.lineTo();
            octets += to - from;
            if (lines.size() == LINES_MAX || octets > OCTETS_MAX) {
                throw new BrokenWire(Failure.PROTOCOL, "a reply of too many lines");
            }
            byte[] in = wire.input();
            int lineCode = code(in, from, to);
            if (lineCode < 0 || (!lines.isEmpty() && lineCode != code)) {
                throw malformed(in, from, to);
            }
            code = lineCode;
            more = to > from + CODE_DIGITS && in[from + CODE_DIGITS] == '-';
            String text = text(in, Math.min(from + CODE_DIGITS + 1, to), to);
            int statusEnd = code / 100 == 3 ? 0 : statusEnd(text);
            if (statusEnd > 0 && (lines.isEmpty() || status != null)) {
                status = status == null ? status(text, statusEnd, code / 100) : status;
                text = text.substring(Math.min(statusEnd + 1, text.length()));
            }
            lines.add(text);
        }
        wire.disarm();
        return new Reply(code, status, lines);
    }

    /** The code, or -1 where the line does not begin as a reply's does. */
    private static int code(byte[] in, int from, int to) {
        if (to - from < CODE_DIGITS || (to - from > CODE_DIGITS && in[from + 3] != ' ' && in[from + 3] != '-')) {
            return -1;
        }
        int code = 0;
        for (int i = from; i < from + CODE_DIGITS; i++) {
            if (in[i] < '0' || in[i] > '9') {
                return -1;
            }
            code = 10 * code + in[i] - '0';
        }
        return code >= 200 && code <= 599 ? code : -1;
    }

    private static BrokenWire malformed(byte[] in, int from, int to) {
        int shown = Math.min(to, from + 80);
        return new BrokenWire(Failure.PROTOCOL, "not a reply: \"" + text(in, from, shown) + "\"");
    }

    /** Printable text of whatever the octets are: no control characters, what is not UTF-8 replaced. */
    private static String text(byte[] in, int from, int to) {
        boolean plain = true;
        for (int i = from; i < to; i++) {
            plain &= in[i] >= ' ' && in[i] != 0x7f;
        }
        if (plain) {
            return new String(in, from, to - from, StandardCharsets.US_ASCII);
        }
        String decoded = new String(in, from, to - from, StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder(decoded.length());
        decoded.codePoints().forEach(c -> {
            if (c == '\t') {
                text.append(' ');
            } else {
                text.appendCodePoint(isPrintable(c) ? c : 0xfffd);
            }
        });
        return text.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            // Format characters can turn the order of what stands around them.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    /** Where an enhanced status at the text's beginning ends, 0 where there is none (RFC 2034 §4). */
    private static int statusEnd(String text) {
        if (text.length() < 5 || "245".indexOf(text.charAt(0)) < 0 || text.charAt(1) != '.') {
            return 0;
        }
        int dot = digitsEnd(text, 2);
        if (dot == 2 || dot >= text.length() || text.charAt(dot) != '.') {
            return 0;
        }
        int end = digitsEnd(text, dot + 1);
        return end > dot + 1 && (end == text.length() || text.charAt(end) == ' ') ? end : 0;
    }

    private static int digitsEnd(String text, int from) {
        int at = from;
        while (at < text.length() && at < from + 3 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    /** The status; its class is the code's first digit, which is the one to trust where they differ. */
    private static EnhancedStatus status(String text, int end, int statusClass) {
        int dot = text.indexOf('.', 2);
        return new EnhancedStatus(
                statusClass, Integer.parseInt(text, 2, dot, 10), Integer.parseInt(text, dot + 1, end, 10));
    }
}
