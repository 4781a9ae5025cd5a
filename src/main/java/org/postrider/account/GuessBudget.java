package org.postrider.account;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What wrong passwords may cost: a share of the time of the lanes on which they are judged, on average, and so much at once.
 * Lanes are those for hashing, or the connections to a directory. A right password costs nothing, so that any number of
 * clients may log in; while the budget is used up, strangers are not judged.
 *
 * <p>It is a leaky bucket that needs one number: the instant at which all that was spent will have been earned again
 * (the generic cell rate algorithm of ITU-T I.371).
 *
 * <p>Thread: any.
 */
final class GuessBudget {
    /** Of each lane's time, one part in so many. */
    static final int SHARE = 4;

    /** What may be spent at once, for each lane: some thirty wrong passwords. */
    static final Duration AT_ONCE = Duration.ofSeconds(3);

    private final int lanes;
    private final LongSupplier nanoTime;
    private final AtomicLong evenAt;

    /** @param nanoTime as {@link System#nanoTime} */
    GuessBudget(int lanes, LongSupplier nanoTime) {
        this.lanes = lanes;
        this.nanoTime = nanoTime;
        this.evenAt = new AtomicLong(nanoTime.getAsLong());
    }

    /** Whether another guess may be hashed. */
    boolean isLeft() {
        return evenAt.get() - nanoTime.getAsLong() < AT_ONCE.toNanos() * SHARE;
    }

    /** Whether all that was spent has been earned again. */
    boolean isWhole() {
        return evenAt.get() - nanoTime.getAsLong() <= 0;
    }

    /** A password was wrong, and judging it took so long on its lane. */
    void spend(Duration judging) {
        long now = nanoTime.getAsLong();
        long earnedIn = judging.toNanos() * SHARE / lanes;
        evenAt.updateAndGet(before -> (before - now > 0 ? before : now) + earnedIn);
    }
}
