package org.postrider.spool;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all drafts together may take: what thousands of slow clients send must not fill the heap. A draft that
 * gets none goes to its own file early.
 *
 * <p>Thread: any.
 */
final class DraftMemory {
    /** Room for 128 messages just below the usual bound of large content, or 3,000 of 10 KiB. */
    static final long OCTETS_MAX = 32L << 20;

    private final long octetsMax;
    private final AtomicLong taken = new AtomicLong();

    DraftMemory(long octetsMax) {
        this.octetsMax = octetsMax;
    }

    boolean take(int octets) {
        if (taken.addAndGet(octets) <= octetsMax) {
            return true;
        }
        taken.addAndGet(-octets);
        return false;
    }

    void give(int octets) {
        taken.addAndGet(-octets);
    }
}
