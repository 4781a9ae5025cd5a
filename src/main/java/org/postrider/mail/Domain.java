package org.postrider.mail;

import java.util.Optional;

/**
 * A domain name in lower-case ASCII: labels of letters, digits, hyphens and underscores, internationalized ones as
 * A-labels, no trailing dot. Two spellings of one domain are equal.
 *
 * @param ascii 1 to 255 octets, each label 1 to 63 (RFC 5321 §4.5.3.1.2, RFC 1035 §2.3.4)
 */
public record Domain(String ascii) implements MailHost {
    static final int OCTETS_MAX = 255;
    static final int LABEL_OCTETS_MAX = 63;

    /** Throws {@link IllegalArgumentException} where {@code ascii} is not in this form; remote input goes to {@link #parse}. */
    public Domain {
        if (!DomainGrammar.isCanonical(ascii)) {
            throw new IllegalArgumentException("not a domain in canonical form: " + ascii);
        }
    }

    /**
     * Reads a domain as peers and people write it: any case, U-labels or A-labels, one trailing dot allowed. Empty where
     * it is not a domain, or holds code points that IDNA2008 disallows (RFC 5892).
     */
    public static Optional<Domain> parse(String text) {
        return DomainGrammar.canonical(text).map(Domain::new);
    }

    /** Whether it is {@code above}, or below it. */
    public boolean isWithin(Domain above) {
        return equals(above) || ascii.endsWith("." + above.ascii);
    }

    @Override
    public String text() {
        return ascii;
    }

    @Override
    public String toString() {
        return ascii;
    }
}
