package org.postrider.mailauth.dkim;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few platform threads for work that keeps a processor busy and never blocks. On virtual threads, as many signatures would
 * be made at once as there are messages, and all else would wait behind them.
 *
 * <p>Thread: any. {@link #execute} throws {@link java.util.concurrent.RejectedExecutionException} where too much waits.
 */
public final class SigningLanes implements Executor, AutoCloseable {
    private static final long CLOSE_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    /**
     * @param lanes threads
     * @param waitingMax pieces of work that may wait for one
     */
    public SigningLanes(int lanes, int waitingMax) {
        threads = new ThreadPoolExecutor(
                lanes,
                lanes,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(waitingMax),
                Thread.ofPlatform().name("signing-lane-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    /** Lets what waits be done, for some seconds. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
