package org.postrider.smtp.server;

/** How fast one message's content comes, and when it is too slow. */
final class Pace {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final SessionTimeouts timeouts;
    private final long start;
    private long octets;

    /** @param start on the clock of {@link Deadlines#now} */
    Pace(SessionTimeouts timeouts, long start) {
        this.timeouts = timeouts;
        this.start = start;
    }

    void add(int count) {
        octets += count;
    }

    long start() {
        return start;
    }

    /** When the next octets must be there. */
    long due(long now) {
        return Math.min(now + timeouts.content().toNanos(), rateDue());
    }

    /** When the mean rate would fall below the least one, or the time for the whole message is over. */
    long rateDue() {
        long whole = start + timeouts.transaction().toNanos();
        int rate = timeouts.contentOctetsPerSecondMin();
        if (rate == 0) {
            return whole;
        }
        // Divided before it is multiplied: a message of terabytes must not overflow into the past.
        return Math.min(whole, start + timeouts.contentGrace().toNanos() + octets / rate * NANOS_PER_SECOND);
    }
}
