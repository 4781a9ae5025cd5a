package org.postrider.sasl;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Chooses the best mechanism that a server offers and a user name and a password are enough for. */
public final class ClientMechanisms {
    private ClientMechanisms() {}

    /**
     * @param offered by the server, in upper case
     * @param binding the octets of tls-exporter (RFC 9266); empty in clear and below TLS 1.3
     * @param tellSecret whether the password itself may be sent: only over TLS to a server that has been verified
     * @return empty where no mechanism fits, or the name or the password cannot be sent as they are (RFC 4013)
     */
    public static Optional<ClientExchange> choose(
            List<String> offered,
            String user,
            String password,
            Optional<byte[]> binding,
            boolean tellSecret,
            SecureRandom random) {
        Optional<String> name = SaslPrep.prepare(user).filter(text -> !text.isEmpty());
        Optional<String> secret = SaslPrep.prepare(password).filter(text -> !text.isEmpty());
        if (name.isEmpty() || secret.isEmpty()) {
            return Optional.empty();
        }
        return Arrays.stream(Mechanism.values())
                .filter(one -> offered.contains(one.text()))
                .filter(one -> !one.binds() || binding.isPresent())
                .filter(one -> tellSecret || !one.tellsSecret())
                .flatMap(one -> exchange(one, name.get(), secret.get(), binding, random).stream())
                .findFirst();
    }

    private static Optional<ClientExchange> exchange(
            Mechanism mechanism, String user, String password, Optional<byte[]> binding, SecureRandom random) {
        return switch (mechanism) {
            case PLAIN -> Optional.of(new PlainClient(user, password));
            case LOGIN -> Optional.of(new LoginClient(user, password));
            case SCRAM_SHA_512_PLUS, SCRAM_SHA_256_PLUS, SCRAM_SHA_1_PLUS, SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1 ->
                Optional.of(new ScramClient(mechanism, user, password, binding, ScramText.nonce(random)));
            case EXTERNAL, OAUTHBEARER, XOAUTH2 -> Optional.empty();
        };
    }
}
