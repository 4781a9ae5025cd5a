package org.postrider.queue;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Intervention;

/**
 * What people last had done with recipients that stay in the queue. It is known of few, so it is no field of each
 * recipient. It goes into every state that is journalled of the recipient.
 *
 * <p>Thread: engine only.
 */
final class Interventions {
    private final EngineClock clock;
    private final Map<OpenRecipient, Intervention> last = new HashMap<>();

    Interventions(EngineClock clock) {
        this.clock = clock;
    }

    /** One for all recipients that a person's word takes hold of. */
    Intervention now(Intervention.Kind kind, String by, String why) {
        return new Intervention(kind, clock.wall(clock.now()), by, why);
    }

    void note(OpenRecipient recipient, Intervention intervention) {
        last.put(recipient, intervention);
    }

    @Nullable
    Intervention of(OpenRecipient recipient) {
        return last.get(recipient);
    }

    void forget(OpenRecipient recipient) {
        last.remove(recipient);
    }
}
