package org.postrider.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postrider.sasl.Credentials;

/**
 * What SCRAM is told of users that do not exist: for ever the same salt for the same name, so that asking twice tells nothing,
 * and keys that no password fits.
 */
final class MadeUpVerifiers {
    static final int SECRET_OCTETS = 32;
    private static final String ALGORITHM = "HmacSHA512";

    private final SecretKeySpec secret;

    MadeUpVerifiers(byte[] secret) {
        this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    Credentials.Verifier of(String user, String hash) {
        int octets = switch (hash) {
            case "SHA-1" -> 20;
            case "SHA-256" -> 32;
            default -> 64;
        };
        byte[] salt = Arrays.copyOf(derive("salt", user, hash), ScramSecret.SALT_OCTETS);
        byte[] stored = Arrays.copyOf(derive("stored key", user, hash), octets);
        byte[] server = Arrays.copyOf(derive("server key", user, hash), octets);
        return new Credentials.Verifier(user, salt, ScramSecret.ITERATIONS, stored, server, false);
    }

    private byte[] derive(String use, String user, String hash) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return mac.doFinal((use + "\0" + hash + "\0" + User.key(user)).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new LinkageError(ALGORITHM, e);
        }
    }
}
