package org.postrider.spool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where each open message and the last state of each of its recipients lie: an open-addressing table of primitive
 * columns, 28 octets a slot, at most two thirds full, so 42 to 84 octets for a message of one recipient. A message of
 * several has its states' places in an array of its own.
 *
 * <p>A place is {@code generation << 32 | offset} of a record; 0 is none and {@link #IN_CHECKPOINT} is any place before
 * the checkpoint that the spool started from.
 *
 * <p>Thread: guarded by the spool's lock.
 */
final class MessageIndex {
    static final long NONE = 0;
    static final long IN_CHECKPOINT = 1;

    /** Set in a recipient's place once it is settled. */
    private static final long SETTLED = 1L << 63;

    private static final int CAPACITY_FIRST = 1 << 10;

    private long[] ids = new long[CAPACITY_FIRST];
    private long[] places = new long[CAPACITY_FIRST];
    private long[] states = new long[CAPACITY_FIRST];
    private int[] octets = new int[CAPACITY_FIRST];
    private int size;

    /** For messages of several recipients: how many are open, then each one's place. */
    private final List<long @Nullable []> several = new ArrayList<>();

    private final ArrayList<Integer> free = new ArrayList<>();

    static long place(long generation, int offset) {
        return generation << 32 | offset;
    }

    static long generation(long place) {
        return place >>> 32;
    }

    static int offset(long place) {
        return (int) place;
    }

    int size() {
        return size;
    }

    boolean contains(long id) {
        return ids[slot(id)] == id;
    }

    /** The record's place, {@link #NONE} where the message is unknown. */
    long place(long id) {
        int slot = slot(id);
        return ids[slot] == id ? places[slot] : NONE;
    }

    /** The octets that the message's record takes in its segment. */
    int octets(long id) {
        int slot = slot(id);
        return ids[slot] == id ? octets[slot] : 0;
    }

    /** Adds a message none of whose recipients has a state; one that is there is begun anew. */
    void put(long id, long place, int recordOctets, int recipients) {
        remove(id);
        if (size >= ids.length / 3 * 2) {
            grow();
        }
        int slot = slot(id);
        ids[slot] = id;
        places[slot] = place;
        octets[slot] = recordOctets;
        states[slot] = recipients == 1 ? NONE : -1 - hold(recipients);
        size++;
    }

    private int hold(int recipients) {
        long[] held = new long[recipients + 1];
        held[0] = recipients;
        if (free.isEmpty()) {
            several.add(held);
            return several.size() - 1;
        }
        int at = free.removeLast();
        several.set(at, held);
        return at;
    }

    private long[] held(long state) {
        long[] held = several.get((int) (-1 - state));
        if (held == null) {
            throw new AssertionError("index: states lost");
        }
        return held;
    }

    void move(long id, long place, int recordOctets) {
        int slot = slot(id);
        if (ids[slot] == id) {
            places[slot] = place;
            octets[slot] = recordOctets;
        }
    }

    /** What a state did to its message. */
    enum Applied {
        /** The message or the recipient is unknown, or the recipient was settled before. */
        IGNORED,
        OPEN,
        /** The last open recipient was settled. */
        DONE
    }

    /** Notes where a recipient's newest state lies. The caller removes a message that is done. */
    Applied apply(long id, int recipient, boolean settled, long place) {
        int slot = slot(id);
        if (id <= 0 || ids[slot] != id) {
            return Applied.IGNORED;
        }
        long state = states[slot];
        if (state >= 0) {
            if (recipient != 0) {
                return Applied.IGNORED;
            }
            states[slot] = place;
            return settled ? Applied.DONE : Applied.OPEN;
        }
        long[] held = held(state);
        if (recipient < 0 || recipient + 1 >= held.length || held[recipient + 1] < 0) {
            return Applied.IGNORED;
        }
        held[recipient + 1] = settled ? place | SETTLED : place;
        if (settled) {
            held[0]--;
        }
        return held[0] == 0 ? Applied.DONE : Applied.OPEN;
    }

    /** For each recipient where its last state lies; {@code null} where the message is unknown. */
    long @Nullable [] statePlaces(long id) {
        int slot = slot(id);
        if (ids[slot] != id) {
            return null;
        }
        long state = states[slot];
        if (state >= 0) {
            return new long[] {state};
        }
        long[] held = held(state);
        long[] copy = Arrays.copyOfRange(held, 1, held.length);
        for (int i = 0; i < copy.length; i++) {
            copy[i] &= ~SETTLED;
        }
        return copy;
    }

    void remove(long id) {
        int slot = slot(id);
        if (ids[slot] != id) {
            return;
        }
        if (states[slot] < 0) {
            int at = (int) (-1 - states[slot]);
            several.set(at, null);
            free.add(at);
        }
        size--;
        closeGap(slot);
    }

    /** Moves back what linear probing had pushed behind the removed slot. */
    private void closeGap(int removed) {
        int mask = ids.length - 1;
        int gap = removed;
        int next = (gap + 1) & mask;
        while (ids[next] != 0) {
            int home = home(ids[next]);
            if (((next - home) & mask) >= ((next - gap) & mask)) {
                ids[gap] = ids[next];
                places[gap] = places[next];
                states[gap] = states[next];
                octets[gap] = octets[next];
                gap = next;
            }
            next = (next + 1) & mask;
        }
        ids[gap] = 0;
    }

    /** The ids of the messages whose record's place is wanted, in no order. */
    long[] ids(LongPredicate wanted) {
        long[] found = new long[size];
        int count = 0;
        for (int slot = 0; slot < ids.length; slot++) {
            if (ids[slot] != 0 && wanted.test(places[slot])) {
                found[count++] = ids[slot];
            }
        }
        return count == size ? found : Arrays.copyOf(found, count);
    }

    /** A message and where its record lies. */
    record Placed(long id, long place) {}

    /** Adds each message whose record lies in one of the generations asked for to that one's list, in no order. */
    void collect(Map<Long, List<Placed>> byGeneration) {
        for (int slot = 0; slot < ids.length; slot++) {
            if (ids[slot] != 0) {
                List<Placed> placed = byGeneration.get(generation(places[slot]));
                if (placed != null) {
                    placed.add(new Placed(ids[slot], places[slot]));
                }
            }
        }
    }

    private int home(long id) {
        long mixed = id * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 33) & (ids.length - 1);
    }

    /** The slot that holds {@code id}, or the free one where it would go. */
    private int slot(long id) {
        int mask = ids.length - 1;
        int slot = home(id);
        while (ids[slot] != 0 && ids[slot] != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldIds = ids;
        long[] oldPlaces = places;
        long[] oldStates = states;
        int[] oldOctets = octets;
        int capacity = oldIds.length * 2;
        ids = new long[capacity];
        places = new long[capacity];
        states = new long[capacity];
        octets = new int[capacity];
        for (int i = 0; i < oldIds.length; i++) {
            if (oldIds[i] != 0) {
                int slot = slot(oldIds[i]);
                ids[slot] = oldIds[i];
                places[slot] = oldPlaces[i];
                states[slot] = oldStates[i];
                octets[slot] = oldOctets[i];
            }
        }
    }
}
