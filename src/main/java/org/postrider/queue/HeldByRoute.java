package org.postrider.queue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.postrider.mail.Intervention;

/**
 * Lets go of what a route holds once the route no longer says so: a change of the configuration acts on queued mail, and a
 * restart may be such a change. What a person holds stays held.
 *
 * <p>Nothing is journalled for those that stay. Thread: engine only.
 */
final class HeldByRoute {
    /** Who holds mail where the configuration does. */
    static final String NAME = "route";

    private final QueueEngine engine;
    private final Transport transport;
    /** How many reviews there were; tells the answers to an older one. */
    private int reviews;

    HeldByRoute(QueueEngine engine, Transport transport) {
        this.engine = engine;
        this.transport = transport;
    }

    /** Asks once for each destination where its mail goes now. */
    void review() {
        int review = ++reviews;
        Map<Destination, List<OpenRecipient>> held = new LinkedHashMap<>();
        // One for all messages, which may be a million.
        Consumer<OpenRecipient> note = recipient -> {
            if (holds(recipient)) {
                held.computeIfAbsent(recipient.destination, _ -> new ArrayList<>())
                        .add(recipient);
            }
        };
        engine.messages.forEach(message -> message.forEach(note));
        held.forEach((destination, recipients) -> transport.route(destination.host, destination.reroute, routing -> {
            if (review == reviews) {
                answered(routing, recipients);
            }
        }));
    }

    private void answered(Routing routing, List<OpenRecipient> recipients) {
        if (routing instanceof Routing.Hold) {
            return;
        }
        Intervention release =
                engine.interventions.now(Intervention.Kind.RELEASED, NAME, "the route does not hold it any more");
        engine.together(() -> engine.ledger.gather(() -> {
            for (OpenRecipient recipient : recipients) {
                // A person may have released or removed it while the route was asked for.
                if (holds(recipient)) {
                    letGo(recipient, release);
                }
            }
        }));
    }

    private void letGo(OpenRecipient recipient, Intervention release) {
        engine.interventions.note(recipient, release);
        if (recipient.stage == Stage.HELD) {
            engine.ledger.dueNow(recipient);
        } else {
            recipient.wish = new Wish.Release();
        }
    }

    /** Whether a route holds it, or is about to once that is durable. */
    static boolean holds(OpenRecipient recipient) {
        return (recipient.stage == Stage.HELD || recipient.stage == Stage.HOLDING)
                && recipient.wish instanceof Wish.Hold hold
                && hold.by().equals(NAME);
    }
}
