package org.postrider.tls;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Spare buffers of one size, shared by all channels, so that one that waits for its peer holds none.
 *
 * <p>Thread: any.
 */
final class RecordBuffers {
    private static final int SPARE_MAX = 64;

    private final ConcurrentLinkedQueue<ByteBuffer> spare = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int octets;

    RecordBuffers(int octets) {
        this.octets = octets;
    }

    /** An empty buffer, its limit at its capacity. */
    ByteBuffer borrow() {
        @Nullable ByteBuffer taken = spare.poll();
        if (taken == null) {
            return ByteBuffer.allocate(octets);
        }
        count.decrementAndGet();
        return taken.clear();
    }

    /** Takes back what {@link #borrow} gave; nobody may use it any more. */
    void giveBack(ByteBuffer buffer) {
        if (count.get() < SPARE_MAX) {
            count.incrementAndGet();
            spare.add(buffer);
        }
    }
}
