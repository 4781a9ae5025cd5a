package org.postrider.mail;

import org.jspecify.annotations.Nullable;

/**
 * What MAIL said of a message beside its reverse-path.
 *
 * @param smtpUtf8 whether the client declared SMTPUTF8 (RFC 6531 §3.4)
 * @param envelopeId ENVID= decoded from xtext (RFC 3461 §4.4), {@code null} where there was none
 */
public record MailParameters(
        BodyType body,
        boolean smtpUtf8,
        DsnReturn dsnReturn,
        @Nullable String envelopeId) {
    public static final MailParameters PLAIN =
            new MailParameters(BodyType.SEVEN_BIT, false, DsnReturn.UNSPECIFIED, null);
    public static final int ENVELOPE_ID_OCTETS_MAX = 100;

    public MailParameters {
        if (envelopeId != null && envelopeId.length() > ENVELOPE_ID_OCTETS_MAX) {
            throw new IllegalArgumentException("ENVID of more than 100 octets");
        }
    }
}
