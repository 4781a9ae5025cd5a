package org.postrider.delivery;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A bounded map whose entries hold for a time; the least recently used entry goes first. One whose time is over stays as
 * what was known last, until its place is needed.
 *
 * <p>Thread: any; the lock is held for a map operation only.
 */
final class ExpiringMap<K, V> {
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Kept<V>> entries;

    private record Kept<V>(V value, long expiresNanos) {}

    ExpiringMap(int entriesMax, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Kept<V>> eldest) {
                return size() > entriesMax;
            }
        };
    }

    Optional<V> find(K key) {
        lock.lock();
        try {
            Kept<V> kept = entries.get(key);
            return kept == null || kept.expiresNanos - nanoTime.getAsLong() <= 0
                    ? Optional.empty()
                    : Optional.of(kept.value);
        } finally {
            lock.unlock();
        }
    }

    /** The value that was known last, though its time may be over. */
    Optional<V> last(K key) {
        lock.lock();
        try {
            return Optional.ofNullable(entries.get(key)).map(Kept::value);
        } finally {
            lock.unlock();
        }
    }

    /** Remembers a value for a time; not at all where that is zero. */
    void put(K key, V value, Duration ttl) {
        if (!ttl.isPositive()) {
            return;
        }
        lock.lock();
        try {
            entries.put(key, new Kept<>(value, nanoTime.getAsLong() + ttl.toNanos()));
        } finally {
            lock.unlock();
        }
    }

    void remove(K key) {
        lock.lock();
        try {
            entries.remove(key);
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            entries.clear();
        } finally {
            lock.unlock();
        }
    }
}
