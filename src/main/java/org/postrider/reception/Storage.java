package org.postrider.reception;

import java.time.Duration;
import java.time.Instant;
import org.postrider.queue.Time;
import org.postrider.spool.Condition;
import org.postrider.spool.Spool;

/**
 * Whether the spool has room for what a client announces. An estimate, so that a client hears of it before it sends; the
 * commit decides.
 *
 * <p>Thread: any.
 */
final class Storage {
    private final Spool spool;
    private final Time time;
    private final Duration freshness;
    private volatile Seen seen;

    private record Seen(Instant at, double fill, long roomOctets) {}

    /**
     * @param freshness how long one look at the spool serves
     */
    Storage(Spool spool, Time time, Duration freshness) {
        this.spool = spool;
        this.time = time;
        this.freshness = freshness;
        this.seen = look(time.now());
    }

    /** Whether a message of so many octets may fit; 0 is a message of unknown size. */
    boolean hasRoom(long declaredOctets) {
        Instant now = time.now();
        Seen last = seen;
        if (Duration.between(last.at, now).abs().compareTo(freshness) > 0) {
            last = look(now);
            seen = last;
        }
        return last.fill < 1 && declaredOctets <= last.roomOctets;
    }

    private Seen look(Instant now) {
        Condition condition = spool.condition();
        double fill = condition.fill();
        // The fill is the used share of the space for new mail, so that what is free follows from both.
        long room = fill <= 0 ? Long.MAX_VALUE : (long) (condition.usedOctets() / fill * (1 - fill));
        return new Seen(now, fill, room);
    }
}
