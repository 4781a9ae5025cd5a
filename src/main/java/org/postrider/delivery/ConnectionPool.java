package org.postrider.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.DeliverySettings.PoolLimits;
import org.postrider.queue.Site;
import org.postrider.smtp.client.SmtpConnection;

/**
 * Idle connections, kept for the next message to the same site from the same source.
 *
 * <p>Bounded in all and for each site, in age, idle time and transactions. One reaper thread closes what has been idle too
 * long; while there is nothing to close it sleeps. The connection used last is taken first, so that the others may
 * expire.
 *
 * <p>Thread: any. The lock guards the lists only; connections are closed outside of it, each on a thread of its own,
 * since a polite end waits for the peer.
 */
final class ConnectionPool implements AutoCloseable {
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Key, Deque<Pooled>> idle = new HashMap<>();
    private final Thread reaper;
    private volatile PoolLimits limits;
    private int size;
    private boolean closed;

    /** Whose connections may stand in for one another. */
    record Key(Site site, String source) {}

    /**
     * @param dialledNanos when it was made
     * @param idleSinceNanos when it was given back, as long as nobody uses it
     */
    record Pooled(SmtpConnection connection, long dialledNanos, long idleSinceNanos) {}

    ConnectionPool(PoolLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.reaper = Thread.ofVirtual().name("connection-reaper").unstarted(this::reap);
    }

    /** Begins to close what has been idle too long. */
    void start() {
        reaper.start();
    }

    void limits(PoolLimits others) {
        limits = others;
        clear();
    }

    /** A connection that is still there, as far as can be told without asking the peer. */
    Optional<Pooled> take(Key key) {
        while (true) {
            Pooled pooled = takeLast(key);
            if (pooled == null) {
                return Optional.empty();
            }
            if (untilExpiry(pooled).isPositive() && pooled.connection.probe()) {
                return Optional.of(pooled);
            }
            end(pooled.connection);
        }
    }

    private @Nullable Pooled takeLast(Key key) {
        lock.lock();
        try {
            Deque<Pooled> ofSite = idle.get(key);
            if (ofSite == null) {
                return null;
            }
            Pooled last = ofSite.removeLast();
            size--;
            if (ofSite.isEmpty()) {
                idle.remove(key);
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a connection for the next one, or ends it where it is of no more use or there are enough. */
    void giveBack(Key key, SmtpConnection connection, long dialledNanos) {
        PoolLimits now = limits;
        Pooled pooled = new Pooled(connection, dialledNanos, nanoTime.getAsLong());
        boolean useful = connection.reusable()
                && connection.transactions() < now.transactionsMax()
                && untilExpiry(pooled).isPositive();
        if (!useful || !keep(key, pooled, now)) {
            end(connection);
        }
    }

    private boolean keep(Key key, Pooled pooled, PoolLimits now) {
        lock.lock();
        try {
            Deque<Pooled> ofSite = idle.get(key);
            boolean full = size >= now.idleConnectionsMax()
                    || now.idlePerSiteMax() < 1
                    || (ofSite != null && ofSite.size() >= now.idlePerSiteMax());
            if (closed || full) {
                return false;
            }
            if (ofSite == null) {
                ofSite = new ArrayDeque<>(1);
                idle.put(key, ofSite);
            }
            ofSite.addLast(pooled);
            size++;
            if (size == 1) {
                changed.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a connection without making the caller wait for the peer's farewell. */
    void end(SmtpConnection connection) {
        Thread.ofVirtual().name("connection-end").start(connection::close);
    }

    /** Ends all that are idle. */
    void clear() {
        List<Pooled> all = new ArrayList<>();
        lock.lock();
        try {
            idle.values().forEach(all::addAll);
            idle.clear();
            size = 0;
        } finally {
            lock.unlock();
        }
        all.forEach(pooled -> end(pooled.connection));
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    private Duration untilExpiry(Pooled pooled) {
        PoolLimits now = limits;
        long nanos = nanoTime.getAsLong();
        Duration idleLeft = now.idleMax().minusNanos(nanos - pooled.idleSinceNanos);
        Duration ageLeft = now.ageMax().minusNanos(nanos - pooled.dialledNanos);
        return HostAddresses.least(idleLeft, ageLeft);
    }

    private void reap() {
        List<Pooled> expired = new ArrayList<>();
        while (awaitExpired(expired)) {
            expired.forEach(pooled -> end(pooled.connection));
            expired.clear();
        }
    }

    /** Waits until the first connection expires, and moves all that have expired into {@code expired}; false at the end. */
    private boolean awaitExpired(List<Pooled> expired) {
        lock.lock();
        try {
            while (!closed) {
                Duration next = collect(expired);
                if (!expired.isEmpty()) {
                    return true;
                }
                // Woken or timed out: it looks again either way.
                var _ = changed.awaitNanos(size == 0 ? Long.MAX_VALUE : next.toNanos());
            }
            return false;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the expired ones out; says when the next one will be. */
    private Duration collect(List<Pooled> expired) {
        Duration next = limits.idleMax();
        for (Iterator<Deque<Pooled>> sites = idle.values().iterator(); sites.hasNext(); ) {
            Deque<Pooled> ofSite = sites.next();
            for (Iterator<Pooled> each = ofSite.iterator(); each.hasNext(); ) {
                Pooled pooled = each.next();
                Duration left = untilExpiry(pooled);
                if (left.isPositive()) {
                    next = HostAddresses.least(next, left);
                } else {
                    expired.add(pooled);
                    each.remove();
                    size--;
                }
            }
            if (ofSite.isEmpty()) {
                sites.remove();
            }
        }
        return next;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        clear();
    }
}
