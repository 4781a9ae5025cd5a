package org.postrider.mailauth.spf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mail.Network;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.spf.Mechanism.PrefixLengths;
import org.postrider.mailauth.spf.SpfRecord.Directive;
import org.postrider.mailauth.spf.SpfRecord.Reading;

/**
 * Reads one record by the grammar of RFC 7208 §12, which knows no leniency: what it does not allow is a permerror.
 *
 * <p>Thread: confined.
 */
final class RecordParser {
    private static final int FOUR_BITS = 32;
    private static final int SIX_BITS = 128;
    /** Leading bits that all IPv4-mapped addresses have as zero (RFC 4291 §2.5.5.2). */
    private static final int MAPPED_ZERO_BITS = 80;

    private final List<Directive> directives = new ArrayList<>();
    private Modifier.@Nullable Redirect redirect;
    private Modifier.@Nullable Explanation explanation;

    /** What follows a mechanism's name, the prefix lengths cut off. */
    private record Argument(String text, PrefixLengths lengths) {}

    /**
     * @param from where the terms begin: at the end or at a space
     */
    Reading parse(String text, int from) {
        int at = from;
        while (at < text.length()) {
            if (text.charAt(at) == ' ') {
                at++;
                continue;
            }
            int space = text.indexOf(' ', at);
            int end = space < 0 ? text.length() : space;
            String term = text.substring(at, end);
            if (!add(term)) {
                return new Reading.Broken("syntax error in \"" + term + "\"");
            }
            at = end;
        }
        return new Reading.Sound(new SpfRecord(directives, redirect, explanation));
    }

    private boolean add(String term) {
        int nameEnd = nameEnd(term, 0);
        if (nameEnd > 0 && nameEnd < term.length() && term.charAt(nameEnd) == '=') {
            return addModifier(term.substring(0, nameEnd), term.substring(nameEnd + 1));
        }
        int from = switch (term.charAt(0)) {
            case '+', '-', '~', '?' -> 1;
            default -> 0;
        };
        AuthResult onMatch = switch (term.charAt(0)) {
            case '-' -> AuthResult.FAIL;
            case '~' -> AuthResult.SOFTFAIL;
            case '?' -> AuthResult.NEUTRAL;
            default -> AuthResult.PASS;
        };
        int end = nameEnd(term, from);
        Optional<Mechanism> mechanism = mechanism(Ascii.lower(term.substring(from, end)), term.substring(end));
        mechanism.ifPresent(sound -> directives.add(new Directive(onMatch, sound, term.substring(from))));
        return mechanism.isPresent();
    }

