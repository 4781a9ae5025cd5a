package org.postrider.policy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mail.Mailbox;
import org.postrider.mail.ReversePath;
import org.postrider.policy.GreylistStore.Seen;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Greylisting (RFC 6647): a triplet of client network, reverse-path and recipient that is new gets a 450, and passes when
 * it comes back after a while, as real servers do and many spammers do not. A client of which enough triplets have come
 * back is let through as such.
 *
 * <p>What is in use is held in memory, bounded; the store is asked about the rest and gets the changes from {@link
 * #flush}, many at once. A crash between two flushes makes a client wait once more. Addresses are kept as digests only.
 *
 * <p>Thread: any; the lock is held for map operations and never while the store is asked.
 */
final class Greylist {
    /** Entries in memory, of some 200 octets. */
    static final int ENTRIES_MAX = 50_000;

    /** Changes that wait for a store that fails; the oldest are given up then. */
    private static final int CHANGES_MAX = 50_000;

    /** How exact the last use of what has passed is kept, so that not each message is a change. */
    private static final Duration LAST_SEEN_GRAIN = Duration.ofHours(1);

    private static final int DIGEST_OCTETS = 16;
    private static final Logger LOG = LoggerFactory.getLogger(Greylist.class);

    private final GreylistStore store;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final RecentlyUsed<String, Seen> entries = new RecentlyUsed<>(ENTRIES_MAX);
    private RecentlyUsed<String, Seen> changes = new RecentlyUsed<>(CHANGES_MAX);

    Greylist(GreylistStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    Judgement judge(InetAddress client, ReversePath reversePath, Mailbox recipient, PolicySettings.Greylist settings) {
        Instant now = clock.instant();
        String network = "client " + Subnet.of(client);
        String triplet = key(network, reversePath, recipient);
        try {
            @Nullable Seen known = find(network, now, settings);
            if (known != null
                    && settings.allowAfter().filter(n -> known.passes() >= n).isPresent()) {
                refresh(network, known, now);
                return Judgement.pass(Check.GREYLIST, "the client has come back " + known.passes() + " times");
            }
            @Nullable Seen seen = find(triplet, now, settings);
            return seen == null ? first(triplet, now, settings) : again(network, triplet, known, seen, now, settings);
        } catch (IOException e) {
            LOG.warn("the greylist cannot be read", e);
            return Judgement.unknown(Check.GREYLIST, "the greylist cannot be read");
        }
    }

    private Judgement first(String triplet, Instant now, PolicySettings.Greylist settings) {
        put(triplet, new Seen(now, now, 0));
        return wait(settings.delay(), settings);
    }

    private Judgement again(
            String network,
            String triplet,
            @Nullable Seen known,
            Seen seen,
            Instant now,
            PolicySettings.Greylist settings) {
        if (seen.passes() > 0) {
            refresh(triplet, seen, now);
            return Judgement.pass(Check.GREYLIST, "it has come back before");
        }
        Duration waited = Duration.between(seen.first(), now);
        if (waited.compareTo(settings.delay()) < 0) {
            // A clock that was set back makes nobody wait for longer than a new one has to.
            Duration left = settings.delay().minus(waited.isNegative() ? Duration.ZERO : waited);
            return wait(left, settings);
        }
        put(triplet, new Seen(seen.first(), now, 1));
        put(network, new Seen(known == null ? now : known.first(), now, known == null ? 1 : known.passes() + 1));
        return Judgement.pass(Check.GREYLIST, "it came back after " + waited.toSeconds() + " s");
    }

    private static Judgement wait(Duration left, PolicySettings.Greylist settings) {
        long seconds = Math.max(1, left.plusMillis(999).toSeconds());
        String text = "Greylisted, try again in " + seconds + " s";
        return Judgement.found(
                Check.GREYLIST,
                new Response(settings.action(), 0),
                "new; it has to wait for " + seconds + " s",
                Refusal.forNow(450, "4.7.1", text));
    }

    private void refresh(String key, Seen seen, Instant now) {
        if (Duration.between(seen.last(), now).compareTo(LAST_SEEN_GRAIN) > 0) {
            put(key, new Seen(seen.first(), now, seen.passes()));
        }
    }

    private @Nullable Seen find(String key, Instant now, PolicySettings.Greylist settings) throws IOException {
        @Nullable Seen seen = inMemory(key);
        if (seen == null) {
            seen = store.find(key).orElse(null);
            if (seen != null) {
                remember(key, seen);
            }
        }
        return seen == null || isOver(seen, now, settings) ? null : seen;
    }

    private static boolean isOver(Seen seen, Instant now, PolicySettings.Greylist settings) {
        return seen.passes() == 0
                ? seen.first().plus(settings.delay()).plus(settings.window()).isBefore(now)
                : seen.last().plus(settings.lifetime()).isBefore(now);
    }

    private @Nullable Seen inMemory(String key) {
        lock.lock();
        try {
            Seen change = changes.get(key);
            return change != null ? change : entries.get(key);
        } finally {
            lock.unlock();
        }
    }

    private void remember(String key, Seen seen) {
        lock.lock();
        try {
            entries.putIfAbsent(key, seen);
        } finally {
            lock.unlock();
        }
    }

    private void put(String key, Seen seen) {
        lock.lock();
        try {
            entries.put(key, seen);
            changes.put(key, seen);
        } finally {
            lock.unlock();
        }
    }

    /** Gives the store what has changed. */
    void flush() {
        Map<String, Seen> batch;
        lock.lock();
        try {
            if (changes.isEmpty()) {
                return;
            }
            batch = new LinkedHashMap<>(changes);
            changes = new RecentlyUsed<>(CHANGES_MAX);
        } finally {
            lock.unlock();
        }
        try {
            store.save(batch);
        } catch (IOException e) {
            LOG.warn("{} changes of the greylist were not written; tried again", batch.size(), e);
            lock.lock();
            try {
                batch.forEach(changes::putIfAbsent);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Lets the store forget what is over. */
    void expire(PolicySettings.Greylist settings) {
        Instant now = clock.instant();
        try {
            store.expire(now.minus(settings.delay()).minus(settings.window()), now.minus(settings.lifetime()));
        } catch (IOException e) {
            LOG.warn("the greylist was not cleared of old entries", e);
        }
    }

    private static String key(String network, ReversePath reversePath, Mailbox recipient) {
        String text = network + "\n" + Ascii.lower(reversePath.text()) + "\n" + Ascii.lower(recipient.text());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "triplet " + HexFormat.of().formatHex(digest, 0, DIGEST_OCTETS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}
