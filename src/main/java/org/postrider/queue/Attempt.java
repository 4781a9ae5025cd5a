package org.postrider.queue;

import java.util.List;
import org.postrider.mail.QueueId;

/**
 * One try to hand some recipients of one message to a site.
 *
 * @param recipients indexes into the envelope's recipients, ascending, at least one
 * @param source the egress source to dial from
 * @param number how many attempts each recipient has had, this one included; the greatest of them
 */
public record Attempt(QueueId id, List<Integer> recipients, Site site, String source, int number) {
    public Attempt {
        recipients = List.copyOf(recipients);
    }
}
