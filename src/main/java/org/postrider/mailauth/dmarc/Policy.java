package org.postrider.mailauth.dmarc;

import java.util.Locale;
import java.util.Optional;
import org.postrider.mail.Ascii;

/** What a domain wants done with mail that names it as author and fails (RFC 9989 §4.7). From the mildest to the strictest. */
public enum Policy {
    NONE,
    QUARANTINE,
    REJECT;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** As it stands in records, reports and {@code policy.dmarc}. */
    public String text() {
        return text;
    }

    static Optional<Policy> parse(String value) {
        for (Policy policy : values()) {
            if (Ascii.equalsIgnoreCase(policy.text, value)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    /** One level lower, as a record in test mode asks (RFC 9989 §4.7, {@code t}). */
    Policy lowered() {
        return switch (this) {
            case REJECT -> QUARANTINE;
            case QUARANTINE, NONE -> NONE;
        };
    }
}
