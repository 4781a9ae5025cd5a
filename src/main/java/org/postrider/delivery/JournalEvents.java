package org.postrider.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Entry;
import org.postrider.queue.Time;
import org.postrider.spool.Arrival;
import org.postrider.spool.StoredMessage;

/** Turns new states of recipients into the events that tell of them. */
final class JournalEvents {
    private final Time time;

    JournalEvents(Time time) {
        this.time = time;
    }

    /** Whether any of the entry's states is one that is told; an attempt's beginning is not. */
    static boolean mayTell(Entry entry) {
        for (Entry.Change change : entry.changes()) {
            boolean silent = switch (change.state()) {
                case RecipientState.Attempting _ -> true;
                case RecipientState.Waiting waiting -> waiting.last() == null;
                case RecipientState.Held _, RecipientState.Settled _ -> false;
            };
            if (!silent) {
                return true;
            }
        }
        return false;
    }

    /** The events of an entry on a message as it was before. */
    List<Event> of(Entry entry, StoredMessage before) {
        List<Event> told = new ArrayList<>(entry.changes().size());
        for (Entry.Change change : entry.changes()) {
            Event event = of(before, change);
            if (event != null) {
                told.add(event);
            }
        }
        return told;
    }

    private @Nullable Event of(StoredMessage before, Entry.Change change) {
        QueueId id = before.id();
        Arrival arrival = before.arrival();
        String from = arrival.envelope().reversePath().text();
        String to = arrival.envelope()
                .recipients()
                .get(change.recipient())
                .forwardPath()
                .text();
        return switch (change.state()) {
            case RecipientState.Delivered s -> {
                Duration age = Duration.between(arrival.at(), s.at());
                yield new Event.Delivered(s.at(), id, from, to, s.diagnosis(), age);
            }
            case RecipientState.Bounced s -> new Event.Bounced(s.at(), id, from, to, s.diagnosis());
            case RecipientState.Expired s -> new Event.Expired(s.at(), id, from, to, s.diagnosis());
            case RecipientState.Removed s -> new Event.Removed(s.at(), id, from, to, s.by(), s.why());
            case RecipientState.Held s -> new Event.Held(s.at(), id, from, to, s.by(), s.why());
            case RecipientState.Waiting s -> {
                Diagnosis last = s.last();
                if (last == null || !isDeferral(before.states().get(change.recipient()), s)) {
                    yield null;
                }
                yield new Event.Deferred(time.now(), id, from, to, last, s.attempts(), s.nextAttempt());
            }
            case RecipientState.Attempting _ -> null;
        };
    }

    /** Whether a wait is one that an attempt has led to; a person's "now" or a told delay also makes a new state. */
    private static boolean isDeferral(Optional<RecipientState> before, RecipientState.Waiting after) {
        return !(before.orElse(null) instanceof RecipientState.Waiting waiting)
                || waiting.attempts() != after.attempts()
                || !Objects.equals(waiting.last(), after.last())
                || after.nextAttempt().isAfter(waiting.nextAttempt());
    }
}
