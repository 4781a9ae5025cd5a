package org.postrider.mail;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/** The grammar of domain names and their internationalized spellings (RFC 5321 §4.1.2, RFC 5890, RFC 5892). */
final class DomainGrammar {
    private DomainGrammar() {}

    /** Whether {@code ascii} is lower-case letter-digit-hyphen(-underscore) labels joined by dots. */
    static boolean isCanonical(String ascii) {
        int length = ascii.length();
        if (length == 0 || length > Domain.OCTETS_MAX) {
            return false;
        }
        int labelStart = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || ascii.charAt(i) == '.') {
                if (!isLabel(ascii, labelStart, i)) {
                    return false;
                }
                labelStart = i + 1;
            }
        }
        return true;
    }

    private static boolean isLabel(String text, int from, int to) {
        if (from == to
                || to - from > Domain.LABEL_OCTETS_MAX
                || text.charAt(from) == '-'
                || text.charAt(to - 1) == '-') {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            // The underscore is no host name's, yet DNS names of mail hosts carry it and it harms nobody.
            boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    /** The canonical form of {@code text}, empty where it is not a domain. */
    static Optional<String> canonical(String text) {
        if (text.length() > 4 * Domain.OCTETS_MAX) {
            return Optional.empty();
        }
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        boolean ascii = Characters.all(bare, c -> c < 0x80);
        if (ascii) {
            return Optional.of(bare.toLowerCase(Locale.ROOT)).filter(DomainGrammar::isCanonical);
        }
        StringBuilder result = new StringBuilder();
        // NFC first: only canonical equivalents are one label (RFC 5891 §4.2.1); compatibility forms such as the
        // full-width dot are not mapped but refused.
        for (String label : Normalizer.normalize(bare, Normalizer.Form.NFC).split("\\.", -1)) {
            Optional<String> encoded = encodeLabel(label);
            if (encoded.isEmpty()) {
                return Optional.empty();
            }
            result.append(result.isEmpty() ? "" : ".").append(encoded.get());
        }
        return Optional.of(result.toString()).filter(DomainGrammar::isCanonical);
    }

    private static Optional<String> encodeLabel(String label) {
        String lower = Normalizer.normalize(label.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        if (Characters.all(lower, c -> c < 0x80)) {
            return Optional.of(lower);
        }
        boolean valid = !lower.isEmpty()
                && lower.codePoints().allMatch(DomainGrammar::isProtocolValid)
                && !isCombining(lower.codePointAt(0));
        return valid ? Punycode.encode(lower).map(encoded -> "xn--" + encoded) : Optional.empty();
    }

    private static boolean isCombining(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    /** The rules of RFC 5892 §2 and §3 that tell PVALID code points; CONTEXTJ and CONTEXTO ones are refused. */
    private static boolean isProtocolValid(int codePoint) {
        if (codePoint < 0x80) {
            return codePoint == '-' || codePoint == '_' || Character.isLetterOrDigit(codePoint);
        }
        boolean exception = codePoint == 0x00DF
                || codePoint == 0x03C2
                || codePoint == 0x06FD
                || codePoint == 0x06FE
                || codePoint == 0x0F0B
                || codePoint == 0x3007;
        return exception
                || (isLetterDigit(codePoint) && isStable(codePoint) && !Character.isIdentifierIgnorable(codePoint));
    }

    private static boolean isLetterDigit(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.LOWERCASE_LETTER,
                    Character.OTHER_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK -> true;
            default -> false;
        };
    }

    private static boolean isStable(int codePoint) {
        String text = Character.toString(codePoint);
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(folded, Normalizer.Form.NFKC).equals(text);
    }
}
