package org.postrider.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClientMechanismsTest {
    private static final Optional<byte[]> TLS = Optional.of(new byte[32]);

    private static Optional<String> chosen(List<String> offered, Optional<byte[]> binding, boolean tellSecret) {
        return ClientMechanisms.choose(offered, "user", "pencil", binding, tellSecret, new SecureRandom())
                .map(ClientExchange::mechanism);
    }

    @Test
    void takesTheBestThatIsOffered() {
        List<String> offered =
                List.of("PLAIN", "LOGIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "XOAUTH2");
        assertThat(chosen(offered, TLS, true)).contains("SCRAM-SHA-256-PLUS");
        assertThat(chosen(offered, Optional.empty(), true)).contains("SCRAM-SHA-256");
        assertThat(chosen(List.of("LOGIN", "PLAIN"), TLS, true)).contains("PLAIN");
        assertThat(chosen(List.of("LOGIN"), TLS, true)).contains("LOGIN");
        assertThat(chosen(List.of("CRAM-MD5", "XOAUTH2", "EXTERNAL"), TLS, true))
                .isEmpty();
    }

    @Test
    void sendsNoPasswordWhereOthersCouldReadIt() {
        assertThat(chosen(List.of("PLAIN", "LOGIN"), Optional.empty(), false)).isEmpty();
        assertThat(chosen(List.of("PLAIN", "SCRAM-SHA-256"), Optional.empty(), false))
                .contains("SCRAM-SHA-256");
    }

    @Test
    void sendsNothingThatCannotBeSent() {
        assertThat(ClientMechanisms.choose(List.of("PLAIN"), "us\0er", "pencil", TLS, true, new SecureRandom()))
                .isEmpty();
        assertThat(ClientMechanisms.choose(List.of("PLAIN"), "user", "", TLS, true, new SecureRandom()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"EXTERNAL", "OAUTHBEARER", "XOAUTH2"})
    void ourServerTakesWhatOurClientSays(Mechanism mechanism) {
        FakeCredentials credentials = FakeCredentials.of("user", "pencil");
        ServerExchange server = new ServerMechanisms(
                        EnumSet.of(mechanism), credentials, TLS, List.of(), new SecureRandom())
                .begin(mechanism.text())
                .orElseThrow();
        ClientExchange client = ClientMechanisms.choose(
                        List.of(mechanism.text()), "user", "pencil", TLS, true, new SecureRandom())
                .orElseThrow();
        Step step = server.step(client.initialResponse().orElse(null));
        while (step instanceof Step.Challenge(byte[] challenge)) {
            step = server.step(client.respond(challenge).orElseThrow());
        }
        assertThat(step).isEqualTo(new Step.Accepted(new Login("user", mechanism.text())));
        assertThat(client.trustsServer()).isTrue();
        assertThat(new String(client.respond(new byte[0]).orElse(new byte[0]), StandardCharsets.UTF_8))
                .isEmpty();
    }
}
