package org.postrider.queue;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;

/**
 * The recipients that are ready for a site over an egress source, and how much that site bears.
 *
 * <p>Concurrency follows the feedback scheme of the Postfix queue manager: the window begins small; each success adds its
 * share of one to it, so that it has grown by one at the end of a cohort, that is after as many successes as it is wide,
 * and only while it is used to the full; each failure to connect or to shake hands takes its share away. When failures
 * without a success in between add up to a whole cohort, the site is dead: nothing is sent until a pause is over, then one
 * probe goes out. The probe's failure makes the pause longer, any success ends it.
 *
 * <p>The rate is a matter apart: a configured limit is kept by counting time forward for each message (the generic cell rate
 * algorithm), and a site that asks us to slow down gets a pace, a least time between two attempts, which doubles each time
 * it asks again and decays by a quarter with each answer that does not ask.
 */
final class ReadyQueue {
    static final long PACE_FIRST_MILLIS = 1_000;
    private static final long PACE_LEAST_MILLIS = 250;
    private static final long CATCH_UP_NANOS = 1_000_000_000L;
    private static final double COHORT = 1 - 1e-9;

    record Key(Site site, String source) {}

    final Key key;
    final Line line = new Line();
    final EngineClock.Alarm alarm;

    /** Attempts that have a slot, from the moment they are journalled. */
    int busy;
    /** Whether it stands in the engine's line of queues that can start something. */
    boolean runnable;

    @Nullable
    Diagnosis lastFailure;

    @Nullable
    Diagnosis lastSaid;

    private SiteLimits limits;
    private double window;
    private double credit;
    private double failedCohorts;
    private int deaths;
    /** 0 while the site lives. */
    private long pausedUntil;

    private long paceMillis;
    private long pacedUntil;
    private long slowedAt = Long.MIN_VALUE;
    /** When the next message would be due at the configured rate. */
    private long rateNanos;

    ReadyQueue(Key key, SiteLimits limits, Function<ReadyQueue, EngineClock.Alarm> alarm) {
        this.key = key;
        this.limits = limits;
        this.window = limits.concurrencyInitial();
        this.alarm = alarm.apply(this);
    }

    void limits(SiteLimits changed) {
        limits = changed;
        window = Math.min(window, changed.concurrencyMax());
    }

    SiteLimits limits() {
        return limits;
    }

    int window() {
        return isDead() ? 1 : (int) window;
    }

    boolean isDead() {
        return pausedUntil != 0;
    }

    long pausedUntil() {
        return pausedUntil;
    }

    long paceMillis() {
        return paceMillis;
    }

    boolean isIdle() {
        return line.isEmpty() && busy == 0;
    }

    boolean hasSlot() {
        return busy < window();
    }

    /** When the throttle lets the next message go. */
    long throttledUntil() {
        long rate = limits.rate() == null ? Long.MIN_VALUE : Math.ceilDiv(rateNanos - catchUpNanos(), 1_000_000L);
        return Math.max(rate, pacedUntil);
    }

    private long catchUpNanos() {
        RateLimit rate = limits.rate();
        return rate == null ? 0 : Math.max(0, CATCH_UP_NANOS - rate.intervalNanos());
    }

    /** When an attempt may start: now, at a time that is known, or {@link Long#MAX_VALUE} where outcomes must come first. */
    long startableAt(long now) {
        if (line.isEmpty() || !hasSlot()) {
            return Long.MAX_VALUE;
        }
        return Math.max(now, Math.max(pausedUntil, throttledUntil()));
    }

    void started(long now) {
        busy++;
        pacedUntil = now + paceMillis;
        RateLimit rate = limits.rate();
        if (rate != null) {
            rateNanos = Math.max(rateNanos, now * 1_000_000L) + rate.intervalNanos();
        }
    }

    /** The attempt did not take place, or said nothing of the site. */
    void abandoned() {
        busy--;
    }

    void answered(Flight flight, Outcome.Pushback pushback, long now, QueueSettings settings) {
        boolean full = busy >= window();
        busy--;
        if (isDead()) {
            revive();
        }
        deaths = 0;
        failedCohorts = 0;
        switch (pushback) {
            case NONE -> grow(full);
            case SLOW_DOWN -> slowDown(flight, now, settings);
        }
    }

    private void revive() {
        pausedUntil = 0;
        window = limits.concurrencyInitial();
        credit = 0;
    }

    private void grow(boolean full) {
        long slower = paceMillis - paceMillis / 4;
        if (slower < PACE_LEAST_MILLIS) {
            slower = 0;
        }
        pacedUntil -= paceMillis - slower;
        paceMillis = slower;
        if (!full) {
            return;
        }
        credit += 1 / window;
        if (credit >= COHORT) {
            credit = 0;
            window = Math.min(limits.concurrencyMax(), window + 1);
        }
    }

    private void slowDown(Flight flight, long now, QueueSettings settings) {
        // Attempts that were under way when it first asked tell nothing new by asking too.
        if (flight.startedAt < slowedAt) {
            return;
        }
        slowedAt = now;
        window = Math.max(1, window / 2);
        credit = 0;
        long pauseMax = settings.pauseMax().toMillis();
        paceMillis = Math.min(pauseMax, Math.max(PACE_FIRST_MILLIS, paceMillis * 2));
        pacedUntil = now + paceMillis;
    }

    /**
     * No connection, or no handshake.
     *
     * @return whether the site has just been found dead, again or for the first time
     */
    boolean failed(Flight flight, Diagnosis diagnosis, long now, QueueSettings settings) {
        busy--;
        lastFailure = diagnosis;
        if (isDead()) {
            // Attempts from before its death tell nothing new.
            return flight.probe && die(now, settings);
        }
        failedCohorts += 1 / window;
        window = Math.max(1, window - 1 / window);
        credit = 0;
        return failedCohorts >= COHORT && die(now, settings);
    }

    private boolean die(long now, QueueSettings settings) {
        deaths++;
        failedCohorts = 0;
        long pause = settings.pauseMillis(deaths);
        pausedUntil = now + Math.min(pause, settings.pauseMax().toMillis());
        return true;
    }

    /** Lets the probe go now, as a person wants it. */
    void probeNow(long now) {
        if (isDead()) {
            pausedUntil = Math.min(pausedUntil, now);
        }
    }
}
