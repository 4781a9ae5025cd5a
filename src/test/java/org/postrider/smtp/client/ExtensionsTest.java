package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.smtp.client.Fixtures.BINARY;
import static org.postrider.smtp.client.Fixtures.CONTENT;
import static org.postrider.smtp.client.Fixtures.EIGHT_BIT;
import static org.postrider.smtp.client.Fixtures.UTF8;
import static org.postrider.smtp.client.Fixtures.completed;
import static org.postrider.smtp.client.Fixtures.message;
import static org.postrider.smtp.client.Fixtures.ready;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.MailParameters;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;

/** What a peer's extensions, and the lack of them, do to a message. */
@Timeout(30)
class ExtensionsTest {
    private static final String EIGHT_BIT_CONTENT = "Subject: x\r\n\r\n\u00e9\r\n";

    private static Transaction sent(PoliteScript polite, OutgoingMessage message) {
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            Transaction transaction = connection.send(message);
            if (transaction instanceof Transaction.Refused) {
                assertThat(connection.reusable()).isTrue();
                assertThat(connection.transactions()).isZero();
                assertThat(peer.lines().getFirst().heard()).hasSize(1);
            }
            return transaction;
        }
    }

    @Test
    @Requirement({"conf-48", "RFC 1870 §4"})
    void doesNotSendWhatIsTooBig() {
        assertThat(sent(PoliteScript.offering("SIZE " + (CONTENT.length() - 1)), message("bob@p.example")))
                .isEqualTo(new Transaction.TooBig(CONTENT.length() - 1));
        completed(sent(PoliteScript.offering("SIZE " + CONTENT.length()), message("bob@p.example")));
    }

    @Test
    @Requirement({"conf-94", "RFC 6152 §3"})
    void doesNotSendEightBitsToWhoTakesSeven() {
        assertThat(sent(PoliteScript.offering("SIZE"), message(EIGHT_BIT, EIGHT_BIT_CONTENT, "bob@p.example")))
                .isEqualTo(new Transaction.NeedsEightBit());
    }

    @Test
    void sendsAsSevenBitsWhatWasDeclaredEightAndIsNot() {
        PoliteScript polite = PoliteScript.offering();
        completed(sent(polite, message(EIGHT_BIT, CONTENT, "bob@p.example")));
        assertThat(polite.awaitMessage().mail()).doesNotContain("BODY");
    }

    @Test
    void declaresEightBitsToWhoTakesThem() {
        PoliteScript polite = PoliteScript.offering("8BITMIME");
        completed(sent(polite, message(EIGHT_BIT, EIGHT_BIT_CONTENT, "bob@p.example")));
        assertThat(polite.awaitMessage().mail()).endsWith(" BODY=8BITMIME");
    }

    @Test
    @Requirement({"conf-97", "RFC 6531 §3.2"})
    void doesNotSendUtf8ToWhoDoesNotTakeIt() {
        assertThat(sent(
                        PoliteScript.offering("8BITMIME"),
                        message(UTF8, EIGHT_BIT_CONTENT, "a@p.example", "b@p.example")))
                .isEqualTo(new Transaction.NeedsSmtpUtf8(List.of(0, 1)));
    }

    @Test
    @Requirement("conf-97")
    void tellsWhichRecipientsAloneNeedUtf8() {
        assertThat(sent(PoliteScript.offering(), message("a@p.example", "j\u00f6rg@p.example")))
                .isEqualTo(new Transaction.NeedsSmtpUtf8(List.of(1)));
    }

    @Test
    void sendsWithoutUtf8WhatWasDeclaredAndDoesNotNeedIt() {
        PoliteScript polite = PoliteScript.offering();
        completed(sent(polite, message(UTF8, CONTENT, "a@p.example")));
        assertThat(polite.awaitMessage().mail()).isEqualTo("MAIL FROM:<alice@sender.example>");
    }

    @Test
    @Requirement({"conf-61", "RFC 3030 §3"})
    void doesNotSendBinaryToWhoDoesNotTakeIt() {
        for (String[] keywords : new String[][] {{}, {"CHUNKING"}, {"BINARYMIME"}}) {
            assertThat(sent(PoliteScript.offering(keywords), message(BINARY, CONTENT, "bob@p.example")))
                    .isEqualTo(new Transaction.NeedsBinary());
        }
    }

    @Test
    @Requirement({"conf-61", "conf-62", "RFC 3030 §2"})
    void sendsBinaryInChunksAsItIs() {
        PoliteScript polite = PoliteScript.offering("PIPELINING", "CHUNKING", "BINARYMIME");
        String content = ".\n\r\0\r\n.\r\n\nend".repeat(30_000);
        completed(sent(polite, message(BINARY, content, "bob@p.example")));
        PoliteScript.Message message = polite.awaitMessage();
        assertThat(message.mail()).endsWith(" BODY=BINARYMIME");
        assertThat(message.wire()).isEqualTo(content);
    }

    @Test
    @Requirement({"conf-41", "A5"})
    void sendsLongTextInChunksWithCleanLineEnds() {
        for (String[] keywords : new String[][] {{"CHUNKING"}, {"CHUNKING", "PIPELINING"}}) {
            PoliteScript polite = PoliteScript.offering(keywords);
            String content = ".line\r\n..\nother\r".repeat(100_000);
            Transaction.Completed completed =
                    completed(sent(polite, message(MailParameters.PLAIN, content, "bob@p.example")));
            assertThat(completed.answers()).allMatch(Transaction.Answer::accepted);
            assertThat(polite.awaitMessage().wire()).isEqualTo(".line\r\n..\r\nother\r\n".repeat(100_000));
        }
    }

    @Test
    void stopsAtTheFirstRefusedChunk() {
        for (String[] keywords : new String[][] {{"CHUNKING"}, {"CHUNKING", "PIPELINING"}}) {
            PoliteScript polite = PoliteScript.offering(keywords).answering("BDAT", "452 4.3.1 Full");
            byte[] content = new byte[3 << 20];
            try (FakePeer peer = FakePeer.playing(polite);
                    SmtpConnection connection = ready(peer)) {
                var answers = completed(connection.send(message(MailParameters.PLAIN, content, "bob@p.example")))
                        .answers();
                assertThat(answers).singleElement().matches(a -> a.reply().code() == 452);
                assertThat(peer.lines().getFirst().heard().stream().filter(l -> l.startsWith("BDAT")))
                        .hasSizeLessThanOrEqualTo(5);

                completed(connection.send(message("bob@p.example")));
                assertThat(peer.lines().getFirst().heard()).contains("RSET");
                assertThat(polite.awaitMessage().content()).isEqualTo(CONTENT);
            }
        }
    }

    @Test
    @Requirement({"conf-2", "RFC 5321 §3.8"})
    void waitsForNothingAfterAChunkWasAnsweredWithGoodbye() {
        for (String pipelining : new String[] {"250-XNOTHING", "250-PIPELINING"}) {
            FakePeer.Script leaving = line -> {
                line.say("220 peer.example");
                line.hear();
                line.say("250-peer.example", pipelining, "250-BINARYMIME", "250 CHUNKING");
                String command = line.hear();
                while (command != null && !command.startsWith("BDAT")) {
                    line.say("250 OK");
                    command = line.hear();
                }
                line.say("421 4.3.2 Going down");
                line.hearOut();
            };
            try (FakePeer peer = FakePeer.playing(leaving);
                    SmtpConnection connection = ready(peer)) {
                var answers = completed(connection.send(message(BINARY, new byte[90_000], "bob@p.example")))
                        .answers();
                assertThat(answers).singleElement().matches(a -> a.reply().code() == 421);
                assertThat(connection.reusable()).isFalse();
            }
        }
    }

    @Test
    @Requirement("K5")
    void countsTheLastChunkAsTheWholeMessageThoughNoReplyCameYet() {
        FakePeer.Script vanishing = line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250-peer.example", "250-PIPELINING", "250-BINARYMIME", "250 CHUNKING");
            for (String command = line.hear(); command != null; command = line.hear()) {
                if (command.startsWith("BDAT")) {
                    line.hearOctets(Integer.parseInt(command.split(" ", -1)[1]));
                } else {
                    line.say("250 OK");
                }
                if (command.endsWith(" LAST")) {
                    line.drop();
                    return;
                }
            }
        };
        try (FakePeer peer = FakePeer.playing(vanishing);
                SmtpConnection connection = ready(peer)) {
            assertThat(connection.send(message(BINARY, new byte[200_000], "bob@p.example")))
                    .isInstanceOfSatisfying(
                            Transaction.Broken.class,
                            broken -> assertThat(broken.contentSentWhole()).isTrue());
        }
    }

    @Test
    @Requirement("conf-86")
    void saysWhetherTheRequestForNoticesWentOn() {
        assertThat(completed(sent(PoliteScript.offering("DSN"), message("bob@p.example")))
                        .dsnPassedOn())
                .isTrue();
        assertThat(completed(sent(PoliteScript.offering(), message("bob@p.example")))
                        .dsnPassedOn())
                .isFalse();
    }

    @Test
    @Requirement({"conf-106", "RFC 9422 §4.2"})
    void sendsNoMoreRecipientsThanThePeerTakes() {
        assertThat(sent(PoliteScript.offering("LIMITS RCPTMAX=1"), message("a@p.example", "b@p.example")))
                .isEqualTo(new Transaction.TooManyRecipients(1));
    }

    @Test
    @Requirement({"conf-106", "RFC 9422 §4.1"})
    void sendsNoMoreMessagesThanThePeerTakes() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering("LIMITS MAILMAX=2"));
                SmtpConnection connection = ready(peer)) {
            completed(connection.send(message("a@p.example")));
            assertThat(connection.reusable()).isTrue();
            completed(connection.send(message("a@p.example")));
            assertThat(connection.reusable()).isFalse();
        }
    }

    @Test
    @Requirement({"conf-106", "RFC 9422 §4.3"})
    void sendsToNoMoreDomainsThanThePeerTakes() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering("LIMITS RCPTDOMAINMAX=1"));
                SmtpConnection connection = ready(peer)) {
            completed(connection.send(message("a@p.example", "b@p.example")));
            assertThat(connection.send(message("a@q.example"))).isEqualTo(new Transaction.TooManyDomains(1));
            completed(connection.send(message("c@p.example")));
        }
    }

    @Test
    void leavesNothingBehindWhereTheContentCannotBeRead() {
        byte[] beginning = "x".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
        InputStream failing = new SequenceInputStream(new ByteArrayInputStream(beginning), new GoneStream());
        OutgoingMessage message = new OutgoingMessage(
                Fixtures.SENDER,
                MailParameters.PLAIN,
                List.of(Fixtures.recipient("b@p.example")),
                90_000,
                () -> failing);
        PoliteScript polite = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            assertThat(connection.send(message))
                    .isEqualTo(new Transaction.ContentFailed("content unreadable: disk gone"));
            assertThat(connection.reusable()).isFalse();
            peer.ended(0);
            assertThat(polite.messages()).isEmpty();
        }
    }

    /** What is left of a file on a disk that failed. */
    private static final class GoneStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("disk gone");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("disk gone");
        }
    }
}
