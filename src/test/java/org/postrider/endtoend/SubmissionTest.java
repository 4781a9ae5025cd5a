package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.postrider.endtoend.SubmissionUnderTest.PASSWORD;
import static org.postrider.endtoend.SubmissionUnderTest.USER;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;

/** What a mail program may do, and what it is told where it may not. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SubmissionTest {
    /** Without the signal, too, the files are looked at now and then. */
    private static final Duration SHOWN_LIMIT = Duration.ofSeconds(30);

    private static final String CAROL = "carol@sender.test";
    private static final String DAVE = "dave@sender.test";
    private static final String ERIN = "erin@sender.test";

    /** One for all that need no settings of their own: to start it takes longer than most of them. */
    private SubmissionUnderTest submission;

    @SuppressWarnings("NullAway.Init") // set before the first test
    SubmissionTest() {}

    @BeforeAll
    void start(@TempDir Path directory) throws IOException, InterruptedException {
        submission = SubmissionUnderTest.start(
                directory, user(DAVE, "recipients-per-hour = 2"), user(ERIN, "messages-per-day = 1"));
    }

    private static String user(String name, String quota) {
        return """
            [[user]]
            name = "%s"
            password = "plain:%s"

            [user.quota]
            %s
            """.formatted(name, PASSWORD, quota);
    }

    @AfterAll
    void stop() throws IOException {
        submission.close();
    }

    /** A session of a user who has authenticated. */
    private static Dialogue session(SubmissionUnderTest submission, String user) throws IOException {
        Dialogue client = submission.secured();
        assertThat(client.authenticate(user, PASSWORD)).startsWith("235 2.7.0 ");
        return client;
    }

    @Test
    @Requirement({"conf-64", "RFC 3207 §4.2", "RFC 4954 §4", "RFC 2920 §3.1"})
    void takesMailAsAMailProgramSendsIt() throws IOException, InterruptedException {
        byte[] content = Letters.letter("as-thunderbird");
        try (Dialogue client = submission.greeted()) {
            client.startTls(submission.authority());
            assertThat(client.say("EHLO [127.0.0.1]", "250")).contains("AUTH ").doesNotContain("STARTTLS");
            assertThat(client.authenticate(USER, PASSWORD)).startsWith("235 2.7.0 ");
            client.say("MAIL FROM:<" + USER + "> BODY=8BITMIME SIZE=" + content.length, "250");
            client.send("RCPT TO:<bob@peer.test>\r\nRCPT TO:<carol@peer.test>\r\nDATA\r\n");
            assertThat(client.reply()).startsWith("250");
            assertThat(client.reply()).startsWith("250");
            assertThat(client.reply()).startsWith("354");
            client.send(Wire.dotted(content));
            assertThat(client.reply()).startsWith("250");
            client.say("QUIT", "221");
            byte[] arrived =
                    submission.sink().awaitOne("Subject: as-thunderbird").content();
            assertThat(Wire.traceBefore(content, arrived))
                    .contains("with ESMTPSA")
                    .contains("from [127.0.0.1] (");
        }
    }

    @Test
    @Requirement({"conf-67", "conf-81", "H3", "conf-77", "RFC 3207 §4", "RFC 4954 §6"})
    void wantsTlsFirstAndThenALogin() throws IOException {
        try (Dialogue client = new Dialogue(submission.startTls())) {
            assertThat(client.say("EHLO client.test", "250"))
                    .contains("STARTTLS")
                    .doesNotContain("AUTH");
            client.say("MAIL FROM:<" + USER + ">", "530 5.7.0 Must issue a STARTTLS command first");
            assertThat(client.authenticate(USER, PASSWORD)).startsWith("538 5.7.11 ");
            client.startTls(submission.authority());
            client.ehlo().say("MAIL FROM:<" + USER + ">", "530 5.7.0 Authentication required");
            assertThat(client.authenticate(USER, PASSWORD)).startsWith("235 ");
            client.envelope(USER, "bob@peer.test");
        }
    }

    @Test
    @Requirement({"conf-77", "RFC 4954 §4"})
    void makesGuessingSlowAndThenHangsUp(@TempDir Path directory) throws IOException, InterruptedException {
        String auth = """
            [auth]
            delay = "200ms"
            failures-per-address = 3
            """;
        try (SubmissionUnderTest guarded = SubmissionUnderTest.start(directory, auth)) {
            try (Dialogue guesser = guarded.secured()) {
                assertThat(waits(guesser, "535 5.7.8 ")).isGreaterThanOrEqualTo(Duration.ofMillis(200));
                assertThat(waits(guesser, "535 5.7.8 ")).isGreaterThanOrEqualTo(Duration.ofMillis(400));
                assertThat(waits(guesser, "421 4.7.0 ")).isGreaterThanOrEqualTo(Duration.ofMillis(800));
                assertThatIOException().isThrownBy(guesser::reply);
            }
            try (Dialogue again = guarded.secured()) {
                assertThat(again.authenticate(USER, PASSWORD)).startsWith("421 4.7.0 ");
            }
        }
    }

    private static Duration waits(Dialogue guesser, String reply) throws IOException {
        long begun = System.nanoTime();
        assertThat(guesser.authenticate(USER, "guess")).startsWith(reply);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    @Requirement({"C6", "RFC 6409 §6.1"})
    void letsNobodySendAsSomebodyElse() throws IOException {
        try (Dialogue client = session(submission, USER)) {
            client.say("MAIL FROM:<ceo@other-tenant.test>", "553 5.7.1 ");
            client.say("MAIL FROM:<bob@sender.test>", "553 5.7.1 ");
            client.deliver(USER, Letters.letter("own"), "bob@peer.test");
        }
    }

    @Test
    void holdsAUserToItsQuota() throws IOException {
        try (Dialogue client = session(submission, DAVE)) {
            client.deliver(DAVE, Letters.letter("first"), "bob@peer.test");
            client.envelope(DAVE, "bob@peer.test");
            client.say("RCPT TO:<carol@peer.test>", "450 4.7.1 ");
            client.say("RSET", "250");
            client.deliver(DAVE, Letters.letter("second"), "bob@peer.test");
            client.say("MAIL FROM:<" + DAVE + ">", "250");
            client.say("RCPT TO:<bob@peer.test>", "450 4.7.1 ");
        }
    }

    @Test
    void refusesBeyondAQuotaWhereThatIsWanted(@TempDir Path directory) throws IOException, InterruptedException {
        String quota = """
            [quota]
            action = "refuse"

            [quota.user]
            messages-per-hour = 1
            """;
        try (SubmissionUnderTest strict = SubmissionUnderTest.start(directory, quota);
                Dialogue client = session(strict, USER)) {
            client.deliver(USER, Letters.letter("only"), "bob@peer.test");
            client.say("MAIL FROM:<" + USER + ">", "550 5.7.1 ");
        }
    }

    @Test
    void usersOfTheCommandLineOutliveAKillAndCanBeDisabled() throws IOException, InterruptedException {
        PostriderUnderTest server = submission.server();
        server.command("first-pass", "user", "add", CAROL);
        login(CAROL, "first-pass", "235 ");
        server.kill();
        server.start();
        login(CAROL, "first-pass", "235 ");
        server.command("", "user", "disable", CAROL);
        login(CAROL, "first-pass", "535 ");
        login(USER, PASSWORD, "235 ");
    }

    private void login(String user, String password, String reply) throws IOException {
        try (Dialogue client = submission.secured()) {
            assertThat(client.authenticate(user, password)).startsWith(reply);
        }
    }

    @Test
    void aDaysQuotaOutlivesARestart() throws IOException, InterruptedException {
        try (Dialogue client = session(submission, ERIN)) {
            client.deliver(ERIN, Letters.letter("of-today"), "bob@peer.test");
        }
        submission.server().drain();
        submission.server().start();
        try (Dialogue client = session(submission, ERIN)) {
            client.say("MAIL FROM:<" + ERIN + ">", "450 4.7.1 ");
        }
    }

    @Test
    @Requirement("conf-63")
    void aNewCertificateIsForNewSessionsAndOldOnesGoOn() throws IOException, InterruptedException {
        try (Dialogue old = session(submission, USER)) {
            TestCertificate renewed = submission.showNewCertificate();
            submission.server().reload();
            assertThat(isShown(renewed)).isTrue();
            old.deliver(USER, Letters.letter("old-session"), "bob@peer.test");
            submission.sink().awaitOne("Subject: old-session");
        }
    }

    /** A signal has no answer, so sessions are opened until one is shown the certificate. */
    private boolean isShown(TestCertificate wanted) throws IOException {
        long deadline = System.nanoTime() + SHOWN_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            try (Dialogue client = submission.greeted()) {
                if (client.startTls(submission.authority()).equals(wanted.certificate())) {
                    return true;
                }
            }
        }
        return false;
    }
}
