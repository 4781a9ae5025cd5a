package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.smtp.client.Fixtures.PATIENT;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;

/** AUTH as a client. */
@Timeout(60)
class AuthenticationTest {
    private static final TestCertificate CERTIFICATE = TestCertificate.selfSigned("peer.example");
    private static final ClientCredentials SECRET = new ClientCredentials("alice", "wonder land", false);
    private static final ClientCredentials IN_CLEAR = new ClientCredentials("alice", "wonder land", true);
    private static final int ITERATIONS = 4_096;

    private final ClientTls tls =
            new ClientTls(new ClientEngines(), () -> Authorities.of(List.of()), InstantSource.system());

    private Opening open(FakePeer peer, ClientCredentials credentials) {
        Dial dial = new Dial(
                peer.address(),
                "peer.example",
                null,
                "client.example",
                Protocol.SMTP,
                new TlsRequirement.May(),
                credentials);
        return SmtpConnection.open(dial, PATIENT, tls);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String plain(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    /** Offers these mechanisms, in clear, and plays on after the AUTH line. */
    private static FakePeer.Script offering(String mechanisms, FakePeer.Script then) {
        return line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250-peer.example", "250 AUTH " + mechanisms);
            line.hear();
            then.play(line);
            line.hear();
        };
    }

    private static String failure(Opening opening) {
        assertThat(opening).isInstanceOf(Opening.AuthFailed.class);
        return ((Opening.AuthFailed) opening).what();
    }

    @Test
    @Requirement({"conf-72", "RFC 4616", "RFC 4954 §4"})
    void sendsThePasswordOverTls() {
        PoliteScript polite =
                PoliteScript.offering("AUTH PLAIN LOGIN").startTls(CERTIFICATE).answering("AUTH", "235 2.7.0 Welcome");
        try (FakePeer peer = FakePeer.playing(polite)) {
            Opening opening = open(peer, SECRET);
            assertThat(opening).isInstanceOf(Opening.Ready.class);
            ((Opening.Ready) opening).connection().close();
            assertThat(peer.ended(0).heard())
                    .containsExactly(
                            "EHLO client.example",
                            "STARTTLS",
                            "EHLO client.example",
                            "AUTH PLAIN " + base64("\0alice\0wonder land"),
                            "QUIT");
        }
    }

    @Test
    @Requirement({"H3", "RFC 4954 §4"})
    void neverSendsThePasswordInClearUnlessToldTo() {
        PoliteScript polite = PoliteScript.offering("AUTH PLAIN").answering("AUTH", "235 2.7.0 Welcome");
        try (FakePeer peer = FakePeer.playing(polite)) {
            assertThat(failure(open(peer, SECRET))).contains("not sent in clear");
            assertThat(peer.ended(0).heard()).containsExactly("EHLO client.example", "QUIT");
            assertThat(open(peer, IN_CLEAR))
                    .isInstanceOfSatisfying(
                            Opening.Ready.class, ready -> ready.connection().close());
        }
    }

    @Test
    void tellsWhatTheServerSaidOfAWrongPassword() {
        PoliteScript polite = PoliteScript.offering("AUTH PLAIN").answering("AUTH", "535 5.7.8 Wrong");
        try (FakePeer peer = FakePeer.playing(polite)) {
            assertThat(open(peer, IN_CLEAR)).isInstanceOfSatisfying(Opening.AuthFailed.class, failed -> {
                assertThat(Objects.requireNonNull(failed.reply()).text()).isEqualTo("535 5.7.8 Wrong");
                assertThat(failed.what()).contains("did not accept").doesNotContain("wonder");
            });
            assertThat(peer.ended(0).heard()).endsWith("QUIT");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', offers no AUTH", "'AUTH GSSAPI NTLM', offers no AUTH mechanism of ours"})
    void tellsThatThereIsNoMechanism(String keyword, String what) {
        PoliteScript polite = keyword.isEmpty() ? PoliteScript.offering() : PoliteScript.offering(keyword);
        try (FakePeer peer = FakePeer.playing(polite)) {
            assertThat(failure(open(peer, IN_CLEAR))).contains(what);
        }
    }

    @Test
    @Requirement("conf-80")
    void answersLoginsTwoQuestions() {
        FakePeer.Script login = offering("LOGIN", line -> {
            line.say("334 " + base64("Username:"));
            line.hear();
            line.say("334 " + base64("Password:"));
            line.hear();
            line.say("235 2.7.0 Welcome");
        });
        try (FakePeer peer = FakePeer.playing(login)) {
            assertThat(open(peer, IN_CLEAR))
                    .isInstanceOfSatisfying(
                            Opening.Ready.class, ready -> ready.connection().close());
            List<String> heard = peer.ended(0).heard();
            assertThat(heard.subList(1, 4)).containsExactly("AUTH LOGIN", base64("alice"), base64("wonder land"));
        }
    }

    @Test
    @Requirement("RFC 4954 §4")
    void anInitialResponseThatIsTooLongWaitsForItsOwnLine() {
        ClientCredentials longOne = new ClientCredentials("alice", "x".repeat(600), true);
        FakePeer.Script script = offering("PLAIN", line -> {
            line.say("334 ");
            line.hear();
            line.say("235 2.7.0 Welcome");
        });
        try (FakePeer peer = FakePeer.playing(script)) {
            assertThat(open(peer, longOne))
                    .isInstanceOfSatisfying(
                            Opening.Ready.class, ready -> ready.connection().close());
            List<String> heard = peer.ended(0).heard();
            assertThat(heard.subList(1, 3)).containsExactly("AUTH PLAIN", base64("\0alice\0" + "x".repeat(600)));
        }
    }

    @ParameterizedTest
    @CsvSource({"334 not base64!", "334 ====", "334 Zm9v", "335 Zm9v", "334"})
    @Requirement("RFC 4954 §4")
    void cancelsAnExchangeThatMakesNoSense(String challenge) {
        FakePeer.Script script = offering("PLAIN", line -> {
            line.say(challenge);
            if ("*".equals(line.hear())) {
                line.say("501 5.7.0 Cancelled");
            }
        });
        try (FakePeer peer = FakePeer.playing(script)) {
            assertThat(failure(open(peer, IN_CLEAR))).contains("challenge that is wrong");
            assertThat(peer.ended(0).heard()).contains("*");
        }
    }

    @Test
    @Requirement("K4")
    void challengesEnd() {
        FakePeer.Script endless = offering("LOGIN", line -> {
            while (line.hear() != null) {
                line.say("334 " + base64("Username:"));
            }
        });
        try (FakePeer peer = FakePeer.playing(endless)) {
            assertThat(open(peer, IN_CLEAR)).isNotInstanceOf(Opening.Ready.class);
        }
    }

    @Test
    @Requirement({"RFC 5802 §3", "RFC 7677"})
    void provesThePasswordWithoutTellingItAndAsksTheServerForProof() {
        for (boolean honest : new boolean[] {true, false}) {
            FakePeer.Script script = offering("SCRAM-SHA-256 PLAIN", line -> scram(line, honest));
            try (FakePeer peer = FakePeer.playing(script)) {
                Opening opening = open(peer, IN_CLEAR);
                if (honest) {
                    assertThat(opening).isInstanceOf(Opening.Ready.class);
                    ((Opening.Ready) opening).connection().close();
                } else {
                    assertThat(failure(opening)).contains("SCRAM-SHA-256");
                }
                assertThat(String.join("\n", peer.ended(0).heard())).doesNotContain(base64("wonder land"));
            }
        }
    }

    @Test
    void aServerThatSkipsItsProofIsNotBelieved() {
        FakePeer.Script script = offering("SCRAM-SHA-256", line -> line.say("235 2.7.0 Welcome"));
        try (FakePeer peer = FakePeer.playing(script)) {
            assertThat(failure(open(peer, IN_CLEAR))).contains("did not prove");
        }
    }

    /** The server's side of SCRAM-SHA-256 for the password that the tests use. */
    private static void scram(FakePeer.Line line, boolean honest) throws IOException {
        try {
            String first = plain(line.heard().getLast().substring("AUTH SCRAM-SHA-256 ".length()));
            String bare = first.substring(first.indexOf("n=", 2));
            String nonce = bare.substring(bare.indexOf(",r=") + 3) + "server";
            byte[] salt = "salt and pepper".getBytes(StandardCharsets.US_ASCII);
            String serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(salt) + ",i=" + ITERATIONS;
            line.say("334 " + base64(serverFirst));
            String last = plain(String.valueOf(line.hear()));
            String signed = bare + "," + serverFirst + "," + last.substring(0, last.indexOf(",p="));
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec("wonder land".toCharArray(), salt, ITERATIONS, 256))
                    .getEncoded();
            byte[] signature = hmac(hmac(salted, honest ? "Server Key" : "Client Key"), signed);
            line.say("334 " + base64("v=" + Base64.getEncoder().encodeToString(signature)));
            String answer = line.hear();
            line.say("*".equals(answer) ? "501 5.7.0 Cancelled" : "235 2.7.0 Welcome");
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
