package org.postrider.spool;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The memory that all drafts together may take: what thousands of slow clients send must not fill the heap. A draft that
 * gets none goes to its own file early.
 *
 * <p>Long arrays are used again, since a collector finds it hard to make room for them. One must not come back as long as
 * a record may be written from it.
 *
 * <p>Thread: any.
 */
final class DraftMemory {
    /** Room for 128 messages just below the usual bound of large content, or 3,000 of 10 KiB. */
    static final long OCTETS_MAX = 32L << 20;

    /** Arrays from this length on are used again; their lengths are powers of two. */
    static final int LONG_OCTETS = 64 << 10;

    /** Longer ones, which a greater bound of large content makes, are not: there would be too much of them. */
    private static final int KEPT_OCTETS_MAX = 256 << 10;

    /** Arrays kept of each length, some 3.5 MiB in all. */
    private static final int KEPT_MAX = 8;

    private final long octetsMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, ArrayDeque<byte[]>> kept = new HashMap<>();
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

    /** The length of the array that is given for so many octets. */
    static int length(int octets) {
        return octets < LONG_OCTETS ? octets : Integer.highestOneBit(2 * octets - 1);
    }

    /** An array with room for so many octets, and any content. */
    byte[] array(int octets) {
        int length = length(octets);
        byte[] array = length < LONG_OCTETS ? null : poll(length);
        return array == null ? new byte[length] : array;
    }

    private byte @Nullable [] poll(int length) {
        lock.lock();
        try {
            ArrayDeque<byte[]> same = kept.get(length);
            return same == null ? null : same.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes back an array that nobody uses any more. */
    void takeBack(byte[] array) {
        boolean kind = array.length >= LONG_OCTETS && length(array.length) == array.length;
        if (!kind || array.length > KEPT_OCTETS_MAX) {
            return;
        }
        lock.lock();
        try {
            ArrayDeque<byte[]> same = kept.computeIfAbsent(array.length, _ -> new ArrayDeque<>());
            if (same.size() < KEPT_MAX) {
                same.push(array);
            }
        } finally {
            lock.unlock();
        }
    }
}
