package org.postrider.mailauth.dkim;

import java.util.Locale;
import java.util.Optional;

/** What changes on the way a signature outlives (RFC 6376 §3.4). */
public enum Canonicalization {
    /** Nearly none: only empty lines at the end of the body. */
    SIMPLE,
    /** Blanks and folding, and the case of header field names. */
    RELAXED;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** As it stands in the tag {@code c=}. */
    public String text() {
        return text;
    }

    static Optional<Canonicalization> parse(String text) {
        return text.equals("simple")
                ? Optional.of(SIMPLE)
                : text.equals("relaxed") ? Optional.of(RELAXED) : Optional.empty();
    }
}
