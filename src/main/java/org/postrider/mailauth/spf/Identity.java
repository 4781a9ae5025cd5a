package org.postrider.mailauth.spf;

import java.util.Locale;

/** Whose authorisation is asked for (RFC 7208 §2.3, §2.4). */
public enum Identity {
    MAILFROM,
    HELO;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** As it stands in header fields: {@code mailfrom}, {@code helo}. */
    public String text() {
        return text;
    }
}
