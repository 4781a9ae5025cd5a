package org.postrider.mail;

import org.jspecify.annotations.Nullable;

/**
 * What MAIL said of a message beside its reverse-path.
 *
 * @param smtpUtf8 whether the client declared SMTPUTF8 (RFC 6531 §3.4)
 * @param envelopeId ENVID= decoded from xtext (RFC 3461 §4.4), {@code null} where there was none
 * @param tls REQUIRETLS, or what the header says in its stead (RFC 8689 §4.1)
 */
public record MailParameters(
        BodyType body,
        boolean smtpUtf8,
        DsnReturn dsnReturn,
        @Nullable String envelopeId,
        TlsWish tls) {
    public static final MailParameters PLAIN =
            new MailParameters(BodyType.SEVEN_BIT, false, DsnReturn.UNSPECIFIED, null);
    public static final int ENVELOPE_ID_OCTETS_MAX = 100;

    /** Without a word on TLS. */
    public MailParameters(BodyType body, boolean smtpUtf8, DsnReturn dsnReturn, @Nullable String envelopeId) {
        this(body, smtpUtf8, dsnReturn, envelopeId, TlsWish.UNSPECIFIED);
    }

    /** The same with another wish for TLS. */
    public MailParameters wishing(TlsWish other) {
        return new MailParameters(body, smtpUtf8, dsnReturn, envelopeId, other);
    }

    /** The same for content in another form. */
    public MailParameters carrying(BodyType other) {
        return new MailParameters(other, smtpUtf8, dsnReturn, envelopeId, tls);
    }

    public MailParameters {
        if (envelopeId != null && envelopeId.length() > ENVELOPE_ID_OCTETS_MAX) {
            throw new IllegalArgumentException("ENVID of more than 100 octets");
        }
    }
}
