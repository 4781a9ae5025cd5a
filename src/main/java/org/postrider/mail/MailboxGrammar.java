package org.postrider.mail;

import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the paths and mailboxes of MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531 §3.3). Source routes are read and dropped
 * (RFC 5321 Appendix C).
 */
public final class MailboxGrammar {
    private static final String ATEXT_SPECIALS = "!#$%&'*+-/=?^_`{|}~";
    private static final int PATH_OCTETS_MAX = 256;
    private static final int SOURCE_ROUTE_HOPS_MAX = 20;

    private final String text;
    private int at;

    private MailboxGrammar(String text, int at) {
        this.text = text;
        this.at = at;
    }

    /**
     * A path and where it ended.
     *
     * @param end index of the first character after it
     */
    public record Scanned<T>(T path, int end) {}

    /** Reads all of {@code text} as a mailbox without angle brackets. */
    public static Optional<Mailbox> mailbox(String text) {
        MailboxGrammar grammar = new MailboxGrammar(text, 0);
        Mailbox mailbox = grammar.mailbox();
        return mailbox == null || grammar.at != text.length() ? Optional.empty() : Optional.of(mailbox);
    }

    /** Reads {@code <>} or {@code <mailbox>} at index {@code from}. */
    public static Optional<Scanned<ReversePath>> reversePath(String text, int from) {
        if (text.startsWith("<>", from)) {
            return Optional.of(new Scanned<>(ReversePath.NULL, from + 2));
        }
        MailboxGrammar grammar = new MailboxGrammar(text, from);
        Mailbox mailbox = grammar.path();
        return mailbox == null ? Optional.empty() : Optional.of(new Scanned<>(new ReversePath(mailbox), grammar.at));
    }

    /**
     * Reads {@code <mailbox>} at index {@code from}; {@code <Postmaster>} without a domain is the one at {@code own} (RFC
     * 5321 §4.5.1).
     */
    public static Optional<Scanned<ForwardPath>> forwardPath(String text, int from, MailHost own) {
        String postmaster = "<postmaster>";
        if (Ascii.hasAt(text, from, postmaster)) {
            Mailbox mailbox = new Mailbox(text.substring(from + 1, from + postmaster.length() - 1), own);
            return Optional.of(new Scanned<>(new ForwardPath(mailbox), from + postmaster.length()));
        }
        MailboxGrammar grammar = new MailboxGrammar(text, from);
        Mailbox mailbox = grammar.path();
        return mailbox == null ? Optional.empty() : Optional.of(new Scanned<>(new ForwardPath(mailbox), grammar.at));
    }

    /** Reads an address literal with its brackets, as HELO and mailboxes have it. */
    public static Optional<AddressLiteral> addressLiteral(String text) {
        if (!text.startsWith("[") || !text.endsWith("]")) {
            return Optional.empty();
        }
        String inner = text.substring(1, text.length() - 1);
        boolean six = Ascii.hasAt(inner, 0, "ipv6:");
        String address = six ? inner.substring("ipv6:".length()) : inner;
        return (six ? isSixSyntax(address) : isFourSyntax(address)) ? resolveNothing(address, six) : Optional.empty();
    }

    /** The local-part as it must be written: a dot-string where it can be, else quoted (RFC 5321 §4.1.2). */
    static String localPartText(String localPart) {
        if (isDotString(localPart)) {
            return localPart;
        }
        return '"' + localPart.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private @Nullable Mailbox path() {
        int start = at;
        if (!take('<') || !skipSourceRoute()) {
            return null;
        }
        Mailbox mailbox = mailbox();
        if (mailbox == null || !take('>')) {
            return null;
        }
        // RFC 5321 §4.5.3.1.3: 256 octets with the brackets; the source route, which is dropped, does not count.
        boolean fits = octets(mailbox.text()) + 2 <= PATH_OCTETS_MAX && at - start <= 2 * PATH_OCTETS_MAX;
        return fits ? mailbox : null;
    }

    private boolean skipSourceRoute() {
        if (at >= text.length() || text.charAt(at) != '@') {
            return true;
        }
        for (int hops = 0; hops < SOURCE_ROUTE_HOPS_MAX && take('@'); hops++) {
            if (host() == null) {
                return false;
            }
            if (take(':')) {
                return true;
            }
            if (!take(',')) {
                return false;
            }
        }
        return false;
    }

    private @Nullable Mailbox mailbox() {
        String localPart = at < text.length() && text.charAt(at) == '"' ? quotedString() : dotString();
        if (localPart == null || octets(localPart) > Mailbox.LOCAL_PART_OCTETS_MAX || !take('@')) {
            return null;
        }
        MailHost host = host();
        return host == null ? null : new Mailbox(localPart, host);
    }

    private @Nullable String dotString() {
        int start = at;
        while (at < text.length() && (isAtext(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        String run = text.substring(start, at);
        return isDotString(run) ? run : null;
    }

    private @Nullable String quotedString() {
        StringBuilder content = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return content.toString();
            }
            char meant = c;
            if (c == '\\') {
                if (at == text.length()) {
                    return null;
                }
                meant = text.charAt(at++);
            }
            if (meant < ' ' || meant == 0x7f) {
                return null;
            }
            content.append(meant);
        }
        return null;
    }

    private @Nullable MailHost host() {
        if (at < text.length() && text.charAt(at) == '[') {
            int close = text.indexOf(']', at);
            if (close < 0) {
                return null;
            }
            String literal = text.substring(at, close + 1);
            at = close + 1;
            return addressLiteral(literal).orElse(null);
        }
        int start = at;
        while (at < text.length() && "<>@:,\"()[]\\; ".indexOf(text.charAt(at)) < 0 && text.charAt(at) > ' ') {
            at++;
        }
        return Domain.parse(text.substring(start, at)).orElse(null);
    }

    private boolean take(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private static boolean isDotString(String text) {
        char before = '.';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' ? before == '.' : !isAtext(c)) {
                return false;
            }
            before = c;
        }
        return before != '.';
    }

    private static boolean isAtext(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c > 0x9f
                || ATEXT_SPECIALS.indexOf(c) >= 0;
    }

    static int octets(String text) {
        int octets = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair stands for two of its four octets.
            octets += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return octets;
    }

    private static boolean isFourSyntax(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean digits =
                    !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSixSyntax(String address) {
        return address.contains(":")
                && address.length() <= 45
                && address.chars().allMatch(c -> (Character.digit(c, 16) >= 0 && c < 0x80) || c == ':' || c == '.');
    }

    /** The syntax has been checked, so that {@code InetAddress} never asks a resolver. */
    private static Optional<AddressLiteral> resolveNothing(String address, boolean six) {
        try {
            InetAddress parsed = six ? InetAddress.ofLiteral("[" + address + "]") : InetAddress.ofLiteral(address);
            return Optional.of(new AddressLiteral(parsed));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
