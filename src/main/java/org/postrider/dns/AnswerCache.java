package org.postrider.dns;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Remembers answers for as long as they hold. Bounded: the least recently used entry goes first.
 *
 * <p>Thread: any; the lock is held for a map operation and never while anything blocks.
 */
final class AnswerCache {
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Question, Kept> entries;

    /** What was found, and until when it holds on the clock of {@link #nanoTime}. */
    private record Kept(Lookup.Result result, long expiresNanos) {}

    AnswerCache(int entriesMax, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) {
                return size() > entriesMax;
            }
        };
    }

    /** The remembered result with what is left of its time. */
    Optional<Lookup.Result> find(Question question) {
        lock.lock();
        try {
            Kept entry = entries.get(question);
            if (entry == null) {
                return Optional.empty();
            }
            long leftNanos = entry.expiresNanos - nanoTime.getAsLong();
            if (leftNanos <= 0) {
                entries.remove(question);
                return Optional.empty();
            }
            return Optional.of(entry.result.withTtl(Duration.ofNanos(leftNanos)));
        } finally {
            lock.unlock();
        }
    }

    /** Remembers a result; one whose time is zero is not kept (RFC 1035 §3.2.1). */
    void keep(Question question, Lookup.Result result) {
        if (!result.ttl().isPositive()) {
            return;
        }
        lock.lock();
        try {
            entries.put(
                    question,
                    new Kept(result, nanoTime.getAsLong() + result.ttl().toNanos()));
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }
}
