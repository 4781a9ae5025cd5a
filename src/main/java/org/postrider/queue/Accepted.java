package org.postrider.queue;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailHost;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * A durable message as the engine takes it on, new or found at start.
 *
 * @param at when it was accepted; its lifetime counts from here
 * @param nullReversePath whether it is a notice itself, on which no delay notice is due
 * @param recipients in the envelope's order
 */
public record Accepted(QueueId id, Instant at, boolean nullReversePath, List<Target> recipients) {
    public Accepted {
        recipients = List.copyOf(recipients);
    }

    /**
     * One recipient.
     *
     * @param host the recipient's domain or literal; equal hosts should be one object, for memory's sake
     * @param delayNotice whether a delay notice may be due (NOTIFY)
     * @param successNotice whether the sender asked to hear of success (NOTIFY)
     * @param state its last durable state, {@code null} for one that has none
     */
    public record Target(
            MailHost host,
            boolean delayNotice,
            boolean successNotice,
            @Nullable RecipientState state) {}
}
