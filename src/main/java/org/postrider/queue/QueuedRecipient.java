package org.postrider.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailHost;
import org.postrider.mail.QueueId;

/**
 * One recipient in the queue, as people look at it.
 *
 * @param site the site last routed to, {@code null} before the first routing
 * @param until when the wait ends as far as it is known now; {@code null} while it depends on others
 * @param because what it waits for, in words: {@code next attempt}, {@code a slot (5 of 5 in use)}, {@code rate …}
 */
public record QueuedRecipient(
        QueueId id,
        int recipient,
        MailHost host,
        Place place,
        int attempts,
        @Nullable Site site,
        @Nullable Instant until,
        String because) {
    /** Where a recipient is. */
    public enum Place {
        SCHEDULED,
        ROUTING,
        READY,
        ATTEMPTING,
        HELD,
        SETTLING
    }
}
