package org.postrider.filter;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Filters that could not be connected to. For a while nobody waits for one: its default action holds at once. Then one
 * session tries again while the others go on without, and the while is twice as long each time.
 *
 * <p>Thread: any. Holds an entry for each address that the configuration has, and had.
 */
final class Outages {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofSeconds(30);

    private final LongSupplier nanoTime;
    private final Map<SocketAddress, Outage> outages = new ConcurrentHashMap<>();

    private record Outage(Duration pause, long over) {}

    /** @param nanoTime as {@link System#nanoTime} */
    Outages(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Makes a connection. */
    @FunctionalInterface
    interface Connecting<T> {
        T connect() throws FilterFailure;
    }

    /**
     * Connects.
     *
     * @throws FilterFailure where that fails, or has failed a moment ago
     */
    <T> T connect(SocketAddress address, Connecting<T> connecting) throws FilterFailure {
        admit(address);
        try {
            T made = connecting.connect();
            connected(address);
            return made;
        } catch (FilterFailure broken) {
            failed(address);
            throw broken;
        }
    }

    /**
     * Lets a session try to connect.
     *
     * @throws FilterFailure where that has failed a moment ago
     */
    void admit(SocketAddress address) throws FilterFailure {
        Outage known = outages.get(address);
        if (known == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        // Whoever moves the end is the one that tries.
        if (known.over() - now > 0 || !outages.replace(address, known, after(longer(known.pause()), now))) {
            throw new FilterFailure("it could not be connected to a moment ago");
        }
    }

    void failed(SocketAddress address) {
        outages.putIfAbsent(address, after(FIRST, nanoTime.getAsLong()));
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    private static Outage after(Duration pause, long now) {
        return new Outage(pause, now + pause.toNanos());
    }

    void connected(SocketAddress address) {
        outages.remove(address);
    }
}
