package org.postrider.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords that were right a moment ago, so that a client that connects for each message does not cost a hash each time.
 * Keeps no password but an HMAC of it under a key that only this process has; what it is compared with goes into it, so that
 * a changed password is not right any more.
 *
 * <p>Thread: any.
 */
final class RecentSuccesses {
    static final int USERS_MAX = 10_000;

    private final Cache<String, Seen> seen;
    private final SecretKeySpec key;

    /** @param against what the password was compared with */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    private record Seen(byte[] mac, String against) {}

    RecentSuccesses(Duration keepFor, SecureRandom random, LongSupplier nanoTime) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        this.key = new SecretKeySpec(secret, "HmacSHA256");
        this.seen = Caffeine.newBuilder()
                .maximumSize(keepFor.isZero() ? 0 : USERS_MAX)
                .expireAfterWrite(keepFor)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** Whether any password of a user was right a moment ago. */
    boolean isOf(String user) {
        return seen.getIfPresent(user) != null;
    }

    /** @param against empty for a backend of which no more is known here */
    boolean contains(String user, String password, String against) {
        Seen found = seen.getIfPresent(user);
        return found != null
                && found.against().equals(against)
                && MessageDigest.isEqual(found.mac(), mac(user, password));
    }

    void add(String user, String password, String against) {
        seen.put(user, new Seen(mac(user, password), against));
    }

    void clear() {
        seen.invalidateAll();
    }

    private byte[] mac(String user, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new LinkageError("HmacSHA256", e);
        }
    }
}
