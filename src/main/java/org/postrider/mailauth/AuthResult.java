package org.postrider.mailauth;

import java.util.Locale;

/** What a method of authentication came to, in the words of RFC 8601 §2.7. Not every method knows every word. */
public enum AuthResult {
    PASS,
    FAIL,
    /** SPF alone: the domain believes the host is not authorised, and does not say so for sure (RFC 7208 §2.6.5). */
    SOFTFAIL,
    NEUTRAL,
    /** DKIM and ARC: it verified, and our own rules do not accept it (RFC 8601 §2.7.1). */
    POLICY,
    NONE,
    TEMPERROR,
    PERMERROR;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** As it stands in header fields and reports: {@code pass}, {@code temperror}. */
    public String text() {
        return text;
    }
}
