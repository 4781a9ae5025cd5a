package org.postrider.spool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * Messages that came or were asked for lately, so that what is delivered at once is not decoded from the disk, and what
 * has many recipients is not decoded once for each of them. Bounded by the number of messages and by that of their
 * recipients; the one that is there longest goes first.
 *
 * <p>Thread: guarded by the spool's lock.
 */
final class RecentMessages {
    private static final int RECIPIENTS_A_MESSAGE = 4;

    private final int max;
    private final int recipientsMax;
    private final LinkedHashMap<Long, Recent> messages = new LinkedHashMap<>();
    private int recipients;

    RecentMessages(int max) {
        this.max = max;
        this.recipientsMax = (int) Math.min(Integer.MAX_VALUE, (long) max * RECIPIENTS_A_MESSAGE);
    }

    private static final class Recent {
        final Arrival arrival;
        final long contentOctets;
        final List<Optional<RecipientState>> states;

        /** As it was last asked for, until it changes. */
        @Nullable
        StoredMessage seen;

        Recent(Arrival arrival, long contentOctets, List<Optional<RecipientState>> states) {
            this.arrival = arrival;
            this.contentOctets = contentOctets;
            this.states = states;
        }
    }

    void put(long id, Arrival arrival, long contentOctets) {
        int count = arrival.envelope().recipients().size();
        put(id, new Recent(arrival, contentOctets, new ArrayList<>(Collections.nCopies(count, Optional.empty()))));
    }

    void put(StoredMessage message) {
        Recent recent = new Recent(message.arrival(), message.contentOctets(), new ArrayList<>(message.states()));
        recent.seen = message;
        put(message.id().value(), recent);
    }

    private void put(long id, Recent recent) {
        remove(id);
        if (max == 0 || recent.states.size() > recipientsMax) {
            return;
        }
        messages.put(id, recent);
        recipients += recent.states.size();
        while (messages.size() > max || recipients > recipientsMax) {
            remove(messages.firstEntry().getKey());
        }
    }

    void apply(Update update) {
        Recent recent = messages.get(update.id().value());
        if (recent != null) {
            recent.states.set(update.recipient(), Optional.of(update.state()));
            recent.seen = null;
        }
    }

    void remove(long id) {
        Recent removed = messages.remove(id);
        if (removed != null) {
            recipients -= removed.states.size();
        }
    }

    @Nullable
    StoredMessage find(QueueId id) {
        Recent recent = messages.get(id.value());
        if (recent == null) {
            return null;
        }
        StoredMessage seen = recent.seen;
        if (seen == null) {
            seen = new StoredMessage(id, recent.arrival, recent.contentOctets, recent.states);
            recent.seen = seen;
        }
        return seen;
    }
}
