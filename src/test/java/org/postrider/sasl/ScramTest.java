package org.postrider.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

@Requirement("conf-80")
final class ScramTest {
    private static final ScramServer.Binding UNBOUND = new ScramServer.Binding.Unbound(false);
    private static final byte[] TLS = "octets of tls-exporter, 32 long.".getBytes(StandardCharsets.US_ASCII);

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Step step) {
        assertThat(step).isInstanceOf(Step.Challenge.class);
        return new String(((Step.Challenge) step).octets(), StandardCharsets.UTF_8);
    }

    private static FakeCredentials pencil(String salt) {
        FakeCredentials credentials = FakeCredentials.of("user", "pencil");
        credentials.salt = Base64.getDecoder().decode(salt);
        return credentials;
    }

    @Test
    @Requirement("RFC 5802 §5")
    void speaksTheExampleOfSha1FromBothSides() {
        ServerExchange server =
                new ScramServer(Mechanism.SCRAM_SHA_1, pencil("QSXCR+Q6sek8bf92"), UNBOUND, "3rfcNHYJY1ZVvWVs7j");
        ClientExchange client =
                new ScramClient(Mechanism.SCRAM_SHA_1, "user", "pencil", Optional.empty(), "fyko+d2lbbFgONRv9qkxdawL");
        speaks(
                server,
                client,
                "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    }

    @Test
    @Requirement("RFC 7677 §3")
    void speaksTheExampleOfSha256FromBothSides() {
        ServerExchange server = new ScramServer(
                Mechanism.SCRAM_SHA_256, pencil("W22ZaJ0SNY7soEsUEjb6gQ=="), UNBOUND, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
        ClientExchange client =
                new ScramClient(Mechanism.SCRAM_SHA_256, "user", "pencil", Optional.empty(), "rOprNGfwEbeRWgbNEkqO");
        speaks(
                server,
                client,
                "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    private static void speaks(
            ServerExchange server,
            ClientExchange client,
            String first,
            String challenge,
            String proof,
            String signature) {
        assertThat(client.initialResponse().map(o -> new String(o, StandardCharsets.UTF_8)))
                .contains(first);
        assertThat(text(server.step(octets(first)))).isEqualTo(challenge);
        assertThat(client.respond(octets(challenge)).map(o -> new String(o, StandardCharsets.UTF_8)))
                .contains(proof);
        assertThat(text(server.step(octets(proof)))).isEqualTo(signature);
        assertThat(client.trustsServer()).isFalse();
        assertThat(client.respond(octets(signature)))
                .hasValueSatisfying(last -> assertThat(last).isEmpty());
        assertThat(client.trustsServer()).isTrue();
        assertThat(server.step(new byte[0])).isEqualTo(new Step.Accepted(new Login("user", client.mechanism())));
        assertThatThrownBy(() -> server.step(new byte[0])).isInstanceOf(IllegalStateException.class);
    }

    private static Step run(ServerExchange server, ClientExchange client) {
        Step step = server.step(client.initialResponse().orElseThrow());
        while (step instanceof Step.Challenge(byte[] challenge)) {
            Optional<byte[]> answer = client.respond(challenge);
            if (answer.isEmpty()) {
                return step;
            }
            step = server.step(answer.get());
        }
        return step;
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "SCRAM_SHA_512_PLUS",
                "SCRAM_SHA_256_PLUS",
                "SCRAM_SHA_1_PLUS",
                "SCRAM_SHA_512",
                "SCRAM_SHA_256",
                "SCRAM_SHA_1"
            })
    void bothSidesAgreeInEachForm(Mechanism mechanism) {
        FakeCredentials credentials = FakeCredentials.of("o=o,o@example.net", "p\u00e4ss, word=");
        ScramServer.Binding binding = mechanism.binds() ? new ScramServer.Binding.Bound(TLS) : UNBOUND;
        Optional<byte[]> seen = mechanism.binds() ? Optional.of(TLS) : Optional.empty();
        ServerExchange server = new ScramServer(mechanism, credentials, binding, "server");
        ClientExchange client = new ScramClient(mechanism, "o=o,o@example.net", "p\u00e4ss, word=", seen, "client");
        assertThat(run(server, client)).isEqualTo(new Step.Accepted(new Login("o=o,o@example.net", mechanism.text())));
        assertThat(client.trustsServer()).isTrue();
    }

    @Test
    @Requirement("H2")
    void anUnknownUserGetsAsFarAsAWrongPassword() {
        FakeCredentials credentials = FakeCredentials.of("user", "pencil");
        for (String name : List.of("user", "nobody")) {
            ServerExchange server = new ScramServer(Mechanism.SCRAM_SHA_256, credentials, UNBOUND, "server");
            ClientExchange client =
                    new ScramClient(Mechanism.SCRAM_SHA_256, name, "nobody knows", Optional.empty(), "client");
            assertThat(run(server, client)).isEqualTo(new Step.Refused(Refusal.BAD_CREDENTIALS, name));
        }
    }

    @Test
    void refusesABindingToAnotherTlsSession() {
        ServerExchange server = new ScramServer(
                Mechanism.SCRAM_SHA_256_PLUS,
                FakeCredentials.of("user", "pencil"),
                new ScramServer.Binding.Bound(TLS),
                "server");
        ClientExchange client = new ScramClient(
                Mechanism.SCRAM_SHA_256_PLUS,
                "user",
                "pencil",
                Optional.of(octets("of the man in the middle")),
                "client");
        assertThat(run(server, client)).isEqualTo(new Step.Refused(Refusal.BAD_CREDENTIALS, "user"));
    }

    @Test
    @Requirement("RFC 5802 §6")
    void seesThatTheBoundFormsWereTakenOutOfItsList() {
        ClientExchange client = new ScramClient(Mechanism.SCRAM_SHA_256, "user", "pencil", Optional.of(TLS), "client");
        ServerExchange offersPlus = new ScramServer(
                Mechanism.SCRAM_SHA_256,
                FakeCredentials.of("user", "pencil"),
                new ScramServer.Binding.Unbound(true),
                "server");
        assertThat(run(offersPlus, client)).isEqualTo(new Step.Refused(Refusal.MALFORMED, ""));
        ServerExchange offersNone =
                new ScramServer(Mechanism.SCRAM_SHA_256, FakeCredentials.of("user", "pencil"), UNBOUND, "server");
        client = new ScramClient(Mechanism.SCRAM_SHA_256, "user", "pencil", Optional.of(TLS), "client");
        assertThat(run(offersNone, client)).isInstanceOf(Step.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n,,n=user",
                "n,,r=abc,n=user",
                "n,,n=,r=abc",
                "n,,n=us=er,r=abc",
                "n,,m=ext,n=user,r=abc",
                "n,,n=user,r=a\u00e4c",
                "p=tls-exporter,,n=user,r=abc",
                "p=tls-unique,,n=user,r=abc",
                "x,,n=user,r=abc",
                "n,a=admin,n=user,r=abc",
                "n,,n=us\u0000er,r=abc",
                "n,,n=us\r\ner,r=abc"
            })
    @Requirement({"H4", "D2"})
    void refusesAFirstMessageThatIsNone(String message) {
        FakeCredentials credentials = FakeCredentials.of("user", "pencil");
        ServerExchange server = new ScramServer(Mechanism.SCRAM_SHA_256, credentials, UNBOUND, "server");
        assertThat(server.step(octets(message))).isEqualTo(new Step.Refused(Refusal.MALFORMED, ""));
        assertThat(credentials.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws,r=clientserver",
                "c=biws,r=clientserver,p=!",
                "r=clientserver,p=AAAA",
                "c=biws,p=AAAA"
            })
    void refusesAProofThatIsNone(String message) {
        ServerExchange server =
                new ScramServer(Mechanism.SCRAM_SHA_256, FakeCredentials.of("user", "pencil"), UNBOUND, "server");
        text(server.step(octets("n,,n=user,r=client")));
        assertThat(server.step(octets(message))).isEqualTo(new Step.Refused(Refusal.MALFORMED, "user"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"c=biws,r=clientother,p=AAAA", "c=eSws,r=clientserver,p=AAAA", "c=biws,r=clientserver,p=AAAA"})
    void refusesAProofThatProvesNothing(String message) {
        ServerExchange server =
                new ScramServer(Mechanism.SCRAM_SHA_256, FakeCredentials.of("user", "pencil"), UNBOUND, "server");
        text(server.step(octets("n,,n=user,r=client")));
        assertThat(server.step(octets(message))).isEqualTo(new Step.Refused(Refusal.BAD_CREDENTIALS, "user"));
    }

    @Test
    void saysThatTheAccountsDoNotAnswer() {
        FakeCredentials credentials = FakeCredentials.of("user", "pencil");
        credentials.available = false;
        ServerExchange server = new ScramServer(Mechanism.SCRAM_SHA_256, credentials, UNBOUND, "server");
        assertThat(server.step(octets("n,,n=user,r=client"))).isEqualTo(new Step.Refused(Refusal.UNAVAILABLE, "user"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "e=other-error",
                "r=other,s=QSXCR+Q6sek8bf92,i=4096",
                "r=client,s=QSXCR+Q6sek8bf92,i=4096",
                "r=clientserver,s=QSXCR+Q6sek8bf92,i=1",
                "r=clientserver,s=QSXCR+Q6sek8bf92,i=999999999",
                "r=clientserver,s=Q,i=4096",
                "m=ext,r=clientserver,s=QSXCR+Q6sek8bf92,i=4096"
            })
    void theClientTellsNothingToAServerThatMakesNoSense(String challenge) {
        ClientExchange client = new ScramClient(Mechanism.SCRAM_SHA_256, "user", "pencil", Optional.empty(), "client");
        client.initialResponse();
        assertThat(client.respond(octets(challenge))).isEmpty();
        assertThat(client.trustsServer()).isFalse();
    }

    @Test
    void theClientTrustsNoServerThatProvesNothing() {
        ClientExchange client = new ScramClient(Mechanism.SCRAM_SHA_256, "user", "pencil", Optional.empty(), "client");
        client.initialResponse();
        client.respond(octets("r=clientserver,s=QSXCR+Q6sek8bf92,i=4096"));
        assertThat(client.respond(octets("v=AAAA"))).isEmpty();
        assertThat(client.trustsServer()).isFalse();
    }
}
