package org.postrider.smtp.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The watches of all sessions, and the clock they go by. A second's tick over twenty thousand of them takes about a
 * millisecond, where a timer for each read would cost more than the read.
 *
 * <p>Thread: any.
 */
final class Deadlines {
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanoTime;
    private final long origin;

    /** @param nanoTime monotonic, in nanoseconds */
    Deadlines(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
    }

    /** Nanoseconds since the start, never negative. */
    long now() {
        return nanoTime.getAsLong() - origin;
    }

    void add(Watch watch) {
        watches.add(watch);
    }

    void remove(Watch watch) {
        watches.remove(watch);
    }

    /** Ends the waits that are overdue. */
    void check() {
        long now = now();
        for (Watch watch : watches) {
            watch.check(now);
        }
    }

    /** Ends all waits for a command, now and later. */
    void stop() {
        watches.forEach(Watch::stop);
    }

    /** Ends all waits. */
    void cut() {
        watches.forEach(Watch::cut);
    }
}
