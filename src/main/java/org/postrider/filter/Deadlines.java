package org.postrider.filter;

import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Ends waits for filters that are over, by closing the channel: a blocking channel, and a Unix socket above all, knows no
 * time-out of its own.
 *
 * <p>Thread: any.
 */
final class Deadlines implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Deadlines.class.getName());

    private final LongSupplier nanoTime;
    private final ScheduledThreadPoolExecutor clock;

    /**
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    Deadlines(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("filter-deadlines").factory());
        clock.setRemoveOnCancelPolicy(true);
    }

    /** When a wait that begins now is over. */
    long in(Duration wait) {
        return nanoTime.getAsLong() + wait.toNanos();
    }

    /** What is left until then; negative when it is over. */
    Duration left(long due) {
        return Duration.ofNanos(due - nanoTime.getAsLong());
    }

    /** Closes {@code channel} after so long a time; cancelling the answer prevents it. */
    Future<?> closeAfter(Duration wait, Channel channel) {
        return clock.schedule(() -> close(channel), wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a filter's channel", e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
