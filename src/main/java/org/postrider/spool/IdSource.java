package org.postrider.spool;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.postrider.mail.QueueId;

/**
 * Gives out queue ids: milliseconds since 2020 in the upper bits, then {@value #SEQUENCE_BITS} bits of sequence. An id is
 * always greater than all before it, over restarts and when the clock goes back: then it counts on from the last one.
 *
 * <p>Thread: any.
 */
final class IdSource {
    private static final int SEQUENCE_BITS = 20;
    private static final long EPOCH_MILLIS = 1_577_836_800_000L;

    private final InstantSource clock;
    private final AtomicLong last;

    IdSource(InstantSource clock, long lastGiven) {
        this.clock = clock;
        this.last = new AtomicLong(lastGiven);
    }

    QueueId next() {
        long now = Math.max(0, clock.millis() - EPOCH_MILLIS) << SEQUENCE_BITS;
        return new QueueId(last.updateAndGet(before -> Math.max(before + 1, now)));
    }

    long lastGiven() {
        return last.get();
    }
}
