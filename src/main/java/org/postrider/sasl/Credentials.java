package org.postrider.sasl;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What the server's mechanisms ask of whoever keeps accounts. A user that does not exist costs the same time and gets the
 * same answer as a wrong secret.
 *
 * <p>Thread: any; calls may block.
 */
public interface Credentials {
    /** Judges a name and a password as they came (PLAIN, LOGIN). */
    Judgement password(String user, String password);

    /**
     * What SCRAM needs of an account. For a user that does not exist it is made up, and always the same for the same name
     * (RFC 5802 §5.1 has no other way to hide it).
     *
     * @param hash {@code SHA-1}, {@code SHA-256} or {@code SHA-512}
     */
    Verifier scram(String user, String hash);

    /** Judges a bearer token (OAUTHBEARER, XOAUTH2); {@code user} is empty where the client named none. */
    Judgement token(String user, String token);

    /** Judges a verified client certificate (EXTERNAL); {@code user} is empty where the client named none. */
    Judgement certificate(String user, List<X509Certificate> chain);

    /** Who an account name and a secret belong to. */
    sealed interface Judgement {
        /** @param user the account's name as it is kept */
        record Known(String user) implements Judgement {}

        record Unknown(Refusal refusal) implements Judgement {}
    }

    /**
     * RFC 5802 §3: what the server keeps instead of a password.
     *
     * @param user the account's name as it is kept
     * @param usable false for a made-up one, and for an account that may not log in: the exchange then goes to its end and
     *     fails there
     */
    record Verifier(String user, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey, boolean usable) {}
}