    /** The end of {@code ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )} that begins here; {@code from} where none does. */
    private static int nameEnd(String term, int from) {
        int at = from;
        while (at < term.length()) {
            char c = term.charAt(at);
            boolean later = (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
            if (!isLetter(c) && !(later && at > from)) {
                break;
            }
            at++;
        }
        return at;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private boolean addModifier(String name, String value) {
        switch (Ascii.lower(name)) {
            case "redirect" -> {
                Optional<MacroString> domain = MacroString.domainSpec(value);
                // RFC 7208 §6: twice is a syntax error.
                if (domain.isEmpty() || redirect != null) {
                    return false;
                }
                redirect = new Modifier.Redirect(domain.get());
            }
            case "exp" -> {
                Optional<MacroString> domain = MacroString.domainSpec(value);
                if (domain.isEmpty() || explanation != null) {
                    return false;
                }
                explanation = new Modifier.Explanation(domain.get());
            }
            default -> {
                return MacroString.anyValue(value).isPresent();
            }
        }
        return true;
    }

    private static Optional<Mechanism> mechanism(String name, String rest) {
        return switch (name) {
            case "all" -> rest.isEmpty() ? Optional.of(new Mechanism.All()) : Optional.empty();
            case "include" -> domain(rest).map(Mechanism.Include::new);
            case "exists" -> domain(rest).map(Mechanism.Exists::new);
            case "ptr" ->
                rest.isEmpty()
                        ? Optional.of(new Mechanism.Pointers(null))
                        : domain(rest).map(Mechanism.Pointers::new);
            case "a" ->
                argument(rest)
                        .flatMap(argument -> argument.text.isEmpty()
                                ? Optional.of(new Mechanism.Addresses(null, argument.lengths))
                                : domain(argument.text)
                                        .map(domain -> new Mechanism.Addresses(domain, argument.lengths)));
            case "mx" ->
                argument(rest)
                        .flatMap(argument -> argument.text.isEmpty()
                                ? Optional.of(new Mechanism.Exchangers(null, argument.lengths))
                                : domain(argument.text)
                                        .map(domain -> new Mechanism.Exchangers(domain, argument.lengths)));
            case "ip4" -> range4(rest);
            case "ip6" -> range6(rest);
            default -> Optional.empty();
        };
    }

    private static Optional<MacroString> domain(String rest) {
        return rest.startsWith(":") ? MacroString.domainSpec(rest.substring(1)) : Optional.empty();
    }

    /** Cuts {@code [ "/" length ] [ "//" length ]} off the end. */
    private static Optional<Argument> argument(String rest) {
        String text = rest;
        int six = SIX_BITS;
        int four = FOUR_BITS;
        int slash = lengthSlash(text);
        if (slash > 0 && text.charAt(slash - 1) == '/') {
            six = length(text, slash, SIX_BITS);
            text = text.substring(0, slash - 1);
            slash = lengthSlash(text);
        }
        if (slash >= 0) {
            four = length(text, slash, FOUR_BITS);
            text = text.substring(0, slash);
        }
        return six < 0 || four < 0 ? Optional.empty() : Optional.of(new Argument(text, new PrefixLengths(four, six)));
    }

    /** Where the slash before the last digits is; -1 where the text does not end so. */
    private static int lengthSlash(String text) {
        int at = text.length() - 1;
        while (at >= 0 && isDigit(text.charAt(at))) {
            at--;
        }
        return at >= 0 && at < text.length() - 1 && text.charAt(at) == '/' ? at : -1;
    }

    /** The number behind the slash; -1 where it is too great or has a zero before it. */
    private static int length(String text, int slash, int most) {
        int digits = text.length() - slash - 1;
        boolean zeroBefore = digits > 1 && text.charAt(slash + 1) == '0';
        if (zeroBefore || digits > 3) {
            return -1;
        }
        int length = Integer.parseInt(text, slash + 1, text.length(), 10);
        return length > most ? -1 : length;
    }

    private static Optional<Mechanism> range4(String rest) {
        int slash = rest.indexOf('/');
        String address = slash < 0 ? rest : rest.substring(0, slash);
        int bits = bits(rest, slash, FOUR_BITS);
        if (bits < 0 || !address.startsWith(":") || !isDottedQuad(address)) {
            return Optional.empty();
        }
        return Optional.of(new Mechanism.Range(Network.around(InetAddress.ofLiteral(address.substring(1)), bits)));
    }

    private static Optional<Mechanism> range6(String rest) {
        int slash = rest.indexOf('/');
        String address = slash < 0 ? rest : rest.substring(0, slash);
        int bits = bits(rest, slash, SIX_BITS);
        boolean literal = address.indexOf(':', 1) > 0
                && address.chars().allMatch(c -> c < 0x80 && (Character.digit(c, 16) >= 0 || c == ':' || c == '.'));
        if (bits < 0 || !address.startsWith(":") || !literal) {
            return Optional.empty();
        }
        try {
            InetAddress parsed = InetAddress.ofLiteral(address.substring(1));
            if (parsed.getAddress().length * 8 == SIX_BITS) {
                return Optional.of(new Mechanism.Range(Network.around(parsed, bits)));
            }
            // Java has read an IPv4-mapped address as the IPv4 address it maps.
            boolean beyond = bits > MAPPED_ZERO_BITS;
            return Optional.of(new Mechanism.Range(beyond ? null : Network.around(InetAddress.ofLiteral("::"), bits)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static int bits(String rest, int slash, int most) {
        if (slash < 0) {
            return most;
        }
        return lengthSlash(rest) == slash ? length(rest, slash, most) : -1;
    }

    /** {@code ":" qnum 3("." qnum)}, no number with a zero before it (RFC 7208 §5.6). */
    private static boolean isDottedQuad(String text) {
        int numbers = 0;
        int at = 0;
        while (at < text.length() && (text.charAt(at) == '.' || at == 0)) {
            int from = at + 1;
            at = from;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            int digits = at - from;
            boolean sound = digits > 0 && digits <= 3 && (digits == 1 || text.charAt(from) != '0');
            if (!sound || Integer.parseInt(text, from, at, 10) > 255) {
                return false;
            }
            numbers++;
        }
        return at == text.length() && numbers == 4;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
