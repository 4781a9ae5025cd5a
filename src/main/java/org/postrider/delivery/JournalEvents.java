package org.postrider.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.event.FactEvents;
import org.postrider.mail.Envelope;
import org.postrider.mail.Intervention;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Entry;
import org.postrider.queue.Time;
import org.postrider.spool.Arrival;
import org.postrider.spool.Note;
import org.postrider.spool.StoredMessage;
import org.postrider.spool.Update;

/** Says of new states what is to be told of them. */
final class JournalEvents {
    private final Time time;

    JournalEvents(Time time) {
        this.time = time;
    }

    /** Whether any of the entry's states may be one that is told; an attempt's beginning alone is not. */
    static boolean mayTell(Entry entry) {
        for (Entry.Change change : entry.changes()) {
            boolean silent = switch (change.state()) {
                case RecipientState.Attempting attempting -> attempting.intervention() == null;
                case RecipientState.Waiting waiting -> waiting.last() == null && waiting.intervention() == null;
                case RecipientState.Held _, RecipientState.Settled _ -> false;
            };
            if (!silent) {
                return true;
            }
        }
        return false;
    }

    /** An entry's updates without a word to anybody. */
    static List<Update> silent(Entry entry) {
        return entry.changes().stream()
                .map(change -> new Update(entry.id(), change.recipient(), change.state()))
                .toList();
    }

    /** The updates of an entry on a message as it was before, with what the log is to tell of them. */
    List<Update> noted(Entry entry, StoredMessage before) {
        return entry.changes().stream()
                .map(change -> new Update(entry.id(), change.recipient(), change.state(), note(before, change)))
                .toList();
    }

    /** The events that the updates tell. */
    static List<Event> of(List<Update> updates) {
        List<Event> told = new ArrayList<>(updates.size());
        for (Update update : updates) {
            Note note = update.note();
            if (note != null) {
                told.addAll(FactEvents.of(update.id(), update.state(), note));
            }
        }
        return told;
    }

    private @Nullable Note note(StoredMessage message, Entry.Change change) {
        RecipientState state = change.state();
        RecipientState before = message.states().get(change.recipient()).orElse(null);
        boolean news = isNews(before, state);
        Intervention intervention = state instanceof RecipientState.Open open ? open.intervention() : null;
        boolean intervened = intervention != null && !intervention.equals(interventionOf(before));
        if (!news && !intervened) {
            return null;
        }
        Arrival arrival = message.arrival();
        Envelope envelope = arrival.envelope();
        return new Note(
                time.now(),
                arrival.at(),
                envelope.reversePath().text(),
                envelope.recipients().get(change.recipient()).forwardPath().text(),
                news,
                intervened);
    }

    private static @Nullable Intervention interventionOf(@Nullable RecipientState before) {
        return before instanceof RecipientState.Open open ? open.intervention() : null;
    }

    private static boolean isNews(@Nullable RecipientState before, RecipientState after) {
        return switch (after) {
            case RecipientState.Settled _ -> true;
            case RecipientState.Held held ->
                !(before instanceof RecipientState.Held same
                        && same.by().equals(held.by())
                        && same.why().equals(held.why()));
            case RecipientState.Waiting waiting -> waiting.last() != null && isDeferral(before, waiting);
            case RecipientState.Attempting _ -> false;
        };
    }

    /** Whether a wait is one that an attempt has led to; a person's "now" or a told delay also makes a new state. */
    private static boolean isDeferral(@Nullable RecipientState before, RecipientState.Waiting after) {
        return !(before instanceof RecipientState.Waiting waiting)
                || waiting.attempts() != after.attempts()
                || !Objects.equals(waiting.last(), after.last())
                || after.nextAttempt().isAfter(waiting.nextAttempt());
    }
}
