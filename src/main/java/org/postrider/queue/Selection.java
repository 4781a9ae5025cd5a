package org.postrider.queue;

import java.util.List;
import org.postrider.mail.MailHost;
import org.postrider.mail.QueueId;

/** Which queued recipients a person means. */
public sealed interface Selection {
    record All() implements Selection {}

    record OfMessage(QueueId id) implements Selection {}

    /**
     * @param recipients indexes into the envelope's recipients
     */
    record OfRecipients(QueueId id, List<Integer> recipients) implements Selection {
        public OfRecipients {
            recipients = List.copyOf(recipients);
        }
    }

    record OfHost(MailHost host) implements Selection {}

    record OfSite(Site site) implements Selection {}
}
