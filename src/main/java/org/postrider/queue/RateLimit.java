package org.postrider.queue;

import java.time.Duration;
import java.util.Locale;

/**
 * So many messages in so much time, spread evenly; what was not used during the last second may be caught up on.
 *
 * @param messages at least 1
 * @param per positive
 */
public record RateLimit(int messages, Duration per) {
    public RateLimit {
        if (messages < 1 || per.isNegative() || per.isZero()) {
            throw new IllegalArgumentException("rate of " + messages + " per " + per);
        }
    }

    long intervalNanos() {
        return Math.max(1, per.toNanos() / messages);
    }

    @Override
    public String toString() {
        return messages + " per " + per.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
