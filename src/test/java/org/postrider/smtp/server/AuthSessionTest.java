package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.sasl.Login;
import org.postrider.testing.Requirement;

/** AUTH on the wire; what the mechanisms say is elsewhere. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AuthSessionTest {
    private static final String GOOD = base64("\0alice@example.net\0secret");
    private static final String BAD = base64("\0alice@example.net\0guess");

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static SessionSettings offering(SecurityOffer.Auth auth) {
        SessionSettings d = WireSession.SETTINGS;
        return new SessionSettings(
                d.hostname(),
                d.protocol(),
                d.bareLineEnds(),
                false,
                new SecurityOffer(SecurityOffer.Tls.NONE, auth, Optional::empty),
                d.limits(),
                d.timeouts());
    }

    private static WireSession session(SecurityOffer.Auth auth) throws InterruptedException {
        return WireSession.greeted(offering(auth), new FakeReceptionist());
    }

    private static List<String> keywords(SecurityOffer.Auth auth) throws InterruptedException {
        try (WireSession session = new WireSession(offering(auth), new FakeReceptionist())) {
            session.expect("220 *").lines("EHLO client.example");
            List<String> lines = new ArrayList<>();
            String line;
            do {
                line = session.line();
                lines.add(line.substring(4));
            } while (line.startsWith("250-"));
            session.lines("QUIT").expect("221 *");
            return lines;
        }
    }

    @Test
    @Requirement({"conf-72", "conf-77", "RFC 4954 §4"})
    void takesAnInitialResponse() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("auth plain " + GOOD).expect("235 2.7.0 *");
            assertThat(session.receptionist().logins()).containsExactly(new Login("alice@example.net", "PLAIN"));
        }
    }

    @Test
    @Requirement({"conf-72", "conf-73"})
    void asksForTheResponseThatDidNotCome() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("AUTH PLAIN").expect("334 ").lines(GOOD).expect("235 2.7.0 *");
        }
    }

    @Test
    @Requirement("conf-72")
    void equalsSignStandsForAnEmptyResponse() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("AUTH PLAIN =").expect("501 5.5.2 *");
        }
    }

    @Test
    @Requirement({"conf-77", "RFC 4954 §6"})
    void refusesWrongCredentialsAndGoesOn() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("AUTH PLAIN " + BAD).expect("535 5.7.8 *");
            session.lines("AUTH PLAIN " + GOOD).expect("235 2.7.0 *");
        }
    }

    @Test
    @Requirement({"conf-73", "H4"})
    void anAsteriskCancels() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("AUTH PLAIN").expect("334 ").lines("*").expect("501 5.7.0 *");
            session.lines("AUTH PLAIN " + GOOD).expect("235 2.7.0 *");
        }
    }

    @Test
    @Requirement("H4")
    void refusesWhatIsNotBase64() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("AUTH PLAIN !!!!").expect("501 5.5.2 *");
            session.lines("AUTH PLAIN").expect("334 ").lines("a b c").expect("501 5.5.2 *");
            session.lines("NOOP").expect("250 *");
        }
    }

    @Test
    @Requirement({"H4", "conf-74", "RFC 4954 §4"})
    void takesLinesUpTo12288OctetsAndNoLonger() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("AUTH PLAIN").expect("334 ").lines("A".repeat(12_284)).expect("501 5.5.2 *");
            session.lines("AUTH PLAIN").expect("334 ").lines("A".repeat(20_000)).expect("500 5.5.6 *");
            session.lines("AUTH PLAIN " + "A".repeat(20_000)).expect("500 5.5.2 *");
            session.lines("NOOP").expect("250 *");
        }
    }

    @Test
    @Requirement("conf-76")
    void refusesAMechanismThatIsNotOffered() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("AUTH KERBEROS_V4").expect("504 5.5.4 *");
            session.lines("AUTH").expect("501 5.5.4 *");
            session.lines("AUTH LOGIN").expect("454 4.7.0 *");
        }
    }

    @Test
    @Requirement({"conf-75", "H5"})
    void takesOneAuthenticationOutsideOfTransactions() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("MAIL FROM:<a@client.example>").expect("250 *");
            session.lines("AUTH PLAIN " + GOOD).expect("503 5.5.1 *");
            session.lines("RSET").expect("250 *");
            session.lines("AUTH PLAIN " + GOOD).expect("235 *");
            session.lines("AUTH PLAIN " + GOOD).expect("503 5.5.1 *");
            session.lines("EHLO again.example");
            while (session.line().startsWith("250-")) {
                assertThat(session.receptionist().logins()).hasSize(1);
            }
            session.lines("AUTH PLAIN " + GOOD).expect("503 5.5.1 *");
        }
    }

    @Test
    @Requirement({"H3", "conf-77", "conf-78"})
    void inClearAuthIsNeitherShownNorTakenUnlessAsked() throws Exception {
        assertThat(keywords(SecurityOffer.Auth.UNDER_TLS)).noneMatch(line -> line.startsWith("AUTH"));
        assertThat(keywords(SecurityOffer.Auth.OFF)).noneMatch(line -> line.startsWith("AUTH"));
        assertThat(keywords(SecurityOffer.Auth.ALWAYS)).contains("AUTH PLAIN LOGIN");
        try (WireSession session = session(SecurityOffer.Auth.UNDER_TLS)) {
            session.lines("AUTH PLAIN " + GOOD).expect("538 5.7.11 *");
        }
        try (WireSession session = session(SecurityOffer.Auth.OFF)) {
            session.lines("AUTH PLAIN " + GOOD).expect("502 5.5.1 *");
        }
    }

    @Test
    void authNeedsEhlo() throws Exception {
        try (WireSession session = new WireSession(offering(SecurityOffer.Auth.ALWAYS), new FakeReceptionist())) {
            session.expect("220 *");
            session.lines("AUTH PLAIN " + GOOD).expect("503 5.5.1 *");
            session.lines("HELO client.example").expect("250 *");
            session.lines("AUTH PLAIN " + GOOD).expect("503 5.5.1 *");
        }
    }

    @Test
    @Requirement({"conf-79", "RFC 4954 §5"})
    void takesTheParameterOfMailWhereAuthIsOffered() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            session.lines("MAIL FROM:<a@client.example> AUTH=<>").expect("250 *");
            session.lines("RSET").expect("250 *");
            session.lines("MAIL FROM:<a@client.example> AUTH=e+3Dmc2@example.com")
                    .expect("250 *");
            session.lines("RSET").expect("250 *");
            session.lines("MAIL FROM:<a@client.example> AUTH=bad+xtext").expect("501 5.5.4 *");
        }
        try (WireSession session = session(SecurityOffer.Auth.OFF)) {
            session.lines("MAIL FROM:<a@client.example> AUTH=<>").expect("555 5.5.4 *");
        }
    }

    @Test
    @Requirement("H1")
    void guessersAreShownTheDoor() throws Exception {
        try (WireSession session = session(SecurityOffer.Auth.ALWAYS)) {
            for (int i = 0; i < SessionLimits.DEFAULT.errorsMax(); i++) {
                session.lines("AUTH PLAIN " + BAD).expect("535 5.7.8 *");
            }
            session.expect("421 4.7.0 *", "<closed>");
        }
    }
}
