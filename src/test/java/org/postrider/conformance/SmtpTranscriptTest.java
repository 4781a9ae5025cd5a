package org.postrider.conformance;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.Reply;
import org.postrider.smtp.server.FakeReceptionist;
import org.postrider.smtp.server.SecurityOffer;
import org.postrider.smtp.server.SessionLimits;
import org.postrider.smtp.server.SessionSettings;
import org.postrider.smtp.server.SessionSettings.BareLineEnds;
import org.postrider.smtp.server.SessionSettings.Protocol;
import org.postrider.smtp.server.SessionTimeouts;
import org.postrider.smtp.server.WireSession;
import org.postrider.testing.Requirement;

/** Plays the transcripts; each test is one file. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SmtpTranscriptTest {
    private static final SessionSettings USUAL = WireSession.SETTINGS;

    @Test
    @Requirement({
        "RFC 5321 §4.1.4",
        "RFC 2034 §4",
        "conf-1",
        "conf-3",
        "conf-6",
        "conf-7",
        "conf-8",
        "conf-9",
        "conf-10",
        "conf-14",
        "conf-17",
        "conf-18",
        "conf-19",
        "conf-20",
        "conf-43",
        "conf-100",
        "conf-106"
    })
    void session() throws Exception {
        Transcript.named("session").play();
    }

    @Test
    @Requirement({"RFC 5321 §4.1.1.1", "conf-4", "conf-5"})
    void helo() throws Exception {
        Transcript.named("helo").play();
    }

    @Test
    @Requirement({"RFC 5321 §4.2.4", "conf-12", "conf-13", "conf-20", "conf-93", "conf-95"})
    void arguments() throws Exception {
        Transcript.named("arguments").play(lenient(), new FakeReceptionist());
    }

    @Test
    @Requirement({
        "RFC 5321 §4.1.2",
        "conf-11",
        "conf-29",
        "conf-31",
        "conf-32",
        "conf-42",
        "conf-96",
        "conf-98",
        "C3",
        "C4",
        "C5",
        "D1",
        "D2"
    })
    void addresses() throws Exception {
        Transcript.named("addresses").play(lenient(), new FakeReceptionist());
    }

    @Test
    @Requirement({"RFC 1870 §6", "conf-43", "conf-44", "conf-45", "conf-47", "conf-49", "E9"})
    void size() throws Exception {
        SessionLimits d = SessionLimits.DEFAULT;
        Transcript.named("size").play(with(limits(d.errorsMax(), 1_000)), new FakeReceptionist());
    }

    @Test
    @Requirement({"RFC 3461 §4", "conf-84", "conf-85"})
    void dsn() throws Exception {
        Transcript.named("dsn").play();
    }

    @Test
    @Requirement({"RFC 6531 §3.4", "RFC 6531 §3.7.4.2", "conf-17", "conf-96", "conf-99", "F6"})
    void smtputf8() throws Exception {
        Transcript.named("smtputf8").play();
    }

    @Test
    @Requirement({"RFC 5321 §4.1.1.4", "conf-14", "A1", "A2", "A3", "A4"})
    void smuggling() throws Exception {
        Transcript.named("smuggling").play();
    }

    @Test
    @Requirement({"RFC 5321 §2.3.8", "conf-41", "A1", "A2", "A3", "A4"})
    void smugglingNormalised() throws Exception {
        SessionSettings settings = new SessionSettings(
                USUAL.hostname(),
                Protocol.SMTP,
                BareLineEnds.NORMALISE,
                false,
                SecurityOffer.NONE,
                SessionLimits.DEFAULT,
                SessionTimeouts.DEFAULT);
        Transcript.named("smuggling-normalised").play(settings, new FakeReceptionist());
    }

    @Test
    @Requirement({"RFC 2920 §3.1", "conf-10", "conf-50", "conf-51", "F7"})
    void pipelining() throws Exception {
        Transcript.named("pipelining").play();
    }

    @Test
    @Requirement({"RFC 5321 §4.1.1.4", "conf-16", "F4", "F5"})
    void refusedContent() throws Exception {
        Transcript.named("refused-content").play();
    }

    @Test
    @Requirement({
        "RFC 3030 §2",
        "RFC 3030 §3",
        "conf-55",
        "conf-56",
        "conf-57",
        "conf-58",
        "conf-59",
        "conf-60",
        "conf-62",
        "A5",
        "F1",
        "F2",
        "F3"
    })
    void chunking() throws Exception {
        Transcript.named("chunking").play();
    }

    @Test
    @Requirement({"RFC 2033 §4", "conf-103"})
    void lmtp() throws Exception {
        SessionSettings settings = new SessionSettings(
                USUAL.hostname(),
                Protocol.LMTP,
                BareLineEnds.REFUSE,
                false,
                SecurityOffer.NONE,
                SessionLimits.DEFAULT,
                SessionTimeouts.DEFAULT);
        Transcript.named("lmtp").play(settings, new FakeReceptionist());
    }

    @Test
    @Requirement("B7")
    void http() throws Exception {
        Transcript.named("http").play();
    }

    @Test
    @Requirement("B6")
    void tlsHandshake() throws Exception {
        Transcript.named("tls-handshake").play();
    }

    @Test
    @Requirement({"RFC 5321 §4.1.1.1", "D3"})
    void greetings() throws Exception {
        Transcript.named("greetings").play();
    }

    @Test
    @Requirement({"RFC 5321 §3.1", "conf-1"})
    void turnedAway() throws Exception {
        Reply refusal = Reply.of(554, "5.7.1", "No service for you");
        Transcript.named("turned-away").play(USUAL, new FakeReceptionist().greetingWith(refusal));
    }

    @Test
    @Requirement({"RFC 7504 §3", "conf-2", "conf-101"})
    void noMailHere() throws Exception {
        Reply refusal = Reply.plain(521, "mx.example.net does not accept mail");
        Transcript.named("no-mail-here").play(USUAL, new FakeReceptionist().greetingWith(refusal));
    }

    private static SessionSettings lenient() {
        return with(limits(1_000, SessionLimits.DEFAULT.messageOctetsMax()));
    }

    private static SessionSettings with(SessionLimits limits) {
        return new SessionSettings(
                USUAL.hostname(),
                Protocol.SMTP,
                BareLineEnds.REFUSE,
                false,
                SecurityOffer.NONE,
                limits,
                SessionTimeouts.DEFAULT);
    }

    private static SessionLimits limits(int errorsMax, long messageOctetsMax) {
        SessionLimits d = SessionLimits.DEFAULT;
        return new SessionLimits(
                errorsMax,
                d.junkCommandsMax(),
                d.commandsPerMinuteMax(),
                d.handshakesPerMinuteMax(),
                d.messagesMax(),
                d.recipientsMax(),
                d.recipientsOvershootMax(),
                messageOctetsMax,
                d.commandLineOctetsMax(),
                d.commandDiscardOctetsMax(),
                d.textLineOctetsMax(),
                d.chunksMax());
    }
}
