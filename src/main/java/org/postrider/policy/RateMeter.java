package org.postrider.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Network;
import org.postrider.policy.PolicySettings.Counted;
import org.postrider.policy.PolicySettings.Rate;

/**
 * Counts how often clients come, as a bucket of tokens for each address and each network: full at first, refilled evenly.
 * A bucket is kept as the one moment at which it will be full again, and forgotten when others are used more.
 *
 * <p>Thread: any; the lock is held for a few map operations.
 */
final class RateMeter {
    /** Buckets kept, of some 150 octets. */
    static final int BUCKETS_MAX = 100_000;

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final RecentlyUsed<Key, Long> fullAt = new RecentlyUsed<>(BUCKETS_MAX);

    private record Key(Rate rate, Network client) {}

    /**
     * What one event takes out of one bucket.
     *
     * @param intervalNanos after which one token is back
     */
    private record Draw(Key key, long periodNanos, long intervalNanos) {
        static Draw of(Rate rate, Network client, int factor) {
            long period = rate.period().toNanos();
            return new Draw(new Key(rate, client), period, Math.max(1, period / ((long) rate.max() * factor)));
        }
    }

    RateMeter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Counts one event, where no bucket is empty. Returns how long to wait otherwise; then nothing is counted. */
    Optional<Duration> count(Counted counted, InetAddress client, PolicySettings.Rates settings) {
        List<Draw> draws = new ArrayList<>();
        for (Rate rate : settings.all()) {
            if (rate.counted() == counted) {
                Network alone = Network.around(client, client.getAddress().length * Byte.SIZE);
                draws.add(Draw.of(rate, alone, 1));
                draws.add(Draw.of(rate, Subnet.of(client), settings.networkFactor()));
            }
        }
        return draws.isEmpty() ? Optional.empty() : draw(draws);
    }

    private Optional<Duration> draw(List<Draw> draws) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            long wait = 0;
            for (Draw draw : draws) {
                wait = Math.max(wait, full(draw.key, now) - now + draw.intervalNanos - draw.periodNanos);
            }
            if (wait > 0) {
                return Optional.of(Duration.ofNanos(wait));
            }
            draws.forEach(draw -> fullAt.put(draw.key, full(draw.key, now) + draw.intervalNanos));
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private long full(Key key, long now) {
        @Nullable Long full = fullAt.get(key);
        return full == null || full - now < 0 ? now : full;
    }
}
