package org.postrider.spool;

import java.util.List;
import java.util.Optional;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * One message as the spool knows it.
 *
 * @param contentOctets with the prefix
 * @param states for each recipient its last durable state, in the envelope's order; empty while it has none, that is
 *     before its first attempt
 */
public record StoredMessage(QueueId id, Arrival arrival, long contentOctets, List<Optional<RecipientState>> states) {
    public StoredMessage {
        states = List.copyOf(states);
    }
}
