package org.postrider.smtp.client;

import java.util.List;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;

/**
 * What one transaction carries.
 *
 * @param recipients at least one; answers come in this order
 * @param octets how long the content is, for SIZE= (RFC 1870 §6)
 */
public record OutgoingMessage(
        ReversePath reversePath,
        MailParameters parameters,
        List<Recipient> recipients,
        long octets,
        ContentSource content) {
    public OutgoingMessage {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty() || octets < 0) {
            throw new IllegalArgumentException(recipients.size() + " recipients, " + octets + " octets");
        }
    }
}
