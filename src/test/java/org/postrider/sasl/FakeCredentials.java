package org.postrider.sasl;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Accounts of a test: passwords and tokens by name, and what was asked. */
final class FakeCredentials implements Credentials {
    final Map<String, String> passwords = new HashMap<>();
    final Map<String, String> tokens = new HashMap<>();
    final List<String> asked = new ArrayList<>();
    boolean available = true;
    byte[] salt = "a salt of a test".getBytes(StandardCharsets.US_ASCII);
    int iterations = ScramKeys.ITERATIONS_MIN;

    static FakeCredentials of(String user, String password) {
        FakeCredentials made = new FakeCredentials();
        made.passwords.put(user, password);
        return made;
    }

    @Override
    public Judgement password(String user, String password) {
        asked.add(user + "/" + password);
        return judge(password.equals(passwords.get(user)), user);
    }

    @Override
    public Optional<Verifier> scram(String user, String hash) {
        asked.add(user + "/" + hash);
        if (!available) {
            return Optional.empty();
        }
        boolean known = passwords.containsKey(user);
        ScramKeys keys = ScramKeys.derive(hash, passwords.getOrDefault(user, "nobody knows"), salt, iterations);
        return Optional.of(new Verifier(user, salt, iterations, keys.storedKey(), keys.serverKey(), known));
    }

    @Override
    public Judgement token(String user, String token) {
        asked.add(user + "/" + token);
        String owner = tokens.get(token);
        return judge(owner != null && (user.isEmpty() || user.equals(owner)), owner == null ? user : owner);
    }

    @Override
    public Judgement certificate(String user, List<X509Certificate> chain) {
        asked.add(user + "/" + chain.size());
        return judge(user.isEmpty() || user.equals("relay"), "relay");
    }

    private Judgement judge(boolean good, String user) {
        if (!available) {
            return new Judgement.Unknown(Refusal.UNAVAILABLE);
        }
        return good ? new Judgement.Known(user) : new Judgement.Unknown(Refusal.BAD_CREDENTIALS);
    }
}
