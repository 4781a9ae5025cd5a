package org.postrider.smtp;

import java.util.Locale;
import java.util.Optional;

/** An SMTP service extension that one of our sides knows, by its EHLO keyword (RFC 5321 §2.2). */
public enum Extension {
    /** RFC 2920. */
    PIPELINING("PIPELINING"),
    /** RFC 1870. */
    SIZE("SIZE"),
    /** RFC 6152. */
    EIGHT_BIT_MIME("8BITMIME"),
    /** RFC 3030 §3. */
    BINARY_MIME("BINARYMIME"),
    /** RFC 3030 §2. */
    CHUNKING("CHUNKING"),
    /** RFC 6531. */
    SMTP_UTF8("SMTPUTF8"),
    /** RFC 3461. */
    DSN("DSN"),
    /** RFC 2034. */
    ENHANCED_STATUS_CODES("ENHANCEDSTATUSCODES"),
    /** RFC 9422. */
    LIMITS("LIMITS"),
    /** RFC 3207. */
    STARTTLS("STARTTLS"),
    /** RFC 4954. */
    AUTH("AUTH"),
    /** RFC 8689. */
    REQUIRE_TLS("REQUIRETLS");

    private final String keyword;

    Extension(String keyword) {
        this.keyword = keyword;
    }

    /** As it stands in the EHLO reply. */
    public String keyword() {
        return keyword;
    }

    /** The extension of that keyword, in any case (RFC 5321 §2.4). */
    public static Optional<Extension> named(String keyword) {
        String upper = keyword.toUpperCase(Locale.ROOT);
        for (Extension extension : values()) {
            if (extension.keyword.equals(upper)) {
                return Optional.of(extension);
            }
        }
        return Optional.empty();
    }
}
