package org.postrider.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * New states of recipients of one message, durable all together or not at all.
 *
 * @param notice the DSN that becomes durable with them, {@code null} where none is due. The journal's side writes the
 *     notice, gives it to the spool with the states in one atomic record, and hands it to the engine as a new message.
 */
public record Entry(
        QueueId id, List<Change> changes, @Nullable Notice notice) {
    public Entry {
        changes = List.copyOf(changes);
    }

    /**
     * @param recipient index into the envelope's recipients
     */
    public record Change(int recipient, RecipientState state) {}

    /**
     * A DSN that may be due; whether each recipient's NOTIFY asks for it, and what becomes of the notice of a notice, is
     * decided by who writes it.
     *
     * @param recipients indexes into the envelope's recipients, those of {@code changes} that the notice is about
     */
    public record Notice(Kind kind, List<Integer> recipients) {
        public Notice {
            recipients = List.copyOf(recipients);
        }
    }

    /** The Action field of RFC 3464 §2.3.3. */
    public enum Kind {
        FAILED,
        DELAYED,
        DELIVERED,
        RELAYED
    }
}
