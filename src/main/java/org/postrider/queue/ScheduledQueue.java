package org.postrider.queue;

import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The one clock over all recipients that wait: a binary heap by the time at which something is due for each, be it its next
 * attempt, its delay notice or its end. Compact: the times stand beside the recipients in an array of their own, each
 * recipient knows its index, and there is one timer for the head.
 *
 * <p>Equal times are served in the order of the ids, so that a run can be repeated.
 */
final class ScheduledQueue {
    private long[] times = new long[64];
    private @Nullable OpenRecipient[] heap = new OpenRecipient[64];
    private int size;

    int size() {
        return size;
    }

    /** The head's time, {@link Long#MAX_VALUE} where there is no head. */
    long headTime() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    @Nullable
    OpenRecipient head() {
        return size == 0 ? null : heap[0];
    }

    long timeOf(OpenRecipient recipient) {
        return times[recipient.heapIndex];
    }

    /** Adds a recipient, or moves one that is there. */
    void put(OpenRecipient recipient, long time) {
        int index = recipient.heapIndex;
        if (index < 0) {
            if (size == heap.length) {
                int length = size + (size >> 1);
                times = Arrays.copyOf(times, length);
                heap = Arrays.copyOf(heap, length);
            }
            index = size++;
        }
        siftUp(index, recipient, time);
        siftDown(recipient.heapIndex, recipient, time);
    }

    void remove(OpenRecipient recipient) {
        int index = recipient.heapIndex;
        if (index < 0) {
            return;
        }
        recipient.heapIndex = -1;
        size--;
        OpenRecipient moved = at(size);
        heap[size] = null;
        if (index < size) {
            long time = times[size];
            siftUp(index, moved, time);
            siftDown(moved.heapIndex, moved, time);
        }
    }

    /** Gives every recipient a new time and restores the order, in linear time. */
    void reschedule(ToLongFunction<OpenRecipient> time) {
        for (int i = 0; i < size; i++) {
            times[i] = time.applyAsLong(at(i));
        }
        for (int i = size / 2 - 1; i >= 0; i--) {
            siftDown(i, at(i), times[i]);
        }
    }

    private OpenRecipient at(int index) {
        OpenRecipient recipient = heap[index];
        if (recipient == null) {
            throw new AssertionError("nothing at " + index + " of " + size);
        }
        return recipient;
    }

    private void place(int index, OpenRecipient recipient, long time) {
        heap[index] = recipient;
        times[index] = time;
        recipient.heapIndex = index;
    }

    private void siftUp(int from, OpenRecipient recipient, long time) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (!isBefore(time, recipient, times[parent], at(parent))) {
                break;
            }
            place(index, at(parent), times[parent]);
            index = parent;
        }
        place(index, recipient, time);
    }

    private void siftDown(int from, OpenRecipient recipient, long time) {
        int index = from;
        while (2 * index + 1 < size) {
            int child = 2 * index + 1;
            if (child + 1 < size && isBefore(times[child + 1], at(child + 1), times[child], at(child))) {
                child++;
            }
            if (!isBefore(times[child], at(child), time, recipient)) {
                break;
            }
            place(index, at(child), times[child]);
            index = child;
        }
        place(index, recipient, time);
    }

    private static boolean isBefore(long timeA, OpenRecipient a, long timeB, OpenRecipient b) {
        if (timeA != timeB) {
            return timeA < timeB;
        }
        return a.message.id != b.message.id ? a.message.id < b.message.id : a.index < b.index;
    }
}
