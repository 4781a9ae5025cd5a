package org.postrider.spool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * The youngest messages, so that what is delivered at once is not decoded from the disk. Bounded by their number, and
 * messages of many recipients are left out.
 *
 * <p>Thread: guarded by the spool's lock.
 */
final class RecentMessages {
    private static final int RECIPIENTS_MAX = 50;

    private final int max;
    private final LinkedHashMap<Long, Recent> messages = new LinkedHashMap<>();

    RecentMessages(int max) {
        this.max = max;
    }

    private record Recent(Arrival arrival, long contentOctets, List<Optional<RecipientState>> states) {}

    void put(long id, Arrival arrival, long contentOctets) {
        int recipients = arrival.envelope().recipients().size();
        if (recipients > RECIPIENTS_MAX || max == 0) {
            return;
        }
        List<Optional<RecipientState>> states = new ArrayList<>(recipients);
        for (int i = 0; i < recipients; i++) {
            states.add(Optional.empty());
        }
        messages.put(id, new Recent(arrival, contentOctets, states));
        if (messages.size() > max) {
            Map.Entry<Long, Recent> eldest = messages.firstEntry();
            messages.remove(eldest.getKey());
        }
    }

    void apply(Update update) {
        Recent recent = messages.get(update.id().value());
        if (recent != null) {
            recent.states.set(update.recipient(), Optional.of(update.state()));
        }
    }

    void remove(long id) {
        messages.remove(id);
    }

    @Nullable
    StoredMessage find(QueueId id) {
        Recent recent = messages.get(id.value());
        return recent == null ? null : new StoredMessage(id, recent.arrival, recent.contentOctets, recent.states);
    }
}
