package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.postrider.endtoend.SubmissionUnderTest.PASSWORD;
import static org.postrider.endtoend.SubmissionUnderTest.USER;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;

/** What a mail program may do, and what it is told where it may not. */
@Timeout(180)
final class SubmissionTest {
    @TempDir
    private Path directory;

    @Test
    @Requirement({"conf-64", "RFC 3207 §4.2", "RFC 4954 §4", "RFC 2920 §3.1"})
    void takesMailAsAMailProgramSendsIt() throws IOException, InterruptedException {
        byte[] content = Letters.letter("as-thunderbird");
        try (SubmissionUnderTest submission = SubmissionUnderTest.start(directory);
                Dialogue client = submission.greeted()) {
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
            byte[] arrived = submission.sink().awaitOne().content();
            assertThat(Wire.traceBefore(content, arrived)).contains("with ESMTPSA").contains("EHLO [127.0.0.1]");
        }
    }

    @Test
    @Requirement({"conf-67", "H3", "conf-77", "RFC 3207 §4", "RFC 4954 §6"})
    void wantsTlsFirstAndThenALogin() throws IOException, InterruptedException {
        try (SubmissionUnderTest submission = SubmissionUnderTest.start(directory);
                Dialogue client = new Dialogue(submission.startTls())) {
            assertThat(client.say("EHLO client.test", "250")).contains("STARTTLS").doesNotContain("AUTH");
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
    void makesGuessingSlowAndThenHangsUp() throws IOException, InterruptedException {
        String auth = """
            [auth]
            delay = "200ms"
            failures-per-address = 3
            """;
        try (SubmissionUnderTest submission = SubmissionUnderTest.start(directory, auth)) {
            try (Dialogue guesser = submission.secured()) {
                assertThat(waits(guesser, "535 5.7.8 ")).isGreaterThanOrEqualTo(Duration.ofMillis(200));
                assertThat(waits(guesser, "535 5.7.8 ")).isGreaterThanOrEqualTo(Duration.ofMillis(400));
                assertThat(waits(guesser, "421 4.7.0 ")).isGreaterThanOrEqualTo(Duration.ofMillis(800));
                assertThatIOException().isThrownBy(guesser::reply);
            }
            try (Dialogue again = submission.secured()) {
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
    void letsNobodySendAsSomebodyElse() throws IOException, InterruptedException {
        try (SubmissionUnderTest submission = SubmissionUnderTest.start(directory);
                Dialogue client = submission.secured()) {
            assertThat(client.authenticate(USER, PASSWORD)).startsWith("235 ");
            client.say("MAIL FROM:<ceo@other-tenant.test>", "553 5.7.1 ");
            client.say("MAIL FROM:<bob@sender.test>", "553 5.7.1 ");
            client.deliver(USER, Letters.letter("own"), "bob@peer.test");
        }
    }

    @ParameterizedTest
    @CsvSource({"defer, 450 4.7.1", "refuse, 550 5.7.1"})
    void holdsAUserToItsQuota(String action, String reply) throws IOException, InterruptedException {
        String quota = """
            [quota]
            action = "%s"

            [quota.user]
            recipients-per-hour = 2
            """.formatted(action);
        try (SubmissionUnderTest submission = SubmissionUnderTest.start(directory, quota);
                Dialogue client = submission.secured()) {
            assertThat(client.authenticate(USER, PASSWORD)).startsWith("235 ");
            client.deliver(USER, Letters.letter("first"), "bob@peer.test");
            client.envelope(USER, "bob@peer.test");
            client.say("RCPT TO:<carol@peer.test>", reply);
            client.say("RSET", "250");
            client.deliver(USER, Letters.letter("second"), "bob@peer.test");
            assertThat(submission.sink().await(2)).hasSize(2);
        }
    }

    @Test
    void usersOfTheCommandLineOutliveAKillAndCanBeDisabled() throws IOException, InterruptedException {
        try (SubmissionUnderTest submission = SubmissionUnderTest.start(directory)) {
            PostriderUnderTest server = submission.server();
            server.command("first-pass", "user", "add", "carol@sender.test");
            login(submission, "carol@sender.test", "first-pass", "235 ");
            server.kill();
            server.start();
            login(submission, "carol@sender.test", "first-pass", "235 ");
            server.command("", "user", "disable", "carol@sender.test");
            login(submission, "carol@sender.test", "first-pass", "535 ");
            login(submission, USER, PASSWORD, "235 ");
        }
    }

    private static void login(SubmissionUnderTest submission, String user, String password, String reply)
            throws IOException {
        try (Dialogue client = submission.secured()) {
            assertThat(client.authenticate(user, password)).startsWith(reply);
        }
    }

    @Test
    void aDaysQuotaOutlivesARestart() throws IOException, InterruptedException {
        String quota = """
            [quota.user]
            messages-per-day = 1
            """;
        try (SubmissionUnderTest submission = SubmissionUnderTest.start(directory, quota)) {
            try (Dialogue client = submission.secured()) {
                assertThat(client.authenticate(USER, PASSWORD)).startsWith("235 ");
                client.deliver(USER, Letters.letter("only"), "bob@peer.test");
                submission.awaitOne();
            }
            submission.server().drain();
            submission.server().start();
            try (Dialogue client = submission.secured()) {
                assertThat(client.authenticate(USER, PASSWORD)).startsWith("235 ");
                client.say("MAIL FROM:<" + USER + ">", "450 4.7.1 ");
            }
        }
    }

    @Test
    @Requirement("conf-63")
    void aNewCertificateIsForNewSessionsAndOldOnesGoOn() throws IOException, InterruptedException {
        try (SubmissionUnderTest submission = SubmissionUnderTest.start(directory);
                Dialogue old = submission.secured()) {
            assertThat(old.authenticate(USER, PASSWORD)).startsWith("235 ");
            TestCertificate renewed = submission.showNewCertificate();
            submission.server().reload();
            assertThat(awaitShown(submission, renewed)).isTrue();
            old.deliver(USER, Letters.letter("old-session"), "bob@peer.test");
            String content = new String(submission.sink().awaitOne().content(), StandardCharsets.ISO_8859_1);
            assertThat(content).contains("Subject: old-session");
        }
    }

    /** A signal has no answer, so sessions are opened until one is shown the certificate. */
    private static boolean awaitShown(SubmissionUnderTest submission, TestCertificate wanted) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(9).toNanos();
        while (System.nanoTime() < deadline) {
            try (Dialogue client = submission.greeted()) {
                X509Certificate shown = client.startTls(submission.authority());
                if (shown.equals(wanted.certificate())) {
                    return true;
                }
            }
        }
        return false;
    }
}
