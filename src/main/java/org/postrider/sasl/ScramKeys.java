package org.postrider.sasl;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The arithmetic of SCRAM (RFC 5802 §3), for one hash.
 *
 * @param storedKey with which a server checks a client
 * @param serverKey with which it proves itself
 */
@SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
public record ScramKeys(byte[] storedKey, byte[] serverKey) {
    /** RFC 7677 §4: at least 4096. */
    public static final int ITERATIONS_MIN = 4_096;

    /** What a server may make a client compute: a few seconds. */
    static final int ITERATIONS_MAX = 1_000_000;

    private static final byte[] CLIENT = Texts.octets("Client Key");
    private static final byte[] SERVER = Texts.octets("Server Key");
    private static final byte[] FIRST_BLOCK = {0, 0, 0, 1};

    /**
     * Derives what a server keeps from a password. Takes about a microsecond for each iteration.
     *
     * @param hash {@code SHA-1}, {@code SHA-256} or {@code SHA-512}
     * @param password prepared by {@link SaslPrep}
     */
    public static ScramKeys derive(String hash, String password, byte[] salt, int iterations) {
        byte[] salted = salted(hash, password, salt, iterations);
        return new ScramKeys(hash(hash, clientKey(hash, salted)), hmac(hash, salted, SERVER));
    }

    static byte[] clientKey(String hash, byte[] saltedPassword) {
        return hmac(hash, saltedPassword, CLIENT);
    }

    static byte[] serverKey(String hash, byte[] saltedPassword) {
        return hmac(hash, saltedPassword, SERVER);
    }

    /** Hi() of RFC 5802 §2.2: PBKDF2 with one block of output. */
    static byte[] salted(String hash, String password, byte[] salt, int iterations) {
        Mac mac = mac(hash, Texts.octets(password));
        mac.update(salt);
        byte[] last = mac.doFinal(FIRST_BLOCK);
        byte[] sum = last.clone();
        for (int i = 1; i < iterations; i++) {
            last = mac.doFinal(last);
            for (int j = 0; j < sum.length; j++) {
                sum[j] ^= last[j];
            }
        }
        return sum;
    }

    static byte[] hmac(String hash, byte[] key, byte[] text) {
        return mac(hash, key).doFinal(text);
    }

    static byte[] hash(String hash, byte[] octets) {
        try {
            return MessageDigest.getInstance(hash).digest(octets);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("no hash " + hash, e);
        }
    }

    static byte[] xor(byte[] left, byte[] right) {
        byte[] result = left.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= right[i];
        }
        return result;
    }

    private static Mac mac(String hash, byte[] key) {
        String name = "Hmac" + hash.replace("-", "");
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(key, name));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no HMAC of " + hash, e);
        }
    }
}
