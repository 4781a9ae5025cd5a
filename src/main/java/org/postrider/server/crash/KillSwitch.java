package org.postrider.server.crash;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills the server once, at the {@code nth} time that the moment it waits for comes, plus a delay; or when time is up.
 *
 * <p>Thread: any; the thread that sees the moment does the killing, so that nothing comes between.
 */
final class KillSwitch {
    /** What a kill can be aimed at. Kills without aim hardly ever hit the few microseconds that matter. */
    enum Moment {
        /** Any time under load. */
        ANY,
        /** While the server starts and recovers. */
        START,
        /** The client has sent the last dot and waits: the sync is going on. */
        DOT_SENT,
        /** The client has just read its 250. */
        REPLY_READ,
        /** The sink has the whole message and has not answered. */
        SINK_HAS_IT,
        /** The sink's 250 is out: between delivery and the server's note of it. */
        SINK_ANSWERED,
        /** A file of the spool appears, goes or is renamed: segments rotate, a checkpoint is written. */
        FILE_CHANGED
    }

    private final Moment aim;
    private final AtomicInteger left;
    private final long delayNanos;
    private final Runnable kill;
    private final AtomicBoolean fired = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);

    KillSwitch(Moment aim, int nth, long delayNanos, Runnable kill) {
        this.aim = aim;
        this.left = new AtomicInteger(nth);
        this.delayNanos = delayNanos;
        this.kill = kill;
    }

    void seen(Moment moment) {
        if (moment == aim && left.decrementAndGet() == 0) {
            long deadline = System.nanoTime() + delayNanos;
            for (long wait = delayNanos; wait > 0; wait = deadline - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            fire();
        }
    }

    boolean fired() {
        return fired.get();
    }

    Moment aim() {
        return aim;
    }

    private void fire() {
        if (fired.compareAndSet(false, true)) {
            kill.run();
            done.countDown();
        }
    }

    /** Waits for the kill; says whether it came by aim. Kills when the time is up. */
    boolean await(long nanos) throws InterruptedException {
        boolean aimed = done.await(nanos, TimeUnit.NANOSECONDS);
        fire();
        return aimed;
    }
}
