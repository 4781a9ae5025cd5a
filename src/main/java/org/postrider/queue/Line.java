package org.postrider.queue;

import org.jspecify.annotations.Nullable;

/**
 * Recipients one behind the other, first come first served; any of them can leave at once. The links are in the recipients,
 * so that a line costs no memory for each.
 *
 * <p>The order in which a ready queue serves its recipients is decided here and nowhere else: queuing that is fair to
 * tenants is a line of lines in this place.
 */
final class Line {
    private @Nullable OpenRecipient first;
    private @Nullable OpenRecipient last;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable
    OpenRecipient first() {
        return first;
    }

    @Nullable
    OpenRecipient last() {
        return last;
    }

    void add(OpenRecipient recipient) {
        recipient.previous = last;
        recipient.next = null;
        if (last == null) {
            first = recipient;
        } else {
            last.next = recipient;
        }
        last = recipient;
        size++;
    }

    /** Puts one in front that has had its turn before. */
    void addFirst(OpenRecipient recipient) {
        recipient.next = first;
        recipient.previous = null;
        if (first == null) {
            last = recipient;
        } else {
            first.previous = recipient;
        }
        first = recipient;
        size++;
    }

    void remove(OpenRecipient recipient) {
        OpenRecipient before = recipient.previous;
        OpenRecipient behind = recipient.next;
        if (before == null) {
            first = behind;
        } else {
            before.next = behind;
        }
        if (behind == null) {
            last = before;
        } else {
            behind.previous = before;
        }
        recipient.previous = null;
        recipient.next = null;
        size--;
    }
}
