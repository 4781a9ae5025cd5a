package org.postrider.smtp.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The deadline of a connection's current wait: closes the channel when it is missed, which ends the wait, be it for
 * connecting, reading or writing.
 *
 * <p>Setting a deadline costs a clock reading and a volatile write: the watching thread sleeps until the deadline it saw
 * last and only then looks at the newer one, and it is woken only for an earlier one.
 *
 * <p>Thread: armed and disarmed by the connection's thread; watches on a virtual thread of its own until stopped.
 */
final class Watch {
    private static final long NONE = Long.MAX_VALUE;
    /** How long the watcher sleeps while nothing is waited for. */
    private static final long REST_NANOS = Duration.ofMinutes(1).toNanos();

    private final SocketChannel channel;
    private final long origin = System.nanoTime();
    private final Thread watcher;
    // Both count from the origin.
    private volatile long due = NONE;
    private volatile long wakes = NONE;
    private volatile boolean expired;
    private volatile boolean stopped;

    private Watch(SocketChannel channel) {
        this.channel = channel;
        this.watcher = Thread.ofVirtual().name("smtp-client-watch").unstarted(this::run);
    }

    static Watch over(SocketChannel channel) {
        Watch watch = new Watch(channel);
        watch.watcher.start();
        return watch;
    }

    /** From now on the wait may take {@code limit}. */
    void arm(Duration limit) {
        long deadline = elapsed() + limit.toNanos();
        due = deadline;
        if (deadline < wakes) {
            LockSupport.unpark(watcher);
        }
    }

    void disarm() {
        due = NONE;
    }

    /** Whether a deadline was missed, and the channel closed for it. */
    boolean expired() {
        return expired;
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(watcher);
    }

    private long elapsed() {
        return System.nanoTime() - origin;
    }

    private void run() {
        while (!stopped) {
            long now = elapsed();
            long seen = due;
            if (seen <= now) {
                expire();
                return;
            }
            long wake = Math.min(seen, now + REST_NANOS);
            wakes = wake;
            // Read again after telling when we wake: whoever set an earlier deadline in between saw the old time.
            if (due >= wake && !stopped) {
                LockSupport.parkNanos(this, wake - now);
            }
        }
    }

    private void expire() {
        expired = true;
        try {
            channel.close();
        } catch (IOException _) {
            // It is as good as closed.
        }
    }
}
