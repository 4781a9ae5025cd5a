package org.postrider.dns;

import java.util.Optional;
import org.postrider.mail.Ascii;

/**
 * A name as the DNS knows names: labels of any octets (RFC 2181 §11), where a {@code mail.Domain} holds only what a host may
 * be called. Two spellings that differ in the case of ASCII letters are equal (RFC 4343 §3).
 *
 * @param text labels joined by dots, without the last dot, in lower case; a char is an octet (ISO 8859-1). A label of this
 *     form cannot hold a dot
 */
public record DnsName(String text) {
    /** RFC 1035 §2.3.4: 255 octets on the wire, two of which this form does not show. */
    public static final int OCTETS_MAX = 253;

    private static final int LABEL_OCTETS_MAX = 63;

    /** Throws {@link IllegalArgumentException} where {@code text} is not in this form; remote input goes to {@link #parse}. */
    public DnsName {
        if (!isName(text) || !text.equals(Ascii.lower(text))) {
            throw new IllegalArgumentException("not a DNS name: " + text);
        }
    }

    /** Reads a name in any case, with or without its last dot. Empty where a label is empty or too long, or the name is. */
    public static Optional<DnsName> parse(String text) {
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return isName(bare) ? Optional.of(new DnsName(Ascii.lower(bare))) : Optional.empty();
    }

    private static boolean isName(String text) {
        int length = text.length();
        if (length > OCTETS_MAX) {
            return false;
        }
        int labelStart = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || text.charAt(i) == '.') {
                if (i == labelStart || i - labelStart > LABEL_OCTETS_MAX) {
                    return false;
                }
                labelStart = i + 1;
            } else if (text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    /** In zone-file form, absolute: octets that mean something there, or are not printable, as {@code \DDD} (RFC 1035 §5.1). */
    String zoneText() {
        StringBuilder zone = new StringBuilder(text.length() + 1);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
            if (plain) {
                zone.append(c);
            } else {
                zone.append('\\').append((char) ('0' + c / 100)).append((char) ('0' + c / 10 % 10));
                zone.append((char) ('0' + c % 10));
            }
        }
        return zone.append('.').toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
