package org.postrider.queue;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailHost;

/** All destinations, each once. Those without recipients are remembered for a while, the oldest forgotten first. */
final class Destinations {
    static final int IDLE_MAX = 10_000;

    // Only looked up, never walked through: its order does not matter.
    private final Map<Destination.Key, Destination> known = new HashMap<>();
    private final Set<Destination> idle = new LinkedHashSet<>();

    Destination take(MailHost host, @Nullable String reroute) {
        Destination destination = known.computeIfAbsent(new Destination.Key(host, reroute), Destination::new);
        if (destination.recipients++ == 0) {
            idle.remove(destination);
        }
        return destination;
    }

    void release(Destination destination) {
        if (--destination.recipients == 0 && !destination.asked) {
            rest(destination);
        }
    }

    /** Nobody holds on to it, and no question is under way. */
    void rest(Destination destination) {
        idle.add(destination);
        if (idle.size() > IDLE_MAX) {
            Destination oldest = idle.iterator().next();
            idle.remove(oldest);
            known.remove(new Destination.Key(oldest.host, oldest.reroute));
        }
    }

    /** Makes every route be asked for again. */
    void forgetRoutes() {
        for (Destination destination : known.values()) {
            destination.freshUntil = Long.MIN_VALUE;
        }
    }
}
