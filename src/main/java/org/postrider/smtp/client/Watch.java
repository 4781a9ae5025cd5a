package org.postrider.smtp.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * The deadline of a connection's current wait: closes the channel when it is missed, which ends the wait, be it for
 * connecting, reading or writing. {@link Deadlines} looks at all of them now and then, so that setting one costs a clock
 * reading and a volatile write, and no timer.
 *
 * <p>Thread: armed and disarmed by the connection's thread; checked by another.
 */
final class Watch {
    private static final long NONE = Long.MAX_VALUE;

    private final SocketChannel channel;
    private final Deadlines deadlines;
    private volatile long due = NONE;
    private volatile boolean expired;

    private Watch(SocketChannel channel, Deadlines deadlines) {
        this.channel = channel;
        this.deadlines = deadlines;
    }

    static Watch over(SocketChannel channel) {
        Watch watch = new Watch(channel, Deadlines.OF_ALL_CONNECTIONS);
        watch.deadlines.add(watch);
        return watch;
    }

    /** From now on the wait may take {@code limit}. */
    void arm(Duration limit) {
        due = Deadlines.now() + limit.toNanos();
    }

    void disarm() {
        due = NONE;
    }

    /** Whether a deadline was missed, and the channel closed for it. */
    boolean expired() {
        return expired;
    }

    void stop() {
        deadlines.remove(this);
    }

    /** Ends the wait if it is overdue at {@code now}. Thread: the one of {@link Deadlines}. */
    void check(long now) {
        if (due > now) {
            return;
        }
        expired = true;
        deadlines.remove(this);
        try {
            channel.close();
        } catch (IOException _) {
            // It is as good as closed.
        }
    }
}
