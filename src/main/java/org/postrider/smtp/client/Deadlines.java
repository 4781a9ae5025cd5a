package org.postrider.smtp.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The watches of all connections, and the one thread that looks at them. A thread and a timer for each connection would
 * wake more often than a message has replies.
 *
 * <p>Thread: any.
 */
final class Deadlines {
    private static final System.Logger LOG = System.getLogger(Deadlines.class.getName());

    /** How late a missed deadline may be noticed: the shortest of those we set are a second or two. */
    private static final long TICK_NANOS = Duration.ofMillis(200).toNanos();

    private static final long ORIGIN = System.nanoTime();

    static final Deadlines OF_ALL_CONNECTIONS = new Deadlines();

    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Thread watcher =
            Thread.ofPlatform().daemon().name("smtp-client-deadlines").unstarted(this::watch);
    private volatile boolean asleep;

    private Deadlines() {
        watcher.start();
    }

    /** Nanoseconds since a fixed moment, never negative. */
    static long now() {
        return System.nanoTime() - ORIGIN;
    }

    void add(Watch watch) {
        watches.add(watch);
        if (asleep) {
            LockSupport.unpark(watcher);
        }
    }

    void remove(Watch watch) {
        watches.remove(watch);
    }

    private void watch() {
        while (true) {
            sleepWhileThereAreNone();
            LockSupport.parkNanos(this, TICK_NANOS);
            try {
                check();
            } catch (RuntimeException | Error defect) {
                // Without this thread no wait would end any more; the next tick makes up for this one.
                LOG.log(System.Logger.Level.WARNING, "the deadlines of connections could not be looked at", defect);
            }
        }
    }

    private void check() {
        long now = now();
        for (Watch watch : watches) {
            watch.check(now);
        }
    }

    private void sleepWhileThereAreNone() {
        // Told before it is looked: whoever adds one in between wakes us.
        asleep = true;
        while (watches.isEmpty()) {
            LockSupport.park(this);
        }
        asleep = false;
    }
}
