package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.DsnNotify;
import org.postrider.smtp.server.SessionSettings.BareLineEnds;
import org.postrider.smtp.server.SessionSettings.Protocol;
import org.postrider.testing.Requirement;

/** What a session does when a client is wrong too often, asks for too much, or talks too early. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SessionLimitsTest {
    private static final SessionLimits DEFAULT = SessionLimits.DEFAULT;

    private static SessionSettings settings(SessionLimits limits, boolean watchesEarlyTalk) {
        return new SessionSettings(
                WireSession.SETTINGS.hostname(),
                Protocol.SMTP,
                BareLineEnds.REFUSE,
                watchesEarlyTalk,
                SecurityOffer.NONE,
                limits,
                SessionTimeouts.DEFAULT);
    }

    private static SessionLimits limits(int perMinute, int messages, int recipients, int overshoot, long octets) {
        return new SessionLimits(
                DEFAULT.errorsMax(),
                DEFAULT.junkCommandsMax(),
                perMinute,
                DEFAULT.handshakesPerMinuteMax(),
                messages,
                recipients,
                overshoot,
                octets,
                DEFAULT.commandLineOctetsMax(),
                DEFAULT.commandDiscardOctetsMax(),
                DEFAULT.textLineOctetsMax(),
                4);
    }

    /** The usual settings, with so many commands a minute. */
    static SessionSettings perMinute(int commands) {
        return settings(
                limits(
                        commands,
                        DEFAULT.messagesMax(),
                        DEFAULT.recipientsMax(),
                        DEFAULT.recipientsOvershootMax(),
                        DEFAULT.messageOctetsMax()),
                false);
    }

    private static final SessionLimits TIGHT = limits(30, 3, 2, 3, 2_000);

    private static void skipReply(WireSession session) throws InterruptedException {
        String line;
        do {
            line = session.line();
        } while (line.startsWith("250-"));
    }

    private static WireSession session(SessionLimits limits) throws InterruptedException {
        return WireSession.greeted(settings(limits, false), new FakeReceptionist());
    }

    @Test
    @Requirement({"F7", "F9", "RFC 5321 §7.8"})
    void closesAfterTooManyErrors() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.send("FROB\r\n".repeat(50));
            for (int i = 0; i < 20; i++) {
                session.expect("500 5.5.2 *");
            }
            session.expect("421 4.7.0 Too many errors", "<closed>");
            assertThat(session.closed().ending()).isEqualTo(Ending.LIMIT_EXCEEDED);
        }
    }

    @Test
    @Requirement("F9")
    void closesAfterTooMuchJunk() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            // The EHLO that opened the session was the first of the hundred.
            session.send("NOOP\r\nRSET\r\nVRFY x\r\n".repeat(40));
            for (int i = 0; i < 33; i++) {
                session.expect("250 *", "250 *", "252 *");
            }
            session.expect("421 4.7.0 *", "<closed>");
        }
    }

    @Test
    @Requirement("F9")
    void forgetsErrorsAndJunkAfterAMessage() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            for (int i = 0; i < 3; i++) {
                session.send("NOOP\r\n".repeat(80) + "FROB\r\n".repeat(15));
                session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA", "text", ".");
                for (int line = 0; line < 80 + 15 + 4; line++) {
                    assertThat(session.line()).doesNotStartWith("421");
                }
            }
            assertThat(session.kept()).hasSize(3);
        }
    }

    @Test
    @Requirement("RFC 5321 §4.5.3.2")
    void limitsCommandsPerMinute() throws Exception {
        try (WireSession session = session(TIGHT)) {
            session.send("NOOP\r\n".repeat(29));
            for (int i = 0; i < 29; i++) {
                session.expect("250 *");
            }
            session.advance(Duration.ofSeconds(61)).lines("NOOP").expect("250 *");
            session.send("NOOP\r\n".repeat(30));
            for (int i = 0; i < 29; i++) {
                session.expect("250 *");
            }
            session.expect("421 4.7.0 *", "<closed>");
        }
    }

    @Test
    @Requirement({"E10", "conf-22", "RFC 5321 §4.5.3.1.10"})
    void keepsTheRecipientsBeforeTheLimit() throws Exception {
        try (WireSession session = session(TIGHT)) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "RCPT TO:<c@example.net>");
            session.lines("RCPT TO:<d@example.net>", "DATA", "text", ".");
            session.expect("250 *", "250 *", "250 *", "452 4.5.3 *", "354 *", "250 *");
            assertThat(session.kept().getFirst().envelope().recipients()).hasSize(2);
        }
    }

    @Test
    @Requirement("E10")
    void closesOnClientsThatNeverStopAddingRecipients() throws Exception {
        try (WireSession session = session(TIGHT)) {
            session.lines("MAIL FROM:<a@x.example>").send("RCPT TO:<b@example.net>\r\n".repeat(50));
            session.expect("250 *", "250 *", "250 *", "452 *", "452 *", "452 *", "421 4.5.3 *", "<closed>");
        }
    }

    @Test
    @Requirement({"conf-21", "RFC 5321 §4.5.3.1.8"})
    void takesAHundredRecipientsAndMore() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.lines("MAIL FROM:<a@x.example>").send("RCPT TO:<b@example.net>\r\n".repeat(1_000));
            session.expect("250 *");
            for (int i = 0; i < 1_000; i++) {
                session.expect("250 2.1.5 *");
            }
        }
    }

    @Test
    @Requirement({"conf-21", "RFC 5321 §4.5.3.1"})
    void takesTheSizesOfTheStandard() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            String local = "l".repeat(64);
            String label = "d".repeat(63);
            String domain = String.join(".", label, label, label.substring(3));
            session.lines("MAIL FROM:<" + local + "@" + domain + ">").expect("250 *");
            session.lines("RCPT TO:<x" + local + "@example.net>").expect("501 5.1.3 *");
            session.lines("RCPT TO:<x@" + domain + "." + label + "x>").expect("501 5.1.3 *");
            session.lines("RCPT TO:<" + local + "@example.net>", "DATA").expect("250 *", "354 *");
            session.send(("t".repeat(998) + "\r\n").repeat(100)).lines(".").expect("250 2.0.0 *");
        }
    }

    @Test
    @Requirement({"conf-46", "E3"})
    void answersForMalformedContentAtItsEnd() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            String[] begin = {"MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA"};
            session.lines(begin).expect("250 *", "250 *", "354 *");
            session.lines("Subject: x", "");
            for (int i = 0; i < 20; i++) {
                session.send("x".repeat(100_000));
            }
            session.lines("", ".").expect("554 5.6.0 *");
            session.lines("NOOP").expect("250 *");
            assertThat(session.kept()).isEmpty();
        }
    }

    @Test
    @Requirement({"conf-106", "RFC 9422 §4"})
    void announcesAndHoldsTheMessagesOfASession() throws Exception {
        try (WireSession session = session(TIGHT)) {
            session.lines("EHLO client.example");
            String line;
            do {
                line = session.line();
            } while (line.startsWith("250-"));
            assertThat(line).isEqualTo("250 LIMITS MAILMAX=3 RCPTMAX=2");
            session.send("MAIL FROM:<a@x.example>\r\nRSET\r\n".repeat(3) + "MAIL FROM:<a@x.example>\r\n");
            session.expect("250 *", "250 *", "250 *", "250 *", "250 *", "250 *", "421 4.7.0 *", "<closed>");
        }
    }

    @Test
    @Requirement({"conf-16", "conf-23", "conf-46", "E9", "RFC 1870 §6.3"})
    void refusesAnOversizeMessageAndStaysUsable() throws Exception {
        try (WireSession session = session(TIGHT)) {
            session.lines("MAIL FROM:<a@x.example> SIZE=1", "RCPT TO:<b@example.net>", "DATA");
            session.expect("250 *", "250 *", "354 *");
            session.send("0123456789\r\n".repeat(100_000)).lines(".");
            session.expect("552 5.3.4 *");
            session.lines("RCPT TO:<b@example.net>").expect("503 *");
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA", "small", ".");
            session.expect("250 *", "250 *", "354 *", "250 *");
            assertThat(session.kept()).hasSize(1);
            assertThat(session.receptionist().abandoned()).isEqualTo(1);
        }
    }

    @Test
    @Requirement({"F1", "conf-56", "RFC 3030 §2"})
    void readsARefusedChunkToItsEnd() throws Exception {
        try (WireSession session = session(TIGHT)) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>").expect("250 *", "250 *");
            session.lines("BDAT 1500").send("x".repeat(1_500)).expect("250 *");
            session.lines("BDAT 1500").send("RSET\r\n".repeat(250)).expect("552 5.3.4 *");
            session.lines("BDAT 6 LAST").send("QUIT\r\n").expect("503 *");
            session.lines("BDAT 5000").expect("552 5.3.4 *", "<closed>");
            assertThat(session.kept()).isEmpty();
        }
    }

    @Test
    @Requirement("F1")
    void boundsTheNumberOfChunks() throws Exception {
        try (WireSession session = session(TIGHT)) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>").expect("250 *", "250 *");
            session.send("BDAT 1\r\nx".repeat(6));
            session.expect("250 *", "250 *", "250 *", "250 *", "554 5.5.0 *", "503 *");
        }
    }

    @Test
    @Requirement({"E1", "conf-23", "RFC 5321 §4.5.3.1.4"})
    void refusesALongLineAndGoesOn() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.lines("NOOP " + "x".repeat(512 - 7)).expect("250 *");
            session.lines("NOOP " + "x".repeat(512 - 6)).expect("500 5.5.2 Line too long");
            session.lines("FROB " + "x".repeat(512 - 6)).expect("500 5.5.2 Line too long");
            session.lines("NOOP " + "x".repeat(12_288 - 7)).expect("500 5.5.2 Line too long");
            session.lines("NOOP " + "x".repeat(12_288 - 6)).expect("500 5.5.2 Line too long");
            session.lines("NOOP " + "x".repeat(60_000)).expect("500 5.5.2 Line too long");
            session.lines("NOOP").expect("250 *");
        }
    }

    @Test
    @Requirement({"E1", "conf-21", "RFC 5321 §4.5.3.1.4"})
    void takesTheLongLinesThatExtensionsNeed() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            String mail = "MAIL FROM:<a@x.example>";
            session.lines(mail + " ".repeat(2_047 - mail.length())).expect("500 5.5.2 Line too long");
            session.lines(mail + " ".repeat(2_046 - mail.length())).expect("250 *");
            String rcpt = "RCPT TO:<b@example.net> ORCPT=rfc822;" + "x".repeat(480);
            session.lines(rcpt + " ".repeat(2_047 - rcpt.length())).expect("500 5.5.2 Line too long");
            session.lines(rcpt + " ".repeat(2_046 - rcpt.length())).expect("250 *");
            session.lines("AUTH PLAIN " + "x".repeat(5_000)).expect("502 5.5.1 *");
            session.lines("DATA", "text", ".").expect("354 *", "250 *");
        }
    }

    @Test
    @Requirement({"conf-43", "conf-57", "F1", "RFC 1870 §4"})
    void takesAnySizeWhereNoneIsSet() throws Exception {
        SessionLimits any = limits(30, 30, 2, 3, SessionLimits.ANY_SIZE);
        try (WireSession session = session(any)) {
            session.lines("EHLO client.example").expect("250-mx.example.net", "250-PIPELINING", "250-SIZE");
            skipReply(session);
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>").expect("250 *", "250 *");
            session.send("BDAT 6\r\ntext\r\nBDAT 0 LAST\r\n").expect("250 *", "250 2.0.0 OK queued *");
            session.lines("BDAT 9223372036854775807").expect("552 5.3.4 *", "<closed>");
            assertThat(session.kept()).hasSize(1);
        }
    }

    @Test
    @Requirement("RFC 5321 §4.1.1.3")
    void deliversOnceToAMailboxThatIsNamedTwice() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net> NOTIFY=FAILURE,DELAY");
            session.lines("RCPT TO:<c@example.net>", "RCPT TO:<b@EXAMPLE.NET> NOTIFY=NEVER");
            session.lines("RCPT TO:<B@example.net>", "DATA", "text", ".");
            session.expect("250 *", "250 2.1.5 *", "250 2.1.5 *", "250 2.1.5 *", "250 2.1.5 *", "354 *", "250 *");
            var recipients = session.kept().getFirst().envelope().recipients();
            assertThat(recipients)
                    .extracting(recipient -> recipient.mailbox().text())
                    .containsExactly("b@example.net", "c@example.net", "B@example.net");
            assertThat(recipients.getFirst().dsnNotify()).isEqualTo(new DsnNotify(true, false, true, true));
            assertThat(recipients.get(1).dsnNotify()).isEqualTo(DsnNotify.UNSPECIFIED);
        }
    }

    @Test
    @Requirement({"conf-103", "RFC 2033 §4.2"})
    void answersEachRcptOverLmtpThoughAMailboxIsNamedTwice() throws Exception {
        SessionSettings lmtp = new SessionSettings(
                WireSession.SETTINGS.hostname(),
                Protocol.LMTP,
                BareLineEnds.REFUSE,
                false,
                SecurityOffer.NONE,
                DEFAULT,
                SessionTimeouts.DEFAULT);
        try (WireSession session = new WireSession(lmtp, new FakeReceptionist())) {
            session.expect("220 *").lines("LHLO client.example");
            skipReply(session);
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "RCPT TO:<b@example.net>");
            session.lines("DATA", "text", ".", "QUIT");
            session.expect("250 *", "250 *", "250 *", "354 *", "250 *", "250 *", "221 *");
            assertThat(session.kept().getFirst().envelope().recipients()).hasSize(1);
        }
    }

    @Test
    @Requirement("E1")
    void closesOnALineWithoutEnd() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            for (int i = 0; i < 100; i++) {
                session.send("x".repeat(1_000));
            }
            session.expect("500 5.5.2 Line too long", "<closed>");
        }
    }

    @Test
    @Requirement({"F8", "RFC 2920 §3.1"})
    void turnsAwayWhoTalksBeforeTheGreeting() throws Exception {
        SessionSettings strict = settings(DEFAULT, true);
        try (WireSession session = new WireSession(strict, new FakeReceptionist(), "EHLO early.example\r\n")) {
            session.expect("554 5.5.0 *", "<closed>");
        }
        try (WireSession session = WireSession.greeted(strict, new FakeReceptionist())) {
            session.lines("EHLO again.example", "MAIL FROM:<a@x.example>").expect("554 5.5.0 *", "<closed>");
        }
        try (WireSession session = WireSession.greeted(strict, new FakeReceptionist())) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA", "text", ".");
            session.expect("250 *", "250 *", "554 5.5.0 *", "<closed>");
            assertThat(session.kept()).isEmpty();
        }
    }

    @Test
    @Requirement({"conf-52", "RFC 2920 §3.2"})
    void answersAGroupInOneWrite() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            int before = session.awaitIdle().writes();
            session.send("RSET\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.net>\r\nNOOP\r\n");
            session.expect("250 *", "250 *", "250 *", "250 *");
            assertThat(session.awaitIdle().writes()).isEqualTo(before + 1);
        }
    }

    @Test
    @Requirement("L6")
    void survivesADefectOfTheReceptionist() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.lines("MAIL FROM:<defect@x.example>").expect("421 4.3.0 Internal error", "<closed>");
            assertThat(session.closed().ending()).isEqualTo(Ending.FAILED);
            assertThat(session.receptionist().left()).isEqualTo(1);
        }
    }

    @Test
    @Requirement({"L3", "L6"})
    void survivesALackOfMemoryThatCannotEvenBeLogged() throws Exception {
        try (WireSession other = session(DEFAULT);
                WireSession session = session(DEFAULT)) {
            session.lines("MAIL FROM:<memory@x.example>").expect("421 4.3.0 Internal error", "<closed>");
            assertThat(session.closed().ending()).isEqualTo(Ending.FAILED);
            assertThat(session.receptionist().left()).isEqualTo(1);
            other.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA", "text", ".");
            other.expect("250 *", "250 *", "354 *", "250 *");
        }
    }

    @Test
    @Requirement({"conf-2", "RFC 5321 §3.8"})
    void closesWhereTheReceptionistSaysSo() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<dismiss@x.example>", "NOOP");
            session.expect("250 *", "421 4.7.0 Go away", "<closed>");
            assertThat(session.closed().ending()).isEqualTo(Ending.DISMISSED);
        }
    }

    @Test
    @Requirement({"G4", "RFC 5321 §4.1.1.4"})
    void abandonsAMessageThatHasNoEnd() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA", "half a mess");
            session.hangUp();
            assertThat(session.closed().ending()).isEqualTo(Ending.LOST);
            assertThat(session.receptionist().abandoned()).isEqualTo(1);
            assertThat(session.kept()).isEmpty();
        }
    }

    @Test
    @Requirement("G4")
    void keepsAMessageWhoseClientHasClosedItsSide() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA", "whole", ".");
            session.hangUp();
            session.expect("250 *", "250 *", "354 *", "250 2.0.0 OK queued as *", "<closed>");
            assertThat(session.kept()).hasSize(1);
        }
    }

    @Test
    void hasLessPatienceUnderStress() throws Exception {
        try (WireSession session = session(DEFAULT)) {
            session.stress(StressLevel.BUSY);
            session.send("FROB\r\n".repeat(5));
            session.expect("500 *", "500 *", "500 *", "421 4.7.0 Too many errors", "<closed>");
        }
    }
}
