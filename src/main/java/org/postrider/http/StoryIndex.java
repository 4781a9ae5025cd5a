package org.postrider.http;

import java.util.Arrays;

/**
 * The last messages by their ids, each with two places in a ring. A new one takes the room of the oldest. Kept in arrays
 * of numbers, as it is written for every message.
 *
 * <p>Thread: confined.
 */
final class StoryIndex {
    static final int NONE = -1;

    private final long[] ids;
    private final long[] begins;
    private final long[] ends;
    /** For each slot the next one of the same bucket. */
    private final int[] following;

    /** For each bucket its first slot; a power of two of them. */
    private final int[] buckets;

    /** How many were ever added; the slot of the next is this modulo their number. */
    private long added;

    StoryIndex(int messagesMax) {
        ids = new long[messagesMax];
        begins = new long[messagesMax];
        ends = new long[messagesMax];
        following = new int[messagesMax];
        buckets = new int[Integer.highestOneBit(messagesMax) * 2];
        Arrays.fill(buckets, NONE);
    }

    private int bucket(long id) {
        long mixed = id * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 40) & (buckets.length - 1);
    }

    /** The slot of a message, {@link #NONE} where it is not known. */
    int find(long id) {
        int slot = buckets[bucket(id)];
        while (slot != NONE && ids[slot] != id) {
            slot = following[slot];
        }
        return slot;
    }

    /** Takes a message on, or lets one that is known begin anew, at its place among the others; says in which slot. */
    int begin(long id, long place) {
        int slot = find(id);
        if (slot == NONE) {
            slot = (int) (added % ids.length);
            if (added >= ids.length) {
                forget(slot);
            }
            added++;
            int bucket = bucket(id);
            ids[slot] = id;
            following[slot] = buckets[bucket];
            buckets[bucket] = slot;
        }
        begins[slot] = place;
        ends[slot] = place;
        return slot;
    }

    private void forget(int slot) {
        int bucket = bucket(ids[slot]);
        if (buckets[bucket] == slot) {
            buckets[bucket] = following[slot];
            return;
        }
        int before = buckets[bucket];
        while (following[before] != slot) {
            before = following[before];
        }
        following[before] = following[slot];
    }

    long id(int slot) {
        return ids[slot];
    }

    /** The place of the message's first record. */
    long begin(int slot) {
        return begins[slot];
    }

    /** The place of its last record. */
    long end(int slot) {
        return ends[slot];
    }

    void end(int slot, long place) {
        ends[slot] = place;
    }

    int size() {
        return (int) Math.min(added, ids.length);
    }

    /** The slot of the newest message for 0, of the one before it for 1, and so on, below {@link #size}. */
    int newest(int age) {
        return (int) ((added - 1 - age) % ids.length);
    }
}
