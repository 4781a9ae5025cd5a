package org.postrider.spool;

import java.util.concurrent.TimeUnit;

/**
 * Whether what waits for a sync may wait a moment longer. States answer nobody at the other end of a connection; while
 * messages keep coming, the sync of the next one does for both, and a sync is the dearest thing that the spool does.
 *
 * <p>Thread: confined to the committer's.
 */
final class Patience {
    /** How long states wait for a message to come. */
    static final long NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

    /** A message is likely to come within {@link #NANOS_MAX} where the last one came no longer ago. */
    private static final long LIKELY_NANOS = 4 * NANOS_MAX;

    /** Where more is there than this, it is worth a sync of its own. */
    private static final int STATES_MAX = 64;

    private long lastMessage;
    private boolean anyMessage;

    /** Notes a message that is being written. */
    void message(long now) {
        lastMessage = now;
        anyMessage = true;
    }

    /**
     * Whether to wait for a message.
     *
     * @param waiting what would be written now
     */
    boolean pays(Iterable<Append> waiting, long now) {
        if (!anyMessage || now - lastMessage > LIKELY_NANOS) {
            return false;
        }
        int states = 0;
        for (Append append : waiting) {
            states++;
            if (append.kind != RecordHeader.Kind.STATES || states > STATES_MAX) {
                return false;
            }
        }
        return true;
    }
}
