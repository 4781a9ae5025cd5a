package org.postrider.tls;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Spare buffers of one size, shared by all channels, so that one that waits for its peer holds none.
 *
 * <p>Thread: any.
 */
final class RecordBuffers {
    private static final int SPARE_MAX = 64;

    private final ConcurrentLinkedQueue<byte[]> spare = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int octets;

    RecordBuffers(int octets) {
        this.octets = octets;
    }

    /** One whose content is undefined. */
    byte[] borrow() {
        byte[] taken = spare.poll();
        if (taken == null) {
            return new byte[octets];
        }
        count.decrementAndGet();
        return taken;
    }

    /** Takes back what {@link #borrow} gave; nobody may use it any more. */
    void giveBack(byte[] buffer) {
        if (count.get() < SPARE_MAX) {
            count.incrementAndGet();
            spare.add(buffer);
        }
    }
}
