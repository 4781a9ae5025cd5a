package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.smtp.client.Fixtures.PATIENT;
import static org.postrider.smtp.client.Fixtures.broken;
import static org.postrider.smtp.client.Fixtures.completed;
import static org.postrider.smtp.client.Fixtures.dial;
import static org.postrider.smtp.client.Fixtures.hastyAt;
import static org.postrider.smtp.client.Fixtures.message;
import static org.postrider.smtp.client.Fixtures.ready;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.mail.MailParameters;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;

/** Peers that break the protocol: bounded, temporary, and never used again. */
@Timeout(30)
class HostilePeerTest {
    private static final EnumSet<Stage> IN_TRANSACTION = EnumSet.of(Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.END);

    /** What has no octets of its own here, as the peer offers neither TLS nor AUTH. */
    private static final EnumSet<Stage> SILENT = EnumSet.of(Stage.CONNECT, Stage.TLS, Stage.AUTH, Stage.CONTENT);

    /** Behaves until {@code stage}, then does {@code harm}, and listens on. */
    private static FakePeer.Script behavingUntil(Stage stage, FakePeer.Script harm) {
        return line -> {
            for (Stage at : Stage.values()) {
                if (SILENT.contains(at)) {
                    continue;
                }
                if (at == Stage.END) {
                    line.hearContent();
                } else if (at != Stage.GREETING) {
                    line.hear();
                }
                if (at == stage) {
                    harm.play(line);
                    line.hearOut();
                    return;
                }
                line.say(at == Stage.GREETING ? "220 peer.example" : at == Stage.DATA ? "354 Go" : "250 Ok");
            }
        };
    }

    private static void assertProtocolFailure(FakePeer.Script harm) {
        for (Stage stage : EnumSet.of(Stage.GREETING, Stage.EHLO)) {
            try (FakePeer peer = FakePeer.playing(behavingUntil(stage, harm))) {
                Opening opening = SmtpConnection.open(dial(peer), PATIENT);
                assertThat(opening).isInstanceOfSatisfying(Opening.Failed.class, failed -> {
                    assertThat(failed.failure()).isEqualTo(Failure.PROTOCOL);
                    assertThat(failed.stage()).isEqualTo(stage);
                });
            }
        }
        for (Stage stage : IN_TRANSACTION) {
            try (FakePeer peer = FakePeer.playing(behavingUntil(stage, harm));
                    SmtpConnection connection = ready(peer)) {
                Transaction.Broken broken = broken(connection.send(message("bob@p.example")));
                assertThat(broken.failure()).isEqualTo(Failure.PROTOCOL);
                assertThat(broken.stage()).isEqualTo(stage);
                assertThat(broken.contentSentWhole()).isEqualTo(stage == Stage.END);
                assertThat(broken.answers()).hasSize(1).allMatch(answer -> answer.isEmpty());
                assertThat(broken.what())
                        .doesNotContain("\r")
                        .doesNotContain("\n")
                        .hasSizeLessThan(300);
                assertThat(connection.reusable()).isFalse();
                assertThat(connection.probe()).isFalse();
            }
        }
    }

