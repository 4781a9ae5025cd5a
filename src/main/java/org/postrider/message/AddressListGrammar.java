package org.postrider.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.MailboxGrammar;

/**
 * Reads lists of addresses in one pass over their tokens: atoms, quoted strings, domain literals and specials, with white
 * space and comments between them passed over (RFC 5322 §3.2). Thread: confined.
 */
final class AddressListGrammar {
    private static final int COMMENT_DEPTH_MAX = 20;

    /** Specials that end an atom (RFC 5322 §3.2.3). */
    private static final String SPECIALS = "()<>[]:;@\\,.\"";

    private final String text;
    private int at;
    private final List<AddressList.Entry> entries = new ArrayList<>();
    private int groups;
    private @Nullable String group;

    private enum Kind {
        ATOM,
        QUOTED,
        LITERAL,
        SPECIAL,
        END
    }

    /**
     * @param text of a quoted string what it means, of all others what stands there
     * @param spaced whether white space or a comment stands before it
     */
    private record Token(Kind kind, String text, boolean spaced) {
        boolean is(char special) {
            return kind == Kind.SPECIAL && text.charAt(0) == special;
        }

        boolean isWord() {
            return kind == Kind.ATOM || kind == Kind.QUOTED;
        }
    }

    /** What cannot be read ends the whole list; never leaves this class. */
    private static final class Malformed extends Exception {
        private Malformed() {
            super("no address list", null, false, false);
        }
    }

    AddressListGrammar(String text) {
        this.text = text;
    }

