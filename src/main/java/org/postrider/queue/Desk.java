package org.postrider.queue;

import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Intervention;

/**
 * Does what people tell the queue.
 *
 * <p>A recipient in an attempt cannot be called back. A hold or a removal is then a {@link Wish} that is granted on what is
 * left when the attempt has ended; until then the journal has the recipient as held, so that even a crash does not send it
 * again.
 */
final class Desk {
    private final QueueEngine engine;

    Desk(QueueEngine engine) {
        this.engine = engine;
    }

    private int each(Selection selection, Predicate<OpenRecipient> action) {
        List<OpenRecipient> selected = engine.survey.select(selection);
        int[] taken = new int[1];
        engine.together(() -> engine.ledger.gather(() -> {
            for (OpenRecipient recipient : selected) {
                taken[0] += action.test(recipient) ? 1 : 0;
            }
        }));
        return taken[0];
    }

    private int each(
            Selection selection,
            BiPredicate<OpenRecipient, Intervention> action,
            Intervention.Kind kind,
            String by,
            String why) {
        Intervention intervention = engine.interventions.now(kind, by, why);
        return each(selection, recipient -> action.test(recipient, intervention));
    }

    int hold(Selection selection, String by, String why) {
        Wish.Hold hold = new Wish.Hold(by, why);
        return each(selection, recipient -> hold(recipient, hold));
    }

    private boolean hold(OpenRecipient recipient, Wish.Hold hold) {
        return switch (recipient.stage) {
            case SCHEDULED, ROUTING, READY -> {
                engine.withdraw(recipient);
                engine.ledger.settleOne(recipient, engine.dispositions.held(recipient, hold));
                yield true;
            }
            case INTENDED, ATTEMPTING -> {
                recipient.wish = hold;
                noteHeld(recipient, hold.by(), hold.why());
                yield true;
            }
            case DEFERRING -> {
                recipient.wish = hold;
                yield true;
            }
            case HOLDING -> {
                boolean taken = recipient.wish instanceof Wish.Release || HeldByRoute.holds(recipient);
                if (taken) {
                    recipient.wish = hold;
                }
                yield taken;
            }
            case HELD -> {
                // A person's hold outlasts the route's.
                boolean taken = HeldByRoute.holds(recipient);
                if (taken) {
                    engine.ledger.settleOne(recipient, engine.dispositions.held(recipient, hold));
                }
                yield taken;
            }
            case ENDING -> false;
        };
    }

    private void noteHeld(OpenRecipient recipient, String by, String why) {
        engine.ledger.note(recipient, engine.dispositions.heldState(recipient, by, why));
    }

    int release(Selection selection, String by, String why) {
        return each(selection, this::release, Intervention.Kind.RELEASED, by, why);
    }

    private boolean release(OpenRecipient recipient, Intervention release) {
        return switch (recipient.stage) {
            case HELD -> {
                engine.interventions.note(recipient, release);
                engine.ledger.dueNow(recipient);
                yield true;
            }
            case HOLDING -> {
                boolean staying = recipient.wish instanceof Wish.Hold;
                if (staying) {
                    engine.interventions.note(recipient, release);
                    recipient.wish = new Wish.Release();
                }
                yield staying;
            }
            case INTENDED, ATTEMPTING -> {
                boolean wished = recipient.wish instanceof Wish.Hold;
                if (wished) {
                    engine.interventions.note(recipient, release);
                    recipient.wish = null;
                    engine.ledger.note(recipient, engine.dispositions.attempting(recipient));
                }
                yield wished;
            }
            case DEFERRING -> {
                boolean wished = recipient.wish instanceof Wish.Hold;
                if (wished) {
                    engine.interventions.note(recipient, release);
                    recipient.wish = null;
                }
                yield wished;
            }
            case SCHEDULED, ROUTING, READY, ENDING -> false;
        };
    }

    int retry(Selection selection, String by, String why) {
        return each(selection, this::retry, Intervention.Kind.RETRIED, by, why);
    }

    private boolean retry(OpenRecipient recipient, Intervention retry) {
        return switch (recipient.stage) {
            case SCHEDULED -> {
                engine.withdraw(recipient);
                engine.interventions.note(recipient, retry);
                engine.ledger.dueNow(recipient);
                yield true;
            }
            case READY -> {
                ReadyQueue queue = recipient.queue;
                boolean dead = queue != null && queue.isDead();
                if (queue != null && dead) {
                    engine.interventions.note(recipient, retry);
                    queue.probeNow(engine.clock.now());
                    engine.offer(queue);
                }
                yield dead;
            }
            case ROUTING, INTENDED, ATTEMPTING, HELD, DEFERRING, HOLDING, ENDING -> false;
        };
    }

    int remove(Selection selection, String by, String why) {
        Wish.Remove remove = new Wish.Remove(by, why);
        return each(selection, recipient -> remove(recipient, remove));
    }

    private boolean remove(OpenRecipient recipient, Wish.Remove remove) {
        return switch (recipient.stage) {
            case SCHEDULED, ROUTING, READY, HELD -> {
                engine.withdraw(recipient);
                engine.ledger.settleOne(recipient, engine.dispositions.removed(remove.by(), remove.why()));
                yield true;
            }
            case INTENDED, ATTEMPTING -> {
                recipient.wish = remove;
                noteHeld(recipient, remove.by(), "to be removed: " + remove.why());
                yield true;
            }
            case DEFERRING, HOLDING -> {
                recipient.wish = remove;
                yield true;
            }
            case ENDING -> false;
        };
    }

    int reroute(Selection selection, @Nullable String route, String by, String why) {
        return each(
                selection,
                (recipient, reroute) -> reroute(recipient, route, reroute),
                Intervention.Kind.REROUTED,
                by,
                why);
    }

    private boolean reroute(OpenRecipient recipient, @Nullable String route, Intervention reroute) {
        return switch (recipient.stage) {
            case SCHEDULED, ROUTING, READY -> {
                engine.withdraw(recipient);
                exchange(recipient, route, reroute);
                engine.ledger.dueNow(recipient);
                yield true;
            }
            case INTENDED, ATTEMPTING -> {
                exchange(recipient, route, reroute);
                switch (recipient.wish) {
                    case Wish.Hold(String by, String why) -> noteHeld(recipient, by, why);
                    case Wish.Remove(String by, String why) -> noteHeld(recipient, by, "to be removed: " + why);
                    case Wish.Release release -> hurry(recipient);
                    case Wish.Hurry hurry -> hurry(recipient);
                    case null -> hurry(recipient);
                }
                yield true;
            }
            case DEFERRING -> {
                exchange(recipient, route, reroute);
                if (recipient.wish == null) {
                    recipient.wish = new Wish.Hurry();
                }
                yield true;
            }
            case HOLDING -> {
                // Journalled once the hold is durable.
                exchange(recipient, route, reroute);
                yield true;
            }
            case HELD -> {
                exchange(recipient, route, reroute);
                if (recipient.wish instanceof Wish.Hold(String by, String why)) {
                    noteHeld(recipient, by, why);
                }
                yield true;
            }
            case ENDING -> false;
        };
    }

    private void hurry(OpenRecipient recipient) {
        recipient.wish = new Wish.Hurry();
        engine.ledger.note(recipient, engine.dispositions.attempting(recipient));
    }

    private void exchange(OpenRecipient recipient, @Nullable String route, Intervention reroute) {
        engine.interventions.note(recipient, reroute);
        Destination old = recipient.destination;
        recipient.destination = engine.destinations.take(old.host, route);
        engine.destinations.release(old);
    }
}
