package org.postrider.smtp.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one session waits for and until when. The session says so around each blocking call; {@link Deadlines} looks at
 * all watches now and then and ends the waits that are overdue. A wait costs its session two atomic stores and no timer.
 *
 * <p>Whether a wait ended by itself or was ended is decided by one compare-and-set, so that no octet and no time-out is
 * taken for the other.
 */
final class Watch {
    /** What a session waits for. */
    enum Waiting {
        FOR_COMMAND(0),
        FOR_CONTENT(1),
        FOR_WRITE(2);

        private final int bits;

        Waiting(int bits) {
            this.bits = bits;
        }
    }

    /** How a wait ended. */
    enum Ended {
        BY_ITSELF,
        BY_DEADLINE,
        BY_STOP
    }

    private static final long NOTHING = 0;
    private static final long EXPIRED = -1;
    private static final long STOPPED = -2;

    private final Wire wire;
    private final AtomicLong state = new AtomicLong(NOTHING);
    private volatile boolean stopping;

    Watch(Wire wire) {
        this.wire = wire;
    }

    /**
     * Begins a wait.
     *
     * @param due on the clock of {@link Deadlines#now}
     * @return false where there is to be no wait, because the server stops
     */
    boolean begin(Waiting kind, long due) {
        state.set((Math.max(due, 1) << 2) | kind.bits);
        // Read after the store: whoever stops either sees the wait or is seen here.
        if (stopping && kind == Waiting.FOR_COMMAND) {
            state.set(NOTHING);
            return false;
        }
        return true;
    }

    Ended end() {
        long was = state.getAndSet(NOTHING);
        if (was >= 0) {
            return Ended.BY_ITSELF;
        }
        return was == EXPIRED ? Ended.BY_DEADLINE : Ended.BY_STOP;
    }

    /** Ends the wait if it is overdue at {@code now}. Thread: any. */
    void check(long now) {
        long seen = state.get();
        if (seen > 0 && seen >>> 2 <= now) {
            interrupt(seen, EXPIRED);
        }
    }

    /** No command will be awaited any more; one that is being awaited is given up. Thread: any. */
    void stop() {
        stopping = true;
        long seen = state.get();
        if (seen > 0 && kind(seen) == Waiting.FOR_COMMAND) {
            interrupt(seen, STOPPED);
        }
    }

    /** Ends whatever the session waits for on the wire. Thread: any. */
    void cut() {
        stopping = true;
        long seen = state.get();
        if (seen > 0) {
            interrupt(seen, STOPPED);
        }
    }

    boolean stopping() {
        return stopping;
    }

    private void interrupt(long seen, long why) {
        if (!state.compareAndSet(seen, why)) {
            return;
        }
        switch (kind(seen)) {
            case FOR_COMMAND, FOR_CONTENT -> wire.wake();
            case FOR_WRITE -> wire.close();
        }
    }

    private static Waiting kind(long state) {
        return switch ((int) (state & 3)) {
            case 0 -> Waiting.FOR_COMMAND;
            case 1 -> Waiting.FOR_CONTENT;
            default -> Waiting.FOR_WRITE;
        };
    }
}
