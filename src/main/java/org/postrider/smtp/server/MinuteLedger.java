package org.postrider.smtp.server;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How often each client address has done one kind of thing in the current minute, all its sessions together. Minutes follow
 * one another without gaps while there is something to count, for all addresses alike, so that a new one costs no sweep.
 *
 * <p>Thread: any; no call waits for another.
 */
final class MinuteLedger {
    /** Addresses counted in a minute. Those that come when there are so many are not: no one of them sends much then. */
    static final int ADDRESSES_MAX = 50_000;

    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final AtomicReference<@Nullable Minute> current = new AtomicReference<>();

    private static final class Minute {
        private final long end;
        private final ConcurrentHashMap<InetAddress, AtomicInteger> counts = new ConcurrentHashMap<>();
        private final AtomicInteger addresses = new AtomicInteger();

        Minute(long end) {
            this.end = end;
        }

        int count(InetAddress address) {
            AtomicInteger count = counts.get(address);
            if (count == null) {
                if (addresses.get() >= ADDRESSES_MAX) {
                    return 0;
                }
                count = counts.computeIfAbsent(address, _ -> {
                    addresses.incrementAndGet();
                    return new AtomicInteger();
                });
            }
            return count.incrementAndGet();
        }
    }

    /**
     * Counts one more.
     *
     * @param now on the clock of {@link Deadlines#now}
     * @return how many it is in this minute, 0 where it was not counted
     */
    int count(InetAddress address, long now) {
        Minute minute = current.get();
        while (minute == null || now - minute.end >= 0) {
            Minute next = new Minute(now + MINUTE_NANOS);
            minute = current.compareAndSet(minute, next) ? next : current.get();
        }
        return minute.count(address);
    }
}