    Optional<AddressList> list() {
        try {
            while (member()) {
                if (entries.size() > AddressList.ENTRIES_MAX) {
                    return Optional.empty();
                }
            }
            boolean anything = groups > 0 || !entries.isEmpty();
            return anything && group == null ? Optional.of(new AddressList(entries, groups)) : Optional.empty();
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    /** Reads up to the comma, the end of the group or the end of the text behind one member of the list; false at the end. */
    private boolean member() throws Malformed {
        List<Token> words = new ArrayList<>();
        while (true) {
            Token token = next();
            if (token.is('<')) {
                angleAddress(words);
                return behindAddress();
            } else if (token.is(':') && beginsGroup(words)) {
                group = phrase(words);
                groups++;
                return true;
            } else if (token.is(',') || token.is(';') || token.kind() == Kind.END) {
                if (!words.isEmpty()) {
                    add(words, "");
                }
                return afterMember(token);
            } else if (token.is('>')) {
                throw new Malformed();
            }
            words.add(token);
        }
    }

    /** A group's name is a phrase; in a name with brackets or an {@code @} in it, a colon is but one more thing that is wrong. */
    private boolean beginsGroup(List<Token> words) {
        boolean phrase = !words.isEmpty() && words.stream().allMatch(word -> word.isWord() || word.is('.'));
        return phrase && group == null;
    }

    private boolean behindAddress() throws Malformed {
        Token token = next();
        if (!token.is(',') && !token.is(';') && token.kind() != Kind.END) {
            throw new Malformed();
        }
        return afterMember(token);
    }

    /** Whether more may follow. A semicolon outside a group is read as a comma, as it is often written. */
    private boolean afterMember(Token token) throws Malformed {
        if (token.is(';') && group != null) {
            group = null;
            Token behind = next();
            if (!behind.is(',') && behind.kind() != Kind.END) {
                throw new Malformed();
            }
            return behind.kind() != Kind.END;
        }
        return token.kind() != Kind.END;
    }

    private void angleAddress(List<Token> name) throws Malformed {
        List<Token> inside = new ArrayList<>();
        for (Token token = next(); !token.is('>'); token = next()) {
            if (token.kind() == Kind.END || token.is('<') || token.is(';')) {
                throw new Malformed();
            }
            inside.add(token);
        }
        // RFC 5322 §4.4: a route before the address is obsolete, and dropped.
        boolean routed = !inside.isEmpty()
                && (inside.getFirst().is('@') || inside.getFirst().is(','));
        if (routed) {
            int colon = 0;
            while (colon < inside.size() && !inside.get(colon).is(':')) {
                colon++;
            }
            inside = inside.subList(Math.min(colon + 1, inside.size()), inside.size());
        }
        add(inside, phrase(name));
    }

    /** {@code local-part "@" domain}, both with obsolete white space around their dots (§4.4). */
    private void add(List<Token> address, String displayName) throws Malformed {
        int sign = 0;
        while (sign < address.size() && !address.get(sign).is('@')) {
            sign++;
        }
        if (sign == 0 || sign >= address.size() - 1) {
            throw new Malformed();
        }
        String localPart = dotted(address.subList(0, sign));
        List<Token> right = address.subList(sign + 1, address.size());
        entries.add(new AddressList.Entry(displayName, localPart, host(right), group));
    }

    /** Words with a dot between each two: none before the first and behind the last. */
    private static String dotted(List<Token> tokens) throws Malformed {
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean fits = i % 2 == 0 ? token.isWord() : token.is('.');
            if (!fits) {
                throw new Malformed();
            }
            joined.append(token.text());
        }
        if (tokens.size() % 2 == 0) {
            throw new Malformed();
        }
        return joined.toString();
    }

    private static MailHost host(List<Token> tokens) throws Malformed {
        Optional<? extends MailHost> host;
        if (tokens.getFirst().kind() == Kind.LITERAL && tokens.size() == 1) {
            host = MailboxGrammar.addressLiteral(tokens.getFirst().text());
        } else if (tokens.stream().anyMatch(token -> token.kind() == Kind.QUOTED)) {
            throw new Malformed();
        } else {
            // A name with its root's dot is the same name, and seen.
            boolean rooted = tokens.size() > 1 && tokens.getLast().is('.');
            host = Domain.parse(dotted(rooted ? tokens.subList(0, tokens.size() - 1) : tokens));
        }
        return host.orElseThrow(Malformed::new);
    }

    private static String phrase(List<Token> words) {
        StringBuilder phrase = new StringBuilder();
        for (Token word : words) {
            phrase.append(word.spaced() && !phrase.isEmpty() ? " " : "").append(word.text());
        }
        return phrase.toString();
    }

    private Token next() throws Malformed {
        boolean spaced = skipBlanksAndComments();
        if (at == text.length()) {
            return new Token(Kind.END, "", spaced);
        }
        char c = text.charAt(at);
        if (c == '"') {
            return new Token(Kind.QUOTED, enclosed('"', false), spaced);
        }
        if (c == '[') {
            return new Token(Kind.LITERAL, "[" + enclosed(']', true) + "]", spaced);
        }
        if (SPECIALS.indexOf(c) >= 0) {
            if (c == ')' || c == '\\' || c == ']') {
                throw new Malformed();
            }
            at++;
            return new Token(Kind.SPECIAL, String.valueOf(c), spaced);
        }
        int from = at;
        while (at < text.length() && isAtom(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw new Malformed();
        }
        return new Token(Kind.ATOM, text.substring(from, at), spaced);
    }

    private static boolean isAtom(char c) {
        return c > ' ' && c != 0x7f && SPECIALS.indexOf(c) < 0;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /** What stands between the character here and {@code close}, with each backslash taken from before what it quotes. */
    private String enclosed(char close, boolean dropBlanks) throws Malformed {
        StringBuilder inside = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == close) {
                return inside.toString();
            }
            boolean escapes = c == '\\' && at < text.length();
            char meant = escapes ? text.charAt(at++) : c;
            if (meant == '\r' || meant == '\n') {
                continue;
            }
            if ((meant < ' ' && meant != '\t') || meant == 0x7f) {
                throw new Malformed();
            }
            if (!(dropBlanks && isBlank(meant))) {
                inside.append(meant);
            }
        }
        throw new Malformed();
    }

    private boolean skipBlanksAndComments() throws Malformed {
        int from = at;
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '(' && ++depth > COMMENT_DEPTH_MAX) {
                throw new Malformed();
            } else if (depth > 0) {
                depth -= c == ')' ? 1 : 0;
                at += c == '\\' && at + 1 < text.length() ? 1 : 0;
                if (c == 0) {
                    throw new Malformed();
                }
            } else if (!isBlank(c)) {
                break;
            }
            at++;
        }
        if (depth > 0) {
            throw new Malformed();
        }
        return at > from;
    }
}