    private static FakePeer.Script saying(String text) {
        return line -> line.sayOctets(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static FakePeer.Script flooding(String text, int times) {
        byte[] block = text.repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        return line -> {
            try {
                for (int i = 0; i < times; i += 1_000) {
                    line.sayOctets(block);
                }
            } catch (IOException _) {
                // The client had enough.
            }
        };
    }

    @Test
    @Requirement("K4")
    void boundsALineOfTenMegabytes() {
        assertProtocolFailure(flooding("250 xxxxxx", 1_000_000));
    }

    @Test
    @Requirement("K4")
    void boundsAMillionContinuationLines() {
        assertProtocolFailure(flooding("250-x\r\n", 1_000_000));
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"K4", "conf-36", "RFC 5321 §4.2"})
    void takesWhatIsNoReplyForABrokenConnection(NoReply reply) {
        assertProtocolFailure(saying(reply.octets));
    }

    enum NoReply {
        UNKNOWN_CLASS("999 What\r\n"),
        PRELIMINARY("150 Wait\r\n"),
        ZERO("000 \r\n"),
        MIXED_CODES("250-One\r\n550 Other\r\n"),
        LETTERS("abc def\r\n"),
        SHORT("25\r\n"),
        EMPTY("\r\n"),
        FOUR_DIGITS("2500 Ok\r\n"),
        NO_SPACE("250Ok\r\n"),
        NUL_IN_CODE("2\0000 Ok\r\n"),
        NEGATIVE("-25 Ok\r\n"),
        EIGHT_BIT_CODE("\u00b2\u00b5\u00b0 Ok\r\n"),
        HTTP("HTTP/1.1 400 Bad Request\r\n");

        private final String octets;

        NoReply(String octets) {
            this.octets = octets;
        }
    }

    @Test
    @Requirement({"K4", "K6"})
    void makesControlCharactersAndInvalidUtf8Harmless() {
        FakePeer.Script script = behavingUntil(
                Stage.END, saying("550 5.7.1 a\0b\u001b[2Jc\rd\te \u00c3\u00a9 \u00ff <b>\u00e2\u0080\u00ae\r\n"));
        try (FakePeer peer = FakePeer.playing(script);
                SmtpConnection connection = ready(peer)) {
            var answer = completed(connection.send(message("bob@p.example")))
                    .answers()
                    .getFirst();
            assertThat(answer.reply().lines()).containsExactly("a\ufffdb\ufffd[2Jc\ufffdd e \u00e9 \ufffd <b>\ufffd");
        }
    }

    @Test
    @Requirement("K4")
    void takesNoStrayReplyForTheAnswerToData() {
        for (String offer : new String[] {"250 peer", "250-peer\r\n250 PIPELINING"}) {
            FakePeer.Script script = line -> {
                line.say("220 peer.example");
                line.hear();
                line.say(offer);
                line.hear();
                line.say("250 Ok", "250 Stray");
                line.hear();
                line.say("250 Ok");
                line.hear();
                line.say("354 Go");
                line.hearOut();
            };
            try (FakePeer peer = FakePeer.playing(script)) {
                Transaction.Broken broken;
                try (SmtpConnection connection = ready(peer)) {
                    broken = broken(connection.send(message("bob@p.example")));
                }
                assertThat(broken.failure()).isEqualTo(Failure.PROTOCOL);
                assertThat(broken.contentSentWhole()).isFalse();
            }
        }
    }

    @Test
    @Requirement("K4")
    void sendsNoContentWhereItsReplyIsAlreadyThere() {
        try (FakePeer peer = FakePeer.playing(behavingUntil(Stage.DATA, saying("354 Go\r\n250 Taken\r\n")));
                SmtpConnection connection = ready(peer)) {
            Transaction.Broken broken = broken(connection.send(message("bob@p.example")));
            assertThat(broken.failure()).isEqualTo(Failure.PROTOCOL);
            assertThat(broken.stage()).isEqualTo(Stage.CONTENT);
        }
    }

    @Test
    void doesNotGoOnWhereThePeerTalksBeforeUs() {
        try (FakePeer peer = FakePeer.playing(behavingUntil(Stage.GREETING, saying("220 a\r\n250 b\r\n")))) {
            assertThat(SmtpConnection.open(dial(peer), PATIENT))
                    .isInstanceOfSatisfying(
                            Opening.Failed.class, f -> assertThat(f.failure()).isEqualTo(Failure.PROTOCOL));
        }
    }

    @Test
    void doesNotReuseWhereMoreCameThanWasAsked() {
        try (FakePeer peer = FakePeer.playing(behavingUntil(Stage.END, saying("250 Taken\r\n250 Again\r\n")));
                SmtpConnection connection = ready(peer)) {
            assertThat(completed(connection.send(message("bob@p.example"))).answers())
                    .allMatch(Transaction.Answer::accepted);
            assertThat(connection.reusable()).isFalse();
        }
    }

    @Test
    @Requirement({"K5", "G4"})
    void tellsTheContentAsSentWhereTheReplyToItIsLost() {
        for (FakePeer.Script end :
                Arrays.<FakePeer.Script>asList(FakePeer.Line::drop, FakePeer.Line::reset, FakePeer.Line::halfClose)) {
            FakePeer.Script harm = end;
            try (FakePeer peer = FakePeer.playing(behavingUntil(Stage.END, harm));
                    SmtpConnection connection = ready(peer)) {
                Transaction.Broken broken = broken(connection.send(message("bob@p.example")));
                assertThat(broken.failure()).isEqualTo(Failure.BROKEN);
                assertThat(broken.contentSentWhole()).isTrue();
                assertThat(connection.reusable()).isFalse();
            }
        }
    }

    @Test
    @Requirement("K5")
    void tellsTheContentAsSentWhereItsReplyDoesNotComeInTime() {
        try (FakePeer peer = FakePeer.playing(behavingUntil(Stage.END, FakePeer.Line::hearOut));
                SmtpConnection connection = ready(dial(peer), hastyAt(Stage.END))) {
            Transaction.Broken broken = broken(connection.send(message("bob@p.example")));
            assertThat(broken.failure()).isEqualTo(Failure.TIMEOUT);
            assertThat(broken.contentSentWhole()).isTrue();
        }
    }

    @Test
    @Requirement("conf-24")
    void waitsForNoReplyForEver() {
        for (Stage stage : EnumSet.of(Stage.GREETING, Stage.EHLO)) {
            try (FakePeer peer = FakePeer.playing(behavingUntil(stage, FakePeer.Line::hearOut))) {
                assertThat(SmtpConnection.open(dial(peer), hastyAt(stage)))
                        .isInstanceOfSatisfying(Opening.Failed.class, failed -> {
                            assertThat(failed.failure()).isEqualTo(Failure.TIMEOUT);
                            assertThat(failed.stage()).isEqualTo(stage);
                        });
            }
        }
        for (Stage stage : IN_TRANSACTION) {
            try (FakePeer peer = FakePeer.playing(behavingUntil(stage, FakePeer.Line::hearOut));
                    SmtpConnection connection = ready(dial(peer), hastyAt(stage))) {
                Transaction.Broken broken = broken(connection.send(message("bob@p.example")));
                assertThat(broken.failure()).isEqualTo(Failure.TIMEOUT);
                assertThat(broken.stage()).isEqualTo(stage);
            }
        }
    }

    @Test
    @Requirement({"conf-24", "G1"})
    void letsNoDripOfOctetsExtendTheWait() {
        byte[] drip = "250-x\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
        FakePeer.Script harm = line -> line.drip(drip, Duration.ofMillis(20));
        try (FakePeer peer = FakePeer.playing(behavingUntil(Stage.MAIL, harm));
                SmtpConnection connection = ready(dial(peer), hastyAt(Stage.MAIL))) {
            Transaction.Broken broken = broken(connection.send(message("bob@p.example")));
            assertThat(broken.failure()).isEqualTo(Failure.TIMEOUT);
            assertThat(peer.ended(0).heard()).hasSize(2);
        }
    }

    @Test
    @Requirement({"conf-24", "G3", "RFC 5321 §4.5.3.2.5"})
    void doesNotWaitForEverForAPeerThatDoesNotRead() {
        try (FakePeer peer = FakePeer.playing(behavingUntil(Stage.DATA, line -> {
                    line.say("354 Go");
                    line.hold();
                }));
                SmtpConnection connection = ready(dial(peer), hastyAt(Stage.CONTENT))) {
            byte[] content = "x".repeat(70).concat("\r\n").repeat(400_000).getBytes(StandardCharsets.US_ASCII);
            Transaction.Broken broken =
                    broken(connection.send(message(MailParameters.PLAIN, content, "bob@p.example")));
            assertThat(broken.failure()).isEqualTo(Failure.TIMEOUT);
            assertThat(broken.stage()).isEqualTo(Stage.CONTENT);
            assertThat(broken.contentSentWhole()).isFalse();
        }
    }

    @Test
    void givesAllUnansweredRecipientsTheFourTwentyOne() {
        for (String[] keywords : new String[][] {{}, {"PIPELINING"}}) {
            PoliteScript polite = PoliteScript.offering(keywords)
                    .answering("RCPT TO:<gone@", "550 5.1.1 Unknown")
                    .answering("RCPT TO:<last@", "421 4.3.2 Shutting down");
            try (FakePeer peer = FakePeer.playing(polite);
                    SmtpConnection connection = ready(peer)) {
                var answers = completed(connection.send(
                                message("gone@p.example", "bob@p.example", "last@p.example", "never@p.example")))
                        .answers();
                assertThat(answers).extracting(a -> a.reply().code()).containsExactly(550, 421, 421, 421);
                assertThat(connection.reusable()).isFalse();
            }
        }
    }

    @Test
    void keepsTheAnswersOfAPeerThatRefusesAndHangsUp() {
        for (String offer : new String[] {"250 peer", "250-peer\r\n250 PIPELINING"}) {
            FakePeer.Script script = line -> {
                line.say("220 peer.example");
                line.hear();
                line.say(offer);
                line.hear();
                line.say("554 5.7.1 Not from you");
                line.halfClose();
                line.hearOut();
            };
            try (FakePeer peer = FakePeer.playing(script);
                    SmtpConnection connection = ready(peer)) {
                var answers = completed(connection.send(message("bob@p.example", "carol@p.example")))
                        .answers();
                assertThat(answers).hasSize(2).allMatch(a -> a.reply().code() == 554);
            }
        }
    }

    @Test
    void tellsWhatWasAnsweredBeforeTheConnectionBroke() {
        FakePeer.Script script = line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250-peer", "250 PIPELINING");
            line.hear();
            line.say("250 Ok", "550 5.1.1 Unknown");
            line.halfClose();
            line.hearOut();
        };
        try (FakePeer peer = FakePeer.playing(script);
                SmtpConnection connection = ready(peer)) {
            Transaction.Broken broken = broken(connection.send(message("gone@p.example", "bob@p.example")));
            assertThat(broken.stage()).isEqualTo(Stage.RCPT);
            assertThat(broken.answers().get(0))
                    .hasValueSatisfying(a -> assertThat(a.reply().code()).isEqualTo(550));
            assertThat(broken.answers().get(1)).isEmpty();
        }
    }

    @Test
    void hearsWhyAPeerHungUpOnTheContent() {
        FakePeer.Script script = behavingUntil(Stage.DATA, line -> {
            line.say("354 Go");
            line.hear();
            line.say("552 5.3.4 Too big for me");
            line.halfClose();
            line.hearOctets(8 << 20);
            line.drop();
        });
        try (FakePeer peer = FakePeer.playing(script);
                SmtpConnection connection = ready(peer)) {
            byte[] content = "x".repeat(70).concat("\r\n").repeat(400_000).getBytes(StandardCharsets.US_ASCII);
            Transaction transaction = connection.send(message(MailParameters.PLAIN, content, "bob@p.example"));
            assertThat(completed(transaction).answers())
                    .singleElement()
                    .matches(a -> a.reply().code() == 552 && a.stage() == Stage.CONTENT);
            assertThat(connection.reusable()).isFalse();
        }
    }
}
