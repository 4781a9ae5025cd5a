package org.postrider.mail;

import java.util.List;

/** Who sends a message and to whom: MAIL and all accepted RCPTs of one transaction (RFC 5321 §2.3.1). */
public record Envelope(ReversePath reversePath, MailParameters parameters, List<Recipient> recipients) {
    /** How many recipients one envelope can hold; configured limits stay below. */
    public static final int RECIPIENTS_MAX = 65_535;

    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty() || recipients.size() > RECIPIENTS_MAX) {
            throw new IllegalArgumentException("an envelope of " + recipients.size() + " recipients");
        }
    }
}
