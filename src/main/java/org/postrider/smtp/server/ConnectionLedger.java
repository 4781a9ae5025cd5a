package org.postrider.smtp.server;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Network;
import org.postrider.mail.Reply;

/**
 * Who has how many connections open. A connection is counted twice: as one of all when it is accepted, and for its
 * address when that is known.
 *
 * <p>Thread: any.
 */
final class ConnectionLedger {
    private static final int FOUR_RANGE_BITS = 24;
    private static final int SIX_RANGE_BITS = 64;

    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> addresses = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Network, Integer> ranges = new ConcurrentHashMap<>();
    private volatile ConnectionLimits limits;

    ConnectionLedger(ConnectionLimits limits) {
        this.limits = limits;
    }

    void replace(ConnectionLimits replacement) {
        limits = replacement;
    }

    /** Takes one place of all; {@code null} where there was one. */
    @Nullable
    Reply enter() {
        if (all.incrementAndGet() > limits.connectionsMax()) {
            all.decrementAndGet();
            return Replies.BUSY;
        }
        return null;
    }

    void leave() {
        all.decrementAndGet();
    }

    int open() {
        return all.get();
    }

    /** Takes one place of an address and of its range; {@code null} where there was one. */
    @Nullable
    Reply enter(InetAddress address) {
        ConnectionLimits now = limits;
        if (!take(addresses, address, now.perAddressMax())) {
            return Replies.tooManyConnections(address.getHostAddress());
        }
        Network range = range(address);
        if (!take(ranges, range, now.perRangeMax())) {
            giveBack(addresses, address);
            return Replies.tooManyConnections(range.toString());
        }
        return null;
    }

    void leave(InetAddress address) {
        giveBack(addresses, address);
        giveBack(ranges, range(address));
    }

    private static Network range(InetAddress address) {
        return Network.around(address, address instanceof Inet4Address ? FOUR_RANGE_BITS : SIX_RANGE_BITS);
    }

    private static <K> boolean take(ConcurrentHashMap<K, Integer> counts, K key, int most) {
        int count = counts.merge(key, 1, Integer::sum);
        if (count > most) {
            giveBack(counts, key);
            return false;
        }
        return true;
    }

    private static <K> void giveBack(ConcurrentHashMap<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
    }
}
