package org.postrider.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Intervention;
import org.postrider.mail.RecipientState;

/** Turns the recipients of an accepted message into open ones, each in the stage that its last durable state says. */
final class Intake {
    private Intake() {}

    static List<OpenRecipient> open(QueueEngine engine, OpenMessage message, Accepted accepted, long now) {
        List<OpenRecipient> open = new ArrayList<>(accepted.recipients().size());
        for (int i = 0; i < accepted.recipients().size(); i++) {
            Accepted.Target target = accepted.recipients().get(i);
            switch (target.state()) {
                case null -> open.add(recipient(engine, message, accepted, i, target, null));
                case RecipientState.Open state -> {
                    OpenRecipient recipient = recipient(engine, message, accepted, i, target, state.reroute());
                    restore(engine, recipient, state, now);
                    open.add(recipient);
                }
                case RecipientState.Settled settled -> {}
            }
        }
        return open;
    }

    private static OpenRecipient recipient(
            QueueEngine engine,
            OpenMessage message,
            Accepted accepted,
            int index,
            Accepted.Target target,
            @Nullable String reroute) {
        // No delay notice for mail without a sender: RFC 5321 §4.5.5 has nobody to send it to.
        int delay = target.delayNotice() && !accepted.nullReversePath() ? OpenRecipient.DELAY_NOTICE : 0;
        int success = target.successNotice() ? OpenRecipient.SUCCESS_NOTICE : 0;
        Destination destination = engine.destinations.take(target.host(), reroute);
        return new OpenRecipient(message, index, destination, (byte) (delay | success));
    }

    private static void restore(QueueEngine engine, OpenRecipient recipient, RecipientState.Open state, long now) {
        recipient.attempts = state.attempts();
        Intervention intervention = state.intervention();
        if (intervention != null) {
            engine.interventions.note(recipient, intervention);
        }
        QueueSettings settings = engine.settings();
        boolean noticed = switch (state) {
            case RecipientState.Waiting waiting -> {
                Diagnosis last = waiting.last();
                // Read once for each recipient, and the same for most of a million that wait.
                recipient.last = last == null ? null : engine.dispositions.shared(last);
                // Further away than any pause is a time that was written under another clock or schedule.
                recipient.due =
                        Math.min(engine.clock.engine(waiting.nextAttempt()), now + settings.longestPauseMillis());
                yield waiting.delayNoticed();
            }
            case RecipientState.Attempting attempting -> {
                // What came of that attempt is not known, and if it brought the process down, another would too.
                recipient.due = now + settings.pauseMillis(1);
                yield attempting.delayNoticed();
            }
            case RecipientState.Held held -> {
                recipient.stage = Stage.HELD;
                recipient.wish = new Wish.Hold(held.by(), held.why());
                yield held.delayNoticed();
            }
        };
        if (noticed) {
            recipient.noteDelayNoticed();
        }
    }
}
