package org.postrider.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailHost;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
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
     * What the engine needs of a message that the spool has.
     *
     * @param states the last durable state of each recipient, in the envelope's order
     * @param intern makes equal hosts one object
     */
    public static Accepted of(
            QueueId id,
            Instant at,
            Envelope envelope,
            List<Optional<RecipientState>> states,
            UnaryOperator<MailHost> intern) {
        List<Target> targets = new ArrayList<>(envelope.recipients().size());
        for (int i = 0; i < envelope.recipients().size(); i++) {
            Recipient recipient = envelope.recipients().get(i);
            MailHost host = intern.apply(recipient.mailbox().host());
            DsnNotify notify = recipient.dsnNotify();
            RecipientState state = states.get(i).orElse(null);
            targets.add(new Target(host, notify.delay(), notify.success(), state));
        }
        return new Accepted(id, at, envelope.reversePath().isNull(), targets);
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
