package org.postrider.policy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs questions side by side, each on a virtual thread of its own, so many at once at most. A question that finds no room
 * is not asked: a busy server rather judges on less than makes its clients wait.
 *
 * <p>Thread: any.
 */
final class Lookups {
    private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);

    private final Semaphore room;
    private final LongSupplier nanoTime;

    Lookups(int atOnceMax, LongSupplier nanoTime) {
        this.room = new Semaphore(atOnceMax);
        this.nanoTime = nanoTime;
    }

    /**
     * Starts a question.
     *
     * @param patience how long its answer is waited for, from now on
     */
    <T> Pending<T> start(String name, Duration patience, Supplier<T> question) {
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        long due = nanoTime.getAsLong() + patience.toNanos();
        if (!room.tryAcquire()) {
            answer.complete(Optional.empty());
            return new Pending<>(answer, due, nanoTime);
        }
        Thread.ofVirtual().name(name).start(() -> {
            try {
                answer.complete(Optional.of(question.get()));
            } catch (RuntimeException defect) {
                LOG.error("a look-up failed", defect);
            } finally {
                room.release();
                // Nothing changes where there is an answer already.
                answer.complete(Optional.empty());
            }
        });
        return new Pending<>(answer, due, nanoTime);
    }

    /** An answer on its way. Thread: any; waiting blocks. */
    record Pending<T>(CompletableFuture<Optional<T>> answer, long due, LongSupplier nanoTime) {
        /** Whether nobody would have to wait. */
        boolean isDone() {
            return answer.isDone();
        }

        /** The answer; empty where there is none in time. */
        Optional<T> await() {
            try {
                return answer.get(Math.max(0, due - nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException _) {
                return Optional.empty();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}
