package org.postrider.queue;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.RecipientState;

/**
 * What becomes of a recipient: the rules, apart from the queues. A decision is the state to be journalled and the notice
 * that goes with it; nothing happens before it is durable.
 */
final class Dispositions {
    // RFC 3463 §3.5: X.4.7, delivery time expired. It stands in a notice whose action is "failed", so its class is 5.
    private static final EnhancedStatus EXPIRED = EnhancedStatus.of("5.4.7");

    /** The state to be journalled, and the notice that is due with it. */
    record Decision(RecipientState state, Entry.@Nullable Kind notice) {}

    private final EngineClock clock;
    private final Interventions interventions;
    private final DiagnosisCache diagnoses = new DiagnosisCache();

    Dispositions(EngineClock clock, Interventions interventions) {
        this.clock = clock;
        this.interventions = interventions;
    }

    /** The same diagnosis in as little memory as can be. */
    Diagnosis shared(Diagnosis diagnosis) {
        return diagnoses.shared(diagnosis);
    }

    Decision delivered(OpenRecipient recipient, Outcome.Result.Delivered result) {
        Entry.Kind notice = switch (result.successNotice()) {
            case NEXT_HOP -> null;
            case RELAYED -> Entry.Kind.RELAYED;
            case DELIVERED -> Entry.Kind.DELIVERED;
        };
        return new Decision(
                new RecipientState.Delivered(wallNow(), result.diagnosis()),
                recipient.wantsSuccessNotice() ? notice : null);
    }

    Decision bounced(Diagnosis diagnosis) {
        return new Decision(new RecipientState.Bounced(wallNow(), diagnosis), Entry.Kind.FAILED);
    }

    Decision removed(String by, String why) {
        return new Decision(new RecipientState.Removed(wallNow(), by, why), null);
    }

    /** It is to wait until {@code next} because of {@code diagnosis}, unless a person wished otherwise or its time is up. */
    Decision later(OpenRecipient recipient, Diagnosis diagnosis, long next, QueueSettings settings) {
        recipient.last = diagnoses.shared(diagnosis);
        Wish wish = recipient.wish;
        return switch (wish) {
            case Wish.Remove(String by, String why) -> removed(by, why);
            case Wish.Hold hold -> held(recipient, hold);
            case Wish.Hurry hurry -> waitUntil(recipient, clock.now(), settings);
            case Wish.Release release -> waitUntil(recipient, next, settings);
            case null -> waitUntil(recipient, next, settings);
        };
    }

    private Decision waitUntil(OpenRecipient recipient, long next, QueueSettings settings) {
        long now = clock.now();
        recipient.wish = null;
        if (next > deadline(recipient, settings) && next > now) {
            return expired(recipient, settings);
        }
        recipient.due = next;
        if (recipient.delayNoticePending() && delayAt(recipient, settings) <= now) {
            recipient.noteDelayNoticed();
            return new Decision(waiting(recipient), Entry.Kind.DELAYED);
        }
        return new Decision(waiting(recipient), null);
    }

    Decision expired(OpenRecipient recipient, QueueSettings settings) {
        Diagnosis last = lastKnown(recipient);
        Diagnosis diagnosis = new Diagnosis(
                EXPIRED,
                last.reply(),
                last.remote(),
                "Not delivered within " + words(settings.lifetime()) + ". Last: " + last.summary());
        return new Decision(new RecipientState.Expired(wallNow(), diagnosis), Entry.Kind.FAILED);
    }

    /** It is told of its delay where it waits. */
    Decision delayed(OpenRecipient recipient) {
        recipient.noteDelayNoticed();
        recipient.last = lastKnown(recipient);
        return new Decision(waiting(recipient), Entry.Kind.DELAYED);
    }

    Decision held(OpenRecipient recipient, Wish.Hold hold) {
        recipient.wish = hold;
        return new Decision(heldState(recipient, hold.by(), hold.why()), null);
    }

    RecipientState heldState(OpenRecipient recipient, String by, String why) {
        return new RecipientState.Held(
                recipient.attempts,
                wallNow(),
                by,
                why,
                recipient.delayNoticed(),
                recipient.reroute(),
                interventions.of(recipient));
    }

    RecipientState waiting(OpenRecipient recipient) {
        return new RecipientState.Waiting(
                recipient.attempts,
                clock.wall(recipient.due),
                recipient.last,
                recipient.delayNoticed(),
                recipient.reroute(),
                interventions.of(recipient));
    }

    RecipientState attempting(OpenRecipient recipient) {
        return new RecipientState.Attempting(
                recipient.attempts,
                wallNow(),
                recipient.delayNoticed(),
                recipient.reroute(),
                interventions.of(recipient));
    }

    /** Why it is still here: its own last diagnosis, else its site's, else that its turn has not come. */
    private static Diagnosis lastKnown(OpenRecipient recipient) {
        if (recipient.last != null) {
            return recipient.last;
        }
        ReadyQueue queue = recipient.queue;
        return queue != null && queue.lastFailure != null
                ? queue.lastFailure
                : Diagnosis.local("4.4.5", "Its turn at the site has not come yet.");
    }

    static long deadline(OpenRecipient recipient, QueueSettings settings) {
        return recipient.message.acceptedAt + settings.lifetime().toMillis();
    }

    static long delayAt(OpenRecipient recipient, QueueSettings settings) {
        return recipient.message.acceptedAt + settings.delayNotice().toMillis();
    }

    private Instant wallNow() {
        return clock.wall(clock.now());
    }

    static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0 && seconds > 0) {
            return seconds / 86_400 + " d";
        }
        if (seconds % 3_600 == 0 && seconds > 0) {
            return seconds / 3_600 + " h";
        }
        return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
