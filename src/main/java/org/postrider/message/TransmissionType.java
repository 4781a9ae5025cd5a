package org.postrider.message;

/**
 * The keyword after "with" in a Received field: how the message came (RFC 3848, RFC 6531 §4.3, RFC 5321 §4.4).
 *
 * @param utf8 whether SMTPUTF8 was used
 */
public record TransmissionType(Base base, boolean utf8, boolean tls, boolean authenticated) {
    /** What the client said first. */
    public enum Base {
        /** HELO. */
        SMTP,
        /** EHLO. */
        ESMTP,
        /** LHLO. */
        LMTP
    }

    public String keyword() {
        if (base == Base.SMTP) {
            // No keyword of RFC 3848 joins plain SMTP with TLS or AUTH: both need EHLO.
            return "SMTP";
        }
        String security = (tls ? "S" : "") + (authenticated ? "A" : "");
        if (utf8) {
            return (base == Base.LMTP ? "UTF8LMTP" : "UTF8SMTP") + security;
        }
        return base.name() + security;
    }
}
