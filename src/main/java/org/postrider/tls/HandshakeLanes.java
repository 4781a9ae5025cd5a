package org.postrider.tls;

import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A platform thread for each processor, for the arithmetic of handshakes. On virtual threads each handshake would keep a
 * carrier busy for a millisecond, in which no other session is heard; here the operating system shares out the processors.
 * What waits is bounded by the sessions that there may be, as each has one task at a time.
 *
 * <p>Thread: any.
 */
final class HandshakeLanes {
    private static final int LANES = Runtime.getRuntime().availableProcessors();
    private static final ThreadPoolExecutor THREADS = threads();

    private HandshakeLanes() {}

    private static ThreadPoolExecutor threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                LANES,
                LANES,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("tls-handshake-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Does the task, on a lane where this thread is a virtual one, and returns when it is done. */
    static void run(Runnable task) throws InterruptedIOException {
        if (!Thread.currentThread().isVirtual()) {
            task.run();
            return;
        }
        FutureTask<Void> handed = new FutureTask<>(task, null);
        THREADS.execute(handed);
        try {
            handed.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted during a handshake");
        } catch (ExecutionException e) {
            // JSSE keeps what goes wrong with a handshake and throws it at the next step; this is something else.
            throw new IllegalStateException("a task of the handshake failed", e.getCause());
        }
    }
}
