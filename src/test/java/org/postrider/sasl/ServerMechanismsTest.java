package org.postrider.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

final class ServerMechanismsTest {
    private static final String TOKEN = "eyJhbGciOi.J9.sig_-";

    private final FakeCredentials credentials = FakeCredentials.of("alice@example.net", "open sesame");

    private ServerExchange begin(Mechanism mechanism) {
        return offer(Set.of(mechanism), Optional.empty())
                .begin(mechanism.text())
                .orElseThrow();
    }

    private ServerMechanisms offer(Set<Mechanism> enabled, Optional<byte[]> binding) {
        return new ServerMechanisms(enabled, credentials, binding, List.of(), new SecureRandom());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Step.Accepted alice(String mechanism) {
        return new Step.Accepted(new Login("alice@example.net", mechanism));
    }

    private static Step.Refused refused(Refusal refusal, String user) {
        return new Step.Refused(refusal, user);
    }

    private static String challenge(Step step) {
        assertThat(step).isInstanceOf(Step.Challenge.class);
        return new String(((Step.Challenge) step).octets(), StandardCharsets.UTF_8);
    }

    @Test
    @Requirement("conf-80")
    void offersTheBestFirstAndOnlyWhatFitsTheSession() {
        Set<Mechanism> all = EnumSet.allOf(Mechanism.class);
        assertThat(offer(all, Optional.empty()).names())
                .containsExactly(
                        "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN");
        assertThat(offer(all, Optional.of(new byte[32])).names())
                .startsWith("SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS");
        assertThat(offer(EnumSet.of(Mechanism.PLAIN), Optional.empty()).begin("LOGIN"))
                .isEmpty();
        assertThat(offer(all, Optional.empty()).begin("EXTERNAL")).isEmpty();
        assertThat(offer(all, Optional.empty()).begin("CRAM-MD5")).isEmpty();
    }

    @Test
    @Requirement("RFC 4616 §2")
    void plainTakesANameAndAPassword() {
        assertThat(begin(Mechanism.PLAIN).step(octets("\0alice@example.net\0open sesame")))
                .isEqualTo(alice("PLAIN"));
        assertThat(begin(Mechanism.PLAIN).step(octets("alice@example.net\0alice@example.net\0open sesame")))
                .isEqualTo(alice("PLAIN"));
        ServerExchange asked = begin(Mechanism.PLAIN);
        assertThat(challenge(asked.step(null))).isEmpty();
        assertThat(asked.step(octets("\0alice@example.net\0wrong")))
                .isEqualTo(refused(Refusal.BAD_CREDENTIALS, "alice@example.net"));
    }

    @Test
    void plainPreparesNameAndPassword() {
        credentials.passwords.put("J\u00fcrgen", "IX");
        assertThat(begin(Mechanism.PLAIN).step(octets("\0Ju\u0308rgen\0\u2168")))
                .isEqualTo(new Step.Accepted(new Login("J\u00fcrgen", "PLAIN")));
    }

    @Test
    void nobodyActsForAnother() {
        assertThat(begin(Mechanism.PLAIN).step(octets("root\0alice@example.net\0open sesame")))
                .isEqualTo(refused(Refusal.BAD_CREDENTIALS, "alice@example.net"));
        assertThat(credentials.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alice",
                "alice\0open sesame",
                "\0alice\0open\0sesame",
                "\0\0\0\0",
                "\0\0open sesame",
                "\0al\r\nice\0open sesame",
                "\0alice\0open\u0007sesame"
            })
    @Requirement({"H4", "D2"})
    void plainRefusesWhatIsNotThreeFieldsOfText(String message) {
        assertThat(begin(Mechanism.PLAIN).step(octets(message)))
                .isInstanceOfSatisfying(
                        Step.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED));
        assertThat(credentials.asked).isEmpty();
    }

    @Test
    @Requirement("H4")
    void plainRefusesOctetsThatAreNoUtf8AndNamesWithoutEnd() {
        assertThat(begin(Mechanism.PLAIN).step(new byte[] {0, (byte) 0xff, 0, 'x'}))
                .isEqualTo(refused(Refusal.MALFORMED, ""));
        assertThat(begin(Mechanism.PLAIN).step(octets("\0" + "a".repeat(256) + "\0x")))
                .isEqualTo(refused(Refusal.MALFORMED, ""));
        assertThat(begin(Mechanism.PLAIN).step(octets("\0alice\0" + "x".repeat(1_025))))
                .isEqualTo(refused(Refusal.MALFORMED, "alice"));
    }

    @Test
    @Requirement("H4")
    void anEmptyPasswordIsWrongAndReachesNoBackend() {
        credentials.passwords.put("alice", "");
        assertThat(begin(Mechanism.PLAIN).step(octets("\0alice\0")))
                .isEqualTo(refused(Refusal.BAD_CREDENTIALS, "alice"));
        ServerExchange login = begin(Mechanism.LOGIN);
        login.step(octets("alice"));
        assertThat(login.step(new byte[0])).isEqualTo(refused(Refusal.BAD_CREDENTIALS, "alice"));
        assertThat(credentials.asked).isEmpty();
    }

