package org.postrider.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has one thread read what another works on, a little ahead of it and in the same order.
 *
 * <p>Thread: {@link #run} works on its caller's thread, and its reader has ended when it returns.
 */
final class ReadAhead<T> {
    /** Things that go from one thread to the other together. */
    static final int BATCH = 128;

    /** Batches that are read ahead at most. */
    private static final int AHEAD_MAX = 4;

    private final Source<T> source;

    /** Ends with an empty one. */
    private final BlockingQueue<List<T>> ahead = new ArrayBlockingQueue<>(AHEAD_MAX);

    private final List<T> batch = new ArrayList<>(BATCH);

    /** Gives one thing after the other to a visitor. */
    interface Source<T> {
        void forEach(Consumer<T> visitor) throws IOException;
    }

    ReadAhead(Source<T> source) {
        this.source = source;
    }

    /** Works on all there is, once. Throws what the source or the work throws; no more is read then. */
    void run(Consumer<T> work) throws IOException {
        try (ExecutorService reader = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("read-ahead").factory())) {
            Future<?> reading = reader.submit(this::read);
            try {
                for (List<T> next = ahead.take(); !next.isEmpty(); next = ahead.take()) {
                    next.forEach(work);
                }
                reading.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while it was read");
            } catch (ExecutionException e) {
                throw failure(e);
            } finally {
                reading.cancel(true);
            }
        }
    }

    private static IOException failure(ExecutionException failed) {
        return switch (failed.getCause()) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(failed);
        };
    }

    private @Nullable Void read() throws IOException, InterruptedException {
        try {
            source.forEach(this::add);
            if (!batch.isEmpty()) {
                hand();
            }
        } finally {
            ahead.put(List.of());
        }
        return null;
    }

    private void add(T thing) {
        batch.add(thing);
        if (batch.size() == BATCH) {
            hand();
        }
    }

    private void hand() {
        try {
            ahead.put(List.copyOf(batch));
            batch.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("nobody works on what is read");
        }
    }
}
