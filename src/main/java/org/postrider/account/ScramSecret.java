package org.postrider.account;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postrider.sasl.ScramKeys;

/**
 * What SCRAM needs of a password, for one hash; written as RFC 5803 §2 has it, {@code
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}.
 *
 * @param hash such as {@code SHA-256}
 */
@SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
public record ScramSecret(String hash, int iterations, byte[] salt, ScramKeys keys) {
    /** The same for all, since a client is told it before it has proved anything. About a tenth of a second for a phone. */
    static final int ITERATIONS = 32_768;

    static final int SALT_OCTETS = 16;

    private static final String BASE64 = "[A-Za-z0-9+/]+={0,2}";
    private static final Pattern FORM =
            Pattern.compile("SCRAM-(?<hash>SHA-(?:1|256|512))\\$(?<iterations>[1-9][0-9]{3,6}):(?<salt>" + BASE64
                    + ")\\$(?<stored>" + BASE64 + "):(?<server>" + BASE64 + ")");

    public static ScramSecret derive(String hash, String password, SecureRandom random) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return new ScramSecret(hash, ITERATIONS, salt, ScramKeys.derive(hash, password, salt, ITERATIONS));
    }

    public static Optional<ScramSecret> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Base64.Decoder base64 = Base64.getDecoder();
        ScramKeys keys = new ScramKeys(base64.decode(matcher.group("stored")), base64.decode(matcher.group("server")));
        return Optional.of(new ScramSecret(
                matcher.group("hash"),
                Integer.parseInt(matcher.group("iterations")),
                base64.decode(matcher.group("salt")),
                keys));
    }

    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "SCRAM-" + hash + "$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(keys.storedKey()) + ":" + base64.encodeToString(keys.serverKey());
    }

    @Override
    public String toString() {
        return "***";
    }
}
