package org.postrider.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Intervention;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.spool.Arrival;
import org.postrider.spool.Fact;
import org.postrider.spool.Note;

/** Makes events of what is durable: the same when it happens and when it is read back from the log. */
public final class FactEvents {
    private FactEvents() {}

    static List<Event> of(Fact fact) {
        return switch (fact) {
            case Fact.Accepted(var _, QueueId id, Arrival arrival, long octets) ->
                List.of(accepted(id, arrival, octets, null));
            case Fact.Changed(var _, QueueId id, int _, RecipientState state, Note note) -> of(id, state, note);
        };
    }

    /** @param subject as far as it is known; the spool does not keep it */
    public static Event accepted(QueueId id, Arrival arrival, long octets, @Nullable String subject) {
        return new Event.Accepted(
                arrival.at(),
                id,
                arrival.envelope().reversePath().text(),
                arrival.envelope().recipients().stream()
                        .map(recipient -> recipient.forwardPath().text())
                        .toList(),
                arrival.origin(),
                octets,
                arrival.messageId(),
                subject,
                arrival.findings());
    }

    /** What a recipient's new state tells, as {@code note} says. */
    public static List<Event> of(QueueId id, RecipientState state, Note note) {
        List<Event> events = new ArrayList<>(1);
        if (note.tellsIntervention() && state instanceof RecipientState.Open open) {
            Intervention intervention = open.intervention();
            if (intervention != null) {
                events.add(new Event.Intervened(id, note.from(), note.to(), intervention, open.reroute()));
            }
        }
        Event event = note.tellsState() ? of(id, note, state) : null;
        if (event != null) {
            events.add(event);
        }
        return events;
    }

    private static @Nullable Event of(QueueId id, Note note, RecipientState state) {
        String from = note.from();
        String to = note.to();
        return switch (state) {
            case RecipientState.Delivered s ->
                new Event.Delivered(s.at(), id, from, to, s.diagnosis(), Duration.between(note.arrived(), s.at()));
            case RecipientState.Bounced s -> new Event.Bounced(s.at(), id, from, to, s.diagnosis());
            case RecipientState.Expired s -> new Event.Expired(s.at(), id, from, to, s.diagnosis());
            case RecipientState.Removed s -> new Event.Removed(s.at(), id, from, to, s.by(), s.why());
            case RecipientState.Held s -> new Event.Held(s.at(), id, from, to, s.by(), s.why());
            case RecipientState.Waiting s -> {
                Diagnosis last = s.last();
                yield last == null
                        ? null
                        : new Event.Deferred(note.at(), id, from, to, last, s.attempts(), s.nextAttempt());
            }
            case RecipientState.Attempting _ -> null;
        };
    }
}