    @Test
    void loginAsksForTheNameThenForThePassword() {
        ServerExchange asked = begin(Mechanism.LOGIN);
        assertThat(challenge(asked.step(null))).isEqualTo("Username:");
        assertThat(challenge(asked.step(octets("alice@example.net")))).isEqualTo("Password:");
        assertThat(asked.step(octets("open sesame"))).isEqualTo(alice("LOGIN"));
        ServerExchange told = begin(Mechanism.LOGIN);
        assertThat(challenge(told.step(octets("alice@example.net")))).isEqualTo("Password:");
        assertThat(told.step(octets("wrong"))).isEqualTo(refused(Refusal.BAD_CREDENTIALS, "alice@example.net"));
    }

    @Test
    @Requirement("H4")
    void loginRefusesANameThatIsNone() {
        assertThat(begin(Mechanism.LOGIN).step(new byte[0])).isEqualTo(refused(Refusal.MALFORMED, ""));
        assertThat(begin(Mechanism.LOGIN).step(octets("a\0b"))).isEqualTo(refused(Refusal.MALFORMED, ""));
    }

    @Test
    @Requirement({"RFC 7628 §3.1", "conf-80"})
    void oauthbearerTakesAToken() {
        credentials.tokens.put(TOKEN, "alice@example.net");
        assertThat(begin(Mechanism.OAUTHBEARER)
                        .step(octets("n,a=alice@example.net,\u0001host=mx.example.net\u0001port=587\u0001auth=Bearer "
                                + TOKEN + "\u0001\u0001")))
                .isEqualTo(alice("OAUTHBEARER"));
        assertThat(begin(Mechanism.OAUTHBEARER).step(octets("n,,\u0001auth=bearer " + TOKEN + "\u0001\u0001")))
                .isEqualTo(alice("OAUTHBEARER"));
    }

    @Test
    @Requirement("RFC 7628 §3.2.3")
    void oauthbearerTellsTheErrorBeforeItFails() {
        for (String auth : List.of("Bearer stolen", "")) {
            ServerExchange exchange = begin(Mechanism.OAUTHBEARER);
            String error =
                    challenge(exchange.step(octets("n,a=alice@example.net,\u0001auth=" + auth + "\u0001\u0001")));
            assertThat(error).isEqualTo("{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}");
            assertThat(exchange.step(octets("\u0001")))
                    .isEqualTo(refused(Refusal.BAD_CREDENTIALS, "alice@example.net"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n,,",
                "n,,\u0001auth=Bearer x\u0001",
                "p=tls-exporter,,\u0001auth=Bearer x\u0001\u0001",
                "n,a=a\r\nb,\u0001auth=Bearer x\u0001\u0001",
                "auth=Bearer x\u0001\u0001"
            })
    @Requirement({"H4", "D2"})
    void oauthbearerRefusesWhatIsNoMessage(String message) {
        assertThat(begin(Mechanism.OAUTHBEARER).step(octets(message))).isEqualTo(refused(Refusal.MALFORMED, ""));
    }

    @Test
    @Requirement("H4")
    void aMessageOfThousandsOfPairsIsRefusedAndNothingWorse() {
        assertThat(begin(Mechanism.OAUTHBEARER).step(octets("n,,\u0001" + "a=b\u0001".repeat(2_300) + "\u0001")))
                .isEqualTo(refused(Refusal.MALFORMED, ""));
    }

    @Test
    void xoauth2TakesATokenAndTellsItsError() {
        credentials.tokens.put(TOKEN, "alice@example.net");
        assertThat(begin(Mechanism.XOAUTH2)
                        .step(octets("user=alice@example.net\u0001auth=Bearer " + TOKEN + "\u0001\u0001")))
                .isEqualTo(alice("XOAUTH2"));
        ServerExchange exchange = begin(Mechanism.XOAUTH2);
        assertThat(challenge(exchange.step(octets("user=bob\u0001auth=Bearer " + TOKEN + "\u0001\u0001"))))
                .contains("\"status\":\"401\"");
        assertThat(exchange.step(new byte[0])).isEqualTo(refused(Refusal.BAD_CREDENTIALS, "bob"));
    }

    @Test
    void aBackendThatDoesNotAnswerIsNoWrongPassword() {
        credentials.available = false;
        assertThat(begin(Mechanism.PLAIN).step(octets("\0alice\0x"))).isEqualTo(refused(Refusal.UNAVAILABLE, "alice"));
        assertThat(begin(Mechanism.XOAUTH2).step(octets("user=bob\u0001auth=Bearer x\u0001\u0001")))
                .isEqualTo(refused(Refusal.UNAVAILABLE, "bob"));
    }

    @Test
    @Requirement("RFC 4422 §A")
    void externalGoesByTheCertificate() {
        ServerExchange asked = new ExternalServer(credentials, List.of());
        assertThat(challenge(asked.step(null))).isEmpty();
        assertThat(asked.step(new byte[0])).isEqualTo(new Step.Accepted(new Login("relay", "EXTERNAL")));
        assertThat(new ExternalServer(credentials, List.of()).step(octets("admin")))
                .isEqualTo(refused(Refusal.BAD_CREDENTIALS, "admin"));
        assertThat(new ExternalServer(credentials, List.of()).step(octets("re\0lay")))
                .isEqualTo(refused(Refusal.MALFORMED, ""));
    }
}
