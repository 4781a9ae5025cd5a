package org.postrider.spool;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * A recipient's new state.
 *
 * @param recipient index into the envelope's recipients
 * @param note what the {@link Outbox} tells of it, {@code null} for nothing
 */
public record Update(
        QueueId id,
        int recipient,
        RecipientState state,
        @Nullable Note note) {
    /** One that nobody is told of. */
    public Update(QueueId id, int recipient, RecipientState state) {
        this(id, recipient, state, null);
    }
}
