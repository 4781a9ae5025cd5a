package org.postrider.server;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does again and again, or after a while. Its end does not wait for pauses: what was to be tried again after one
 * is in the spool.
 *
 * <p>Thread: any. Its own one is for what does not block; the rest goes to workers.
 */
final class Clockwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clockwork.class);

    private final ScheduledThreadPoolExecutor own;
    private final Executor workers;

    /**
     * @param workers run tasks that may block, each on a thread of its own
     */
    Clockwork(Executor workers) {
        this.workers = workers;
        this.own = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("clockwork").factory());
        own.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs a task that does not block, once. */
    void after(Duration pause, Runnable task) {
        try {
            var _ = own.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopped before the end of a pause", e);
        }
    }

    /** Runs a task that does not block, at once and then steadily. */
    void often(Duration interval, Runnable task) {
        var _ = own.scheduleAtFixedRate(task, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a task that may block, never twice at once. */
    void repeat(Duration interval, Runnable task) {
        AtomicBoolean running = new AtomicBoolean();
        var _ = own.scheduleWithFixedDelay(
                () -> {
                    if (running.compareAndSet(false, true)) {
                        workers.execute(() -> {
                            try {
                                task.run();
                            } finally {
                                running.set(false);
                            }
                        });
                    }
                },
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        own.close();
    }
}
