package org.postrider.account;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Where sessions wait after a failure. It has so many places: each holds a connection and its buffers, and a thousand guesses
 * a second that waited eight seconds each would hold the memory of mail.
 *
 * <p>Thread: any; the one that waits.
 */
final class WaitingRoom {
    static final int PLACES = 500;

    private final Semaphore places;

    WaitingRoom(int places) {
        this.places = new Semaphore(places);
    }

    /** Waits; says {@code false} at once where all places are taken. */
    boolean await(Duration delay) {
        if (delay.isZero()) {
            return true;
        }
        if (!places.tryAcquire()) {
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        } catch (InterruptedException e) {
            // The session is to end; it sees that itself.
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
        return true;
    }
}
