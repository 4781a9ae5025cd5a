package org.postrider.queue;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open messages by id: open addressing with linear probing, the keys being in the messages, so that a message costs 5
 * to 11 octets here. Its order depends on the ids alone.
 */
final class MessageTable {
    private @Nullable OpenMessage[] slots = new OpenMessage[64];
    private int size;

    int size() {
        return size;
    }

    private static int home(long id, int mask) {
        // Ids that follow each other must not fill neighbouring slots: Fibonacci hashing spreads them.
        return (int) ((id * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    }

    @Nullable
    OpenMessage get(long id) {
        int mask = slots.length - 1;
        for (int at = home(id, mask); ; at = (at + 1) & mask) {
            OpenMessage message = slots[at];
            if (message == null || message.id == id) {
                return message;
            }
        }
    }

    /** Adds a message whose id is not in the table. */
    void add(OpenMessage message) {
        if ((size + 1) * 4L > slots.length * 3L) {
            resize(slots.length * 2);
        }
        insert(message);
        size++;
    }

    private void insert(OpenMessage message) {
        int mask = slots.length - 1;
        int at = home(message.id, mask);
        while (slots[at] != null) {
            at = (at + 1) & mask;
        }
        slots[at] = message;
    }

    private void resize(int length) {
        @Nullable OpenMessage[] old = slots;
        slots = new OpenMessage[length];
        for (OpenMessage message : old) {
            if (message != null) {
                insert(message);
            }
        }
    }

    void remove(long id) {
        int mask = slots.length - 1;
        int hole = home(id, mask);
        OpenMessage found = slots[hole];
        while (found != null && found.id != id) {
            hole = (hole + 1) & mask;
            found = slots[hole];
        }
        if (found == null) {
            return;
        }
        slots[hole] = null;
        closeHole(hole, mask);
        size--;
        if (slots.length > 64 && size * 8L < slots.length) {
            resize(slots.length / 2);
        }
    }

    /** Moves later ones of the same run forward, so that no search ends too early at the hole. */
    private void closeHole(int start, int mask) {
        int hole = start;
        for (int at = (hole + 1) & mask; ; at = (at + 1) & mask) {
            OpenMessage message = slots[at];
            if (message == null) {
                return;
            }
            if (((at - home(message.id, mask)) & mask) >= ((at - hole) & mask)) {
                slots[hole] = message;
                slots[at] = null;
                hole = at;
            }
        }
    }

    /** Gives each message; the table must not change meanwhile. */
    void forEach(Consumer<OpenMessage> visitor) {
        for (OpenMessage message : slots) {
            if (message != null) {
                visitor.accept(message);
            }
        }
    }
}
