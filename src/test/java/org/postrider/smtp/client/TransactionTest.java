package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.smtp.client.Fixtures.completed;
import static org.postrider.smtp.client.Fixtures.message;
import static org.postrider.smtp.client.Fixtures.ready;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Reply;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;

/** Messages to peers that behave, however they answer. */
@Timeout(30)
class TransactionTest {

    @Test
    void sendsAMessageWhole() {
        PoliteScript polite = PoliteScript.offering("PIPELINING", "SIZE 1000");
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            Transaction.Completed completed = completed(connection.send(message("bob@peer.example")));

            assertThat(completed.answers()).singleElement().matches(Transaction.Answer::accepted);
            PoliteScript.Message message = polite.awaitMessage();
            assertThat(message.mail()).isEqualTo("MAIL FROM:<alice@sender.example> SIZE=" + Fixtures.CONTENT.length());
            assertThat(message.recipients()).containsExactly("RCPT TO:<bob@peer.example>");
            assertThat(message.content()).isEqualTo(Fixtures.CONTENT);
        }
    }

    @Test
    @Requirement({"conf-53", "RFC 2920 §3.1"})
    void sendsTheEnvelopeInOneGroupToWhoOffersPipelining() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering("PIPELINING"));
                SmtpConnection connection = ready(peer)) {
            completed(connection.send(message("bob@peer.example", "carol@peer.example")));
            assertThat(peer.lines().getFirst().pipelined()).isTrue();
        }
    }

    @Test
    @Requirement({"conf-54", "RFC 2920 §3.1"})
    void neverPipelinesToWhoDoesNotOfferIt() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering("SIZE"))) {
            try (SmtpConnection connection = ready(peer)) {
                completed(connection.send(message("bob@peer.example", "carol@peer.example")));
                completed(connection.send(message("bob@peer.example")));
            }
            assertThat(peer.ended(0).pipelined()).isFalse();
        }
    }

    @Test
    @Requirement({"conf-34", "conf-53", "RFC 5321 §3.3"})
    void answersEachRecipientByItsOwnReply() {
        for (List<String> keywords : List.of(List.<String>of(), List.of("PIPELINING"))) {
            PoliteScript polite = PoliteScript.offering(keywords.toArray(String[]::new))
                    .answering("RCPT TO:<gone@", "550 5.1.1 Unknown")
                    .answering("RCPT TO:<full@", "452 4.2.2 Full");
            try (FakePeer peer = FakePeer.playing(polite);
                    SmtpConnection connection = ready(peer)) {
                var answers = completed(connection.send(message("gone@p.example", "bob@p.example", "full@p.example")))
                        .answers();
                assertThat(answers.get(0))
                        .isEqualTo(new Transaction.Answer(Stage.RCPT, Reply.of(550, "5.1.1", "Unknown")));
                assertThat(answers.get(1).accepted()).isTrue();
                assertThat(answers.get(2).reply().code()).isEqualTo(452);
                assertThat(polite.awaitMessage().recipients()).containsExactly("RCPT TO:<bob@p.example>");
            }
        }
    }

    @Test
    @Requirement("conf-34")
    void answersEveryRecipientByTheReplyToMailDataOrEnd() {
        for (List<String> keywords : List.of(List.<String>of(), List.of("PIPELINING"))) {
            for (String command : List.of("MAIL", "DATA", ".")) {
                PoliteScript polite =
                        PoliteScript.offering(keywords.toArray(String[]::new)).answering(command, "554 5.7.1 No");
                try (FakePeer peer = FakePeer.playing(polite);
                        SmtpConnection connection = ready(peer)) {
                    var answers = completed(connection.send(message("bob@p.example", "carol@p.example")))
                            .answers();
                    Stage stage = command.equals(".") ? Stage.END : Stage.valueOf(command);
                    assertThat(answers)
                            .containsOnly(new Transaction.Answer(stage, Reply.of(554, "5.7.1", "No")))
                            .hasSize(2);
                    assertThat(connection.reusable()).isTrue();
                }
            }
        }
    }

    @Test
    @Requirement({"conf-53", "RFC 2920 §3.1"})
    void sendsALoneDotWhereDataIsGrantedWithoutRecipients() {
        PoliteScript polite = PoliteScript.offering("PIPELINING")
                .answering("RCPT TO:<gone@", "550 5.1.1 Unknown")
                .answering("DATA", "354 Why not");
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            var answers = completed(connection.send(message("gone@p.example"))).answers();
            assertThat(answers).singleElement().matches(a -> a.reply().code() == 550);
            assertThat(polite.messages()).isEmpty();

            assertThat(connection.reusable()).isTrue();
            completed(connection.send(message("bob@p.example")));
            assertThat(polite.awaitMessage().recipients()).containsExactly("RCPT TO:<bob@p.example>");
            assertThat(peer.lines().getFirst().heard()).doesNotContain("RSET");
        }
    }

    @Test
    void sendsTheNextMessageWithoutReset() {
        PoliteScript polite = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            for (int i = 0; i < 3; i++) {
                assertThat(connection.reusable()).isTrue();
                completed(connection.send(message("bob@p.example")));
            }
            assertThat(connection.transactions()).isEqualTo(3);
            assertThat(polite.messages()).hasSize(3);
            assertThat(peer.lines().getFirst().heard()).doesNotContain("RSET");
        }
    }

    @Test
    void resetsWhatARefusalLeftOpen() {
        for (List<String> keywords : List.of(List.<String>of(), List.of("PIPELINING"))) {
            PoliteScript polite = PoliteScript.offering(keywords.toArray(String[]::new))
                    .answering("RCPT TO:<gone@", "550 5.1.1 Unknown");
            try (FakePeer peer = FakePeer.playing(polite);
                    SmtpConnection connection = ready(peer)) {
                completed(connection.send(message("gone@p.example")));
                Transaction.Completed second = completed(connection.send(message("bob@p.example")));
                assertThat(second.answers()).singleElement().matches(Transaction.Answer::accepted);
                assertThat(peer.lines().getFirst().heard()).containsOnlyOnce("RSET");
            }
        }
    }

    @Test
    @Requirement({"conf-54", "RFC 2920 §3.1"})
    void sendsManyRecipientsInBoundedGroups() {
        PoliteScript polite = PoliteScript.offering("PIPELINING").answering("RCPT TO:<user7@", "550 5.1.1 Unknown");
        String[] recipients = new String[1_000];
        for (int i = 0; i < recipients.length; i++) {
            recipients[i] = "user" + i + "@p.example";
        }
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            var answers = completed(connection.send(message(recipients))).answers();
            assertThat(answers).hasSize(1_000);
            assertThat(answers.stream().filter(Transaction.Answer::accepted)).hasSize(999);
            assertThat(answers.get(7).reply().status()).isEqualTo(EnhancedStatus.of("5.1.1"));
            assertThat(polite.awaitMessage().recipients()).hasSize(999);
        }
    }

    @Test
    @Requirement({"RFC 2033 §4.2", "conf-103"})
    void readsOneReplyForEachAcceptedRecipientOverLmtp() {
        FakePeer.Script script = line -> {
            line.say("220 lmtp.example");
            line.hear();
            line.say("250-lmtp.example", "250 PIPELINING");
            for (int i = 0; i < 5; i++) {
                line.hear();
            }
            line.say("250 2.1.0 Ok", "250 2.1.5 Ok", "550 5.1.1 Unknown", "250 2.1.5 Ok", "354 Go");
            line.hearContent();
            line.say("250 2.0.0 First", "452 4.2.2 Third is full");
            line.hear();
        };
        try (FakePeer peer = FakePeer.playing(script);
                SmtpConnection connection = ready(Fixtures.dial(peer, Protocol.LMTP), Fixtures.PATIENT)) {
            var answers = completed(connection.send(message("one@p.example", "two@p.example", "three@p.example")))
                    .answers();
            assertThat(answers).extracting(a -> a.reply().code()).containsExactly(250, 550, 452);
            assertThat(answers).extracting(Transaction.Answer::stage).containsExactly(Stage.END, Stage.RCPT, Stage.END);
            assertThat(peer.lines().getFirst().heard()).startsWith("LHLO client.example");
            assertThat(connection.reusable()).isTrue();
        }
    }

    @Test
    @Requirement("conf-36")
    void classesUnknownCodesByTheirFirstDigit() {
        PoliteScript polite = PoliteScript.offering("PIPELINING")
                .answering("RCPT TO:<odd@", "599 5.9.9 Odd")
                .answering(".", "287 Fine");
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            var answers = completed(connection.send(message("odd@p.example", "bob@p.example")))
                    .answers();
            assertThat(answers.get(0).reply().severity()).isEqualTo(Reply.Severity.PERMANENT_NEGATIVE);
            assertThat(answers.get(1).accepted()).isTrue();
        }
    }

    @Test
    @Requirement("RFC 2034 §4")
    void trustsTheCodeWhereTheEnhancedStatusDiffers() {
        PoliteScript polite = PoliteScript.offering("PIPELINING").answering("RCPT", "550 4.2.2 Over quota");
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            var answers = completed(connection.send(message("bob@p.example"))).answers();
            assertThat(answers.getFirst().reply()).isEqualTo(Reply.of(550, "5.2.2", "Over quota"));
        }
    }
}
