package org.postrider.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.sasl.ClientExchange;
import org.postrider.sasl.ClientMechanisms;
import org.postrider.sasl.Credentials;
import org.postrider.sasl.Mechanism;
import org.postrider.sasl.Refusal;
import org.postrider.sasl.ScramKeys;
import org.postrider.sasl.ServerExchange;
import org.postrider.sasl.ServerMechanisms;
import org.postrider.sasl.Step;
import org.postrider.testing.TestCertificate;

/**
 * All mechanisms: a capital letter chooses the server's side of one, a small one the client's; an equals sign has the
 * server speak first. What follows are the other side's messages, ended by LF each.
 */
public final class SaslFuzz {
    private static final String USER = "alice@example.net";
    private static final String PASSWORD = "open sesame";
    private static final String TOKEN = "abc.def";
    private static final int MESSAGE_OCTETS_MAX = 8 << 10;
    private static final byte[] BINDING = "of this TLS session".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SALT = "a salt".getBytes(StandardCharsets.US_ASCII);
    private static final List<X509Certificate> CHAIN =
            List.of(TestCertificate.selfSigned("client.example").certificate());
    private static final Map<String, ScramKeys> KEYS = new HashMap<>();

    private SaslFuzz() {}

    /** Its nonces are known, so that the corpus can have exchanges that go to their end. */
    private static final class Known extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 7);
        }
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        boolean asksFirst = input.length > 1 && input[1] == '=';
        List<byte[]> messages = messages(input, asksFirst ? 2 : 1);
        List<Mechanism> choices = List.of(Mechanism.values());
        Mechanism mechanism = choices.get((input[0] & 0x1f) % choices.size());
        if ((input[0] & 0x20) == 0) {
            serve(mechanism, asksFirst, messages);
        } else {
            client(mechanism, messages);
        }
    }

    private static List<byte[]> messages(byte[] input, int from) {
        List<byte[]> messages = new ArrayList<>();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int i = from; i < input.length; i++) {
            if (input[i] == '\n') {
                messages.add(message.toByteArray());
                message.reset();
            } else {
                message.write(input[i]);
            }
        }
        messages.add(message.toByteArray());
        return messages;
    }

    private static void serve(Mechanism mechanism, boolean asksFirst, List<byte[]> messages) {
        Accounts accounts = new Accounts();
        ServerExchange exchange = new ServerMechanisms(
                        EnumSet.allOf(Mechanism.class), accounts, Optional.of(BINDING), CHAIN, new Known())
                .begin(mechanism.text())
                .orElseThrow();
        @Nullable Step step = asksFirst ? exchange.step(null) : null;
        for (byte[] message : messages) {
            step = exchange.step(message);
            if (!(step instanceof Step.Challenge)) {
                break;
            }
        }
        switch (step) {
            case Step.Challenge(byte[] octets) -> check(octets.length <= MESSAGE_OCTETS_MAX, "a long challenge");
            case Step.Accepted(var login) -> {
                check(login.user().equals(USER), "accepted: " + login);
                check(accounts.vouched || mechanism.scramHash().isPresent(), "accepted without a secret: " + login);
                checkOver(exchange);
            }
            case Step.Refused(Refusal _, String user) -> {
                checkName(user);
                checkOver(exchange);
            }
            case null -> throw new AssertionError("no step");
        }
    }

    private static void checkOver(ServerExchange exchange) {
        try {
            exchange.step(new byte[0]);
        } catch (IllegalStateException _) {
            return;
        }
        throw new AssertionError("goes on after its end");
    }

    private static void client(Mechanism mechanism, List<byte[]> challenges) {
        Optional<ClientExchange> begun = ClientMechanisms.choose(
                List.of(mechanism.text()), USER, PASSWORD, Optional.of(BINDING), true, new Known());
        if (begun.isEmpty()) {
            return;
        }
        ClientExchange exchange = begun.get();
        boolean opened = exchange.initialResponse().isPresent();
        check(opened || mechanism == Mechanism.LOGIN, "nothing to begin with");
        for (byte[] challenge : challenges) {
            // What a server may make us compute is bounded, and still too much for a fuzzer.
            if (new String(challenge, StandardCharsets.ISO_8859_1).matches("(?s).*i=[0-9]{5,}.*")) {
                return;
            }
            Optional<byte[]> answer = exchange.respond(challenge);
            if (answer.isEmpty()) {
                break;
            }
            check(answer.get().length <= MESSAGE_OCTETS_MAX, "a long response");
        }
        exchange.trustsServer();
    }

    private static void checkName(String name) {
        boolean clean = name.chars().noneMatch(c -> c < ' ' || c == 0x7f);
        check(clean && name.getBytes(StandardCharsets.UTF_8).length <= 255, "a name that is none: " + name);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** One account. */
    private static final class Accounts implements Credentials {
        private boolean vouched;

        private Judgement judge(boolean good) {
            vouched = good;
            return good ? new Judgement.Known(USER) : new Judgement.Unknown(Refusal.BAD_CREDENTIALS);
        }

        @Override
        public Judgement password(String user, String password) {
            checkName(user);
            check(!user.isEmpty() && !password.isEmpty(), "an empty name or password is asked about");
            return judge(user.equals(USER) && password.equals(PASSWORD));
        }

        @Override
        public Optional<Verifier> scram(String user, String hash) {
            checkName(user);
            ScramKeys keys = KEYS.computeIfAbsent(
                    hash, name -> ScramKeys.derive(name, PASSWORD, SALT, ScramKeys.ITERATIONS_MIN));
            boolean known = user.equals(USER);
            return Optional.of(
                    new Verifier(user, SALT, ScramKeys.ITERATIONS_MIN, keys.storedKey(), keys.serverKey(), known));
        }

        @Override
        public Judgement token(String user, String token) {
            checkName(user);
            check(!token.isEmpty(), "an empty token is asked about");
            return judge(token.equals(TOKEN) && (user.isEmpty() || user.equals(USER)));
        }

        @Override
        public Judgement certificate(String user, List<X509Certificate> chain) {
            checkName(user);
            return judge(user.isEmpty() || user.equals(USER));
        }
    }
}
