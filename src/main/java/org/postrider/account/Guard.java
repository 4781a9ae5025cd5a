package org.postrider.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Network;

/**
 * Makes guessing slow. Attempts are counted for each address (an IPv6 /64 is one) and for each user, in windows that begin
 * with the first attempt; one that succeeds is not counted. Beyond the limit nothing is judged until the window ends.
 *
 * <p>Those who were right at a place within 30 days are known there: guesses of others do not stand in their way.
 *
 * <p>The limit of a user does not hold for addresses from which that user has authenticated lately: who guesses from
 * everywhere at once must not lock its victim out. Attempts are counted as they begin, so that many at the same time are
 * not judged all before the first is counted. What is counted is bounded: the least used goes.
 *
 * <p>Thread: any.
 */
public final class Guard {
    static final int COUNTED_MAX = 100_000;
    private static final Duration KNOWN_FOR = Duration.ofDays(30);
    private static final int FOUR_OCTETS = 4;
    private static final int SIX_BITS = 64;
    private static final int DOUBLINGS_MAX = 20;

    private final Cache<Network, AtomicInteger> byAddress;
    private final Cache<String, AtomicInteger> byUser;
    private final Cache<Pair, Boolean> known;
    private volatile Limits limits;

    /**
     * @param window how long an attempt counts
     * @param perAddress failures from one address in a window
     * @param perUser failures for one user in a window, from addresses that the user is not known at
     * @param delayStart before the answer to the first failure; it doubles with each
     * @param delayMax the longest
     */
    public record Limits(Duration window, int perAddress, int perUser, Duration delayStart, Duration delayMax) {
        public static final Limits DEFAULT =
                new Limits(Duration.ofMinutes(15), 20, 50, Duration.ofMillis(250), Duration.ofSeconds(8));
    }

    /**
     * What a failure costs.
     *
     * @param delay before the answer
     * @param hangUp whether the answer is 421 4.7.0 and the end of the session
     * @param reached whether this failure is the one that reached the limit
     */
    public record Penalty(Duration delay, boolean hangUp, boolean reached) {
        public static final Penalty NONE = new Penalty(Duration.ZERO, false, false);
    }

    private record Pair(Network address, String user) {}

    /** @param nanoTime as {@link System#nanoTime} */
    Guard(Limits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.byAddress = counted(limits, nanoTime);
        this.byUser = counted(limits, nanoTime);
        this.known = Caffeine.newBuilder()
                .maximumSize(COUNTED_MAX)
                .expireAfterWrite(KNOWN_FOR)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    private static <K> Cache<K, AtomicInteger> counted(Limits limits, LongSupplier nanoTime) {
        return Caffeine.newBuilder()
                .maximumSize(COUNTED_MAX)
                .expireAfterWrite(limits.window())
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** The length of the window stays what it was at the start. */
    void configure(Limits replaced) {
        limits = replaced;
    }

    /** Whether anybody at an address may try at all. */
    public boolean admits(InetAddress client) {
        AtomicInteger count = byAddress.getIfPresent(place(client));
        return count == null || count.get() < limits.perAddress();
    }

    /**
     * Counts an attempt that begins, and says whether it may be judged.
     *
     * @param user the key of a name; empty where none is known yet
     */
    boolean enter(InetAddress client, String user) {
        Network address = place(client);
        int ofAddress = count(byAddress, address);
        int ofUser = user.isEmpty() ? 0 : count(byUser, user);
        return ofAddress <= limits.perAddress() && (ofUser <= limits.perUser() || knows(address, user));
    }

    /** Whether a user has authenticated from an address lately. */
    boolean knows(InetAddress client, String user) {
        return knows(place(client), user);
    }

    private boolean knows(Network address, String user) {
        return known.getIfPresent(new Pair(address, user)) != null;
    }

    private static <K> int count(Cache<K, AtomicInteger> counts, K key) {
        return counts.get(key, _ -> new AtomicInteger()).incrementAndGet();
    }

    /** An attempt that was no guess after all. */
    void forget(InetAddress client, String user) {
        uncount(byAddress, place(client));
        if (!user.isEmpty()) {
            uncount(byUser, user);
        }
    }

    private static <K> void uncount(Cache<K, AtomicInteger> counts, K key) {
        AtomicInteger count = counts.getIfPresent(key);
        if (count != null) {
            count.decrementAndGet();
        }
    }

    /** An attempt that was right. */
    void succeeded(InetAddress client, String user) {
        forget(client, user);
        known.put(new Pair(place(client), user), true);
    }

    /** What the failure of an attempt that was counted costs. One beyond a limit was not judged, and has nothing to wait for. */
    Penalty failed(InetAddress client, String user) {
        Limits now = limits;
        int ofAddress = read(byAddress.getIfPresent(place(client)));
        int ofUser = user.isEmpty() ? 0 : read(byUser.getIfPresent(user));
        boolean isKnown = knows(client, user);
        if (ofAddress > now.perAddress() || (!isKnown && ofUser > now.perUser())) {
            return new Penalty(Duration.ZERO, true, false);
        }
        boolean hangUp = ofAddress >= now.perAddress() || (!isKnown && ofUser >= now.perUser());
        // Those who guess one user from many addresses wait, too; who mistypes beside them waits with them, a little.
        int counted = Math.max(ofAddress, isKnown ? 1 : ofUser);
        long nanos = now.delayStart().toNanos() << Math.clamp(counted - 1L, 0, DOUBLINGS_MAX);
        Duration delay = Duration.ofNanos(Math.min(nanos, now.delayMax().toNanos()));
        boolean reached = ofAddress == now.perAddress() || (!isKnown && ofUser == now.perUser());
        return new Penalty(delay, hangUp, reached);
    }

    private static int read(@Nullable AtomicInteger count) {
        return count == null ? 0 : count.get();
    }

    static Network place(InetAddress client) {
        byte[] octets = client.getAddress();
        return Network.around(client, octets.length == FOUR_OCTETS ? 8 * FOUR_OCTETS : SIX_BITS);
    }
}
