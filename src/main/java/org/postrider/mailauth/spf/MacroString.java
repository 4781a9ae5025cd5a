package org.postrider.mailauth.spf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Ascii;

/**
 * A text with macros in it (RFC 7208 §7), parsed.
 *
 * @param parts in the order of the text
 */
record MacroString(List<Part> parts) {
    /** Octets that an expansion may come to: a name needs 253, an explanation is cut long before. */
    static final int EXPANSION_OCTETS_MAX = 8_192;

    private static final String ANYWHERE = "slodipvh";
    /** RFC 7208 §7.2: these are for explanations. */
    private static final String EXPLAINING = "crt";

    private static final String DELIMITERS = ".-+,/_=";
    private static final int KEEP_MAX = 1_000;

    MacroString {
        parts = List.copyOf(parts);
    }

    sealed interface Part {
        record Literal(String text) implements Part {}

        /**
         * @param letter in lower case
         * @param escaped whether it was written in upper case: to be URL-escaped
         * @param keep how many parts from the right are kept; 0 is all
         * @param delimiters where the value is split; empty for not at all
         */
        record Macro(char letter, boolean escaped, int keep, boolean reversed, String delimiters) implements Part {}
    }

    /** Gives the values that stand for letters. */
    interface Values {
        /** One char an octet (ISO 8859-1); empty where there is none that a term could use. */
        Optional<String> value(char letter);
    }

    /** Reads a {@code domain-spec}: it ends in a macro, or in a dot and a label that could be a top-level domain's. */
    static Optional<MacroString> domainSpec(String text) {
        return parse(text, ANYWHERE, false).filter(macros -> macros.endsLikeDomain(text));
    }

    /** Reads the value of a modifier that nobody knows: a {@code macro-string}, which may be empty. */
    static Optional<MacroString> anyValue(String text) {
        return parse(text, ANYWHERE + EXPLAINING, false);
    }

    /** Reads an {@code explain-string}, which may hold spaces. */
    static Optional<MacroString> explanation(String text) {
        return parse(text, ANYWHERE + EXPLAINING, true);
    }

    private static Optional<MacroString> parse(String text, String letters, boolean spaces) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '%') {
                boolean visible = c > ' ' && c < 0x7f;
                if (!visible && !(spaces && c == ' ')) {
                    return Optional.empty();
                }
                literal.append(c);
                continue;
            }
            switch (at < text.length() ? text.charAt(at++) : 0) {
                case '%' -> literal.append('%');
                case '_' -> literal.append(' ');
                case '-' -> literal.append("%20");
                case '{' -> {
                    int end = text.indexOf('}', at);
                    Optional<Part.Macro> macro = end < 0 ? Optional.empty() : macro(text.substring(at, end), letters);
                    if (macro.isEmpty()) {
                        return Optional.empty();
                    }
                    flush(literal, parts);
                    parts.add(macro.get());
                    at = end + 1;
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        flush(literal, parts);
        return Optional.of(new MacroString(parts));
    }

    private static void flush(StringBuilder literal, List<Part> parts) {
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    /** Reads what stands between the braces: {@code macro-letter *DIGIT [ "r" ] *delimiter}. */
    private static Optional<Part.Macro> macro(String text, String letters) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        char written = text.charAt(0);
        char letter = Ascii.lower(text.substring(0, 1)).charAt(0);
        if (letters.indexOf(letter) < 0) {
            return Optional.empty();
        }
        int at = 1;
        int keep = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            keep = Math.min(KEEP_MAX, 10 * keep + text.charAt(at++) - '0');
        }
        // RFC 7208 §7.3: a number, if there is one, must not be zero.
        boolean zero = at > 1 && keep == 0;
        boolean reversed = at < text.length() && (text.charAt(at) == 'r' || text.charAt(at) == 'R');
        String delimiters = text.substring(reversed ? at + 1 : at);
        if (zero || delimiters.chars().anyMatch(c -> DELIMITERS.indexOf(c) < 0)) {
            return Optional.empty();
        }
        boolean split = text.length() > 1;
        return Optional.of(new Part.Macro(
                letter, written != letter, keep, reversed, split && delimiters.isEmpty() ? "." : delimiters));
    }

    /** RFC 7208 §7.1: {@code domain-end}. The last characters of {@code text} tell a macro from what is written out. */
    private boolean endsLikeDomain(String text) {
        if (parts.isEmpty()) {
            return false;
        }
        if (parts.getLast() instanceof Part.Macro || endsInEscape(text)) {
            return true;
        }
        int end = text.endsWith(".") ? text.length() - 1 : text.length();
        int dot = text.lastIndexOf('.', end - 1);
        boolean letterOrHyphen = false;
        for (int i = dot + 1; i < end; i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean inner = c == '-' && i > dot + 1 && i < end - 1;
            if (!digit && !letter && !inner) {
                return false;
            }
            letterOrHyphen |= !digit;
        }
        return dot >= 0 && letterOrHyphen;
    }

    /** Whether {@code %%}, {@code %_} or {@code %-} ends a sound text: a percent sign that no other one makes plain. */
    private static boolean endsInEscape(String text) {
        int percents = 0;
        int at = text.length() - (text.endsWith("%") ? 1 : 2);
        while (at >= 0 && text.charAt(at) == '%') {
            percents++;
            at--;
        }
        char last = text.charAt(text.length() - 1);
        return last == '%' || ((last == '_' || last == '-') && percents % 2 == 1);
    }

    /** The text with values for its macros; empty where one has none, or it comes to more than may be. */
    Optional<String> expand(Values values) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal(String literal) -> text.append(literal);
                case Part.Macro macro -> {
                    Optional<String> value = values.value(macro.letter);
                    if (value.isEmpty()) {
                        return Optional.empty();
                    }
                    String transformed = macro.delimiters.isEmpty() ? value.get() : transformed(macro, value.get());
                    append(text, transformed, macro.escaped);
                }
            }
            if (text.length() > EXPANSION_OCTETS_MAX) {
                return Optional.empty();
            }
        }
        return Optional.of(text.toString());
    }

    private static String transformed(Part.Macro macro, String value) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= value.length(); i++) {
            if (i == value.length() || macro.delimiters.indexOf(value.charAt(i)) >= 0) {
                parts.add(value.substring(from, i));
                from = i + 1;
            }
        }
        List<String> ordered = macro.reversed ? parts.reversed() : parts;
        int skip = macro.keep == 0 ? 0 : Math.max(0, ordered.size() - macro.keep);
        return String.join(".", ordered.subList(skip, ordered.size()));
    }

    /** RFC 3986 §2.3: what is not unreserved is escaped. */
    private static void append(StringBuilder text, String value, boolean escaped) {
        if (!escaped) {
            text.append(value);
            return;
        }
        for (byte octet : value.getBytes(StandardCharsets.ISO_8859_1)) {
            boolean unreserved = (octet >= 'a' && octet <= 'z')
                    || (octet >= 'A' && octet <= 'Z')
                    || (octet >= '0' && octet <= '9')
                    || "-._~".indexOf(octet) >= 0;
            if (unreserved) {
                text.append((char) octet);
            } else {
                text.append('%');
                text.append(Character.toUpperCase(Character.forDigit(octet >> 4 & 0xf, 16)));
                text.append(Character.toUpperCase(Character.forDigit(octet & 0xf, 16)));
            }
        }
    }
}
