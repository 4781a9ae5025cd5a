package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.Requirement;

/** How long sessions wait, on a clock that the test turns. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SessionDeadlinesTest {
    private static final Duration COMMAND = SessionTimeouts.DEFAULT.command();

    private static WireSession session() throws InterruptedException {
        return WireSession.greeted(WireSession.SETTINGS, new FakeReceptionist());
    }

    private static WireSession receiving() throws InterruptedException {
        WireSession session = session();
        session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA");
        return session.expect("250 *", "250 *", "354 *");
    }

    @Test
    @Requirement({"conf-24", "RFC 5321 §4.5.3.2.7"})
    void waitsFiveMinutesForACommand() throws Exception {
        try (WireSession session = session()) {
            assertThat(COMMAND).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
            session.advance(COMMAND.minusSeconds(1)).lines("NOOP").expect("250 *");
            session.advance(COMMAND).expect("421 4.4.2 *", "<closed>");
            assertThat(session.closed().ending()).isEqualTo(Ending.TIMED_OUT);
        }
    }

    @Test
    @Requirement("G1")
    void countsACommandFromItsBeginning() throws Exception {
        try (WireSession session = session()) {
            session.send("N").advance(COMMAND.dividedBy(2)).send("O").advance(COMMAND.dividedBy(2));
            session.expect("421 4.4.2 *", "<closed>");
        }
    }

    @Test
    void tellsClientsThatEndLinesWithABareLineFeed() throws Exception {
        try (WireSession session = session()) {
            session.send("NOOP\n").advance(SessionTimeouts.UNENDED_LINE);
            session.expect("421 4.4.2 Timeout exceeded: lines end with <CR><LF>", "<closed>");
        }
    }

    @Test
    @Requirement("G1")
    void endsContentThatStandsStill() throws Exception {
        try (WireSession session = receiving()) {
            session.send("x".repeat(10_000_000)).advance(SessionTimeouts.DEFAULT.content());
            session.expect("421 4.4.2 *", "<closed>");
            assertThat(session.kept()).isEmpty();
            assertThat(session.receptionist().abandoned()).isEqualTo(1);
        }
    }

    @Test
    @Requirement("G1")
    void endsContentThatDrips() throws Exception {
        try (WireSession session = receiving()) {
            Duration grace = SessionTimeouts.DEFAULT.contentGrace();
            session.send("x").advance(grace.minusSeconds(10)).send("x").advance(Duration.ofSeconds(10));
            session.expect("421 4.4.2 *", "<closed>");
        }
    }

    @Test
    @Requirement("G1")
    void bearsContentAtTheLeastRate() throws Exception {
        try (WireSession session = receiving()) {
            int rate = SessionTimeouts.DEFAULT.contentOctetsPerSecondMin();
            String minute = ("x".repeat(98) + "\r\n").repeat(rate * 60 / 100);
            for (int i = 0; i < 60; i++) {
                session.send(minute).advance(Duration.ofMinutes(1));
            }
            session.lines(".").expect("250 *");
        }
    }

    @Test
    @Requirement("G1")
    void endsChunksThatDrip() throws Exception {
        try (WireSession session = session()) {
            session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>").expect("250 *", "250 *");
            session.send("BDAT 1\r\nx").expect("250 *").advance(Duration.ofSeconds(299));
            session.send("BDAT 1\r\nx").expect("250 *").advance(Duration.ofSeconds(2));
            session.expect("421 4.4.2 *", "<closed>");
        }
    }

    @Test
    @Requirement("G1")
    void endsEverySessionSomeDay() throws Exception {
        try (WireSession session = session()) {
            Duration step = Duration.ofMinutes(4);
            long steps = SessionTimeouts.DEFAULT.session().dividedBy(step);
            for (long i = 0; i < steps - 1; i++) {
                session.advance(step);
                if (i % 90 == 0) {
                    session.lines("MAIL FROM:<a@x.example>", "RCPT TO:<b@example.net>", "DATA", "x", ".");
                    session.expect("250 *", "250 *", "354 *", "250 *");
                } else {
                    session.lines("NOOP").expect("250 *");
                }
            }
            session.advance(step).expect("421 4.4.2 *", "<closed>");
        }
    }

    @Test
    @Requirement("G3")
    void endsSessionsThatDoNotReadReplies() throws Exception {
        try (WireSession session = session()) {
            session.awaitIdle().stopReading();
            session.lines("NOOP").advance(SessionTimeouts.DEFAULT.write());
            assertThat(session.closed().ending()).isEqualTo(Ending.NOT_READING);
        }
    }

    @Test
    void waitsLessUnderStress() throws Exception {
        try (WireSession session = session()) {
            session.stress(StressLevel.BUSY);
            session.lines("NOOP")
                    .expect("250 *")
                    .advance(Duration.ofSeconds(10))
                    .expect("421 4.4.2 *", "<closed>");
        }
    }

    @Test
    @Requirement({"conf-2", "RFC 5321 §3.8"})
    void stopsIdleSessionsAtOnce() throws Exception {
        try (WireSession session = session()) {
            session.lines("MAIL FROM:<a@x.example>").expect("250 *").awaitIdle().stop();
            session.expect("421 4.3.2 Service shutting down", "<closed>");
            assertThat(session.closed().ending()).isEqualTo(Ending.STOPPED);
        }
    }

    @Test
    @Requirement("conf-2")
    void letsAMessageUnderWayEnd() throws Exception {
        try (WireSession session = receiving()) {
            session.awaitIdle().stop();
            session.lines("text", ".", "NOOP");
            session.expect("250 2.0.0 *", "421 4.3.2 *", "<closed>");
            assertThat(session.kept()).hasSize(1);
        }
    }

    @Test
    @Requirement("conf-2")
    void cutsAMessageThatTakesTooLong() throws Exception {
        try (WireSession session = receiving()) {
            session.awaitIdle().cut();
            session.expect("421 4.3.2 *", "<closed>");
            assertThat(session.kept()).isEmpty();
        }
    }
}
