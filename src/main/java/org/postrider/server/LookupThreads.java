package org.postrider.server;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Virtual threads for look-ups, so many at once and no more: whoever comes then is refused.
 *
 * <p>Thread: any.
 */
final class LookupThreads implements Executor {
    private final String name;
    private final Semaphore places;

    LookupThreads(String name, int most) {
        this.name = name;
        this.places = new Semaphore(most);
    }

    @Override
    public void execute(Runnable task) {
        if (!places.tryAcquire()) {
            throw new RejectedExecutionException("too many look-ups at once");
        }
        Thread.ofVirtual().name(name).start(() -> {
            try {
                task.run();
            } finally {
                places.release();
            }
        });
    }
}
