package org.postrider.queue;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;

/**
 * One recipient that is not settled: the unit of the queue. There are millions of these, so that each field is counted:
 * 64 octets of heap with compressed references. It stands in at most one {@link Line} and at most once in the
 * {@link ScheduledQueue}.
 */
final class OpenRecipient {
    static final byte DELAY_NOTICE = 1;
    static final byte SUCCESS_NOTICE = 2;
    static final byte DELAY_NOTICED = 4;
    private static final byte RETURNING = 8;

    final OpenMessage message;
    /** Index into the envelope's recipients, which are at most 65,535. */
    final char index;

    private byte flags;
    Stage stage = Stage.SCHEDULED;
    Destination destination;
    int attempts;
    /** The next attempt, in the engine's time, while it is scheduled. */
    long due;

    @Nullable
    ReadyQueue queue;

    @Nullable
    Diagnosis last;

    @Nullable
    Wish wish;

    /** Links of the {@link Line} that it stands in. */
    @Nullable
    OpenRecipient next;

    @Nullable
    OpenRecipient previous;

    /** Its place in the {@link ScheduledQueue}, -1 while it has none. */
    int heapIndex = -1;

    OpenRecipient(OpenMessage message, int index, Destination destination, byte flags) {
        this.message = message;
        this.index = (char) index;
        this.destination = destination;
        this.flags = flags;
    }

    boolean wantsSuccessNotice() {
        return (flags & SUCCESS_NOTICE) != 0;
    }

    boolean delayNoticed() {
        return (flags & DELAY_NOTICED) != 0;
    }

    void noteDelayNoticed() {
        flags |= DELAY_NOTICED;
    }

    /** Whether a delay notice is permitted and has not been sent. */
    boolean delayNoticePending() {
        return (flags & (DELAY_NOTICE | DELAY_NOTICED)) == DELAY_NOTICE;
    }

    /** Whether it had come to the front of its ready queue when its route had to be asked for again. */
    boolean returning() {
        return (flags & RETURNING) != 0;
    }

    void returning(boolean returning) {
        flags = (byte) (returning ? flags | RETURNING : flags & ~RETURNING);
    }

    @Nullable
    String reroute() {
        return destination.reroute;
    }
}
