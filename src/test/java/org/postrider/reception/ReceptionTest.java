package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.reception.Lobby.envelope;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.event.Event;
import org.postrider.mail.BodyType;
import org.postrider.mail.Domain;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.QueueId;
import org.postrider.mail.ReversePath;
import org.postrider.mail.TlsWish;
import org.postrider.message.HeaderLimits;
import org.postrider.queue.Accepted;
import org.postrider.smtp.server.ContentSink;
import org.postrider.smtp.server.Greeted;
import org.postrider.smtp.server.Receptionist;
import org.postrider.spool.Commit;
import org.postrider.spool.Durability;
import org.postrider.spool.RamSpool;
import org.postrider.spool.StoredMessage;
import org.postrider.testing.Requirement;

class ReceptionTest {
    private static final Envelope TO_BOB = envelope("<bob@example.net>");
    private static final String MESSAGE =
            "From: alice@example.org\r\nSubject: hello\r\nMessage-ID: <1@example.org>\r\n\r\nbody\r\n";

    private final FaultySpool spool = new FaultySpool(new RamSpool());
    private final Lobby lobby = new Lobby(spool);

    @Test
    @Requirement({"conf-15", "conf-25", "conf-27", "conf-30"})
    void storesTheMessageBehindItsTrace() throws IOException {
        lobby.reverseName = Optional.of(new Domain("ptr.example.org"));
        QueueId id = lobby.accepted(TO_BOB, MESSAGE);
        assertThat(lobby.content(id)).isEqualTo("""
            Received: from client.example.org (ptr.example.org [198.51.100.7])\r
            \tby mx1.example.net with ESMTP id %s\r
            \tfor <bob@example.net>;\r
            \tMon, 23 Nov 2026 21:00:00 +0000\r
            """.formatted(id.text()) + MESSAGE);
        StoredMessage stored = spool.find(id).orElseThrow();
        assertThat(stored.arrival().envelope()).isEqualTo(TO_BOB);
        assertThat(stored.arrival().origin()).isEqualTo("smtp 198.51.100.7 client.example.org");
        assertThat(stored.arrival().at()).isEqualTo(Lobby.NOW);
    }

    @Test
    void handsTheMessageToTheQueueAndTellsOfIt() {
        Envelope envelope = envelope("<bob@example.net>", "<eve@example.net>");
        QueueId id = lobby.accepted(envelope, MESSAGE);
        Accepted queued = lobby.queued.getFirst();
        assertThat(queued.id()).isEqualTo(id);
        assertThat(queued.recipients()).hasSize(2);
        assertThat(queued.recipients().get(0).host())
                .isSameAs(queued.recipients().get(1).host());
        assertThat(lobby.events).singleElement().isInstanceOfSatisfying(Event.Accepted.class, event -> {
            assertThat(event.recipients()).containsExactly("bob@example.net", "eve@example.net");
            assertThat(event.messageId()).isEqualTo("<1@example.org>");
            assertThat(event.subject()).isEqualTo("hello");
        });
    }

    @Test
    @Requirement("conf-40")
    void namesNoRecipientWhereThereAreSeveral() throws IOException {
        assertThat(lobby.stored(envelope("<bob@example.net>", "<eve@example.net>"), MESSAGE))
                .doesNotContain("for <");
    }

    @ParameterizedTest
    @CsvSource({"HELO,false,SMTP", "EHLO,false,ESMTP", "EHLO,true,UTF8SMTP", "LHLO,false,LMTP"})
    @Requirement("conf-27")
    void saysHowTheMessageCame(Greeted.Verb verb, boolean utf8, String with) throws IOException {
        MailParameters parameters = new MailParameters(BodyType.EIGHT_BIT_MIME, utf8, DsnReturn.UNSPECIFIED, null);
        Envelope envelope = new Envelope(ReversePath.NULL, parameters, TO_BOB.recipients());
        var opened = lobby.visit(Lobby.STRANGER).content(new Greeted(verb, "client.example.org"), envelope, 0);
        try (ContentSink sink = ((Receptionist.Opened.Place) opened).sink()) {
            var completion = (ContentSink.Completion.Accepted) sink.end();
            assertThat(lobby.content(completion.receipt().id())).contains(" with " + with + " id ");
        }
    }

    private TlsWish wish(TlsWish said, String fields) {
        Envelope envelope = new Envelope(TO_BOB.reversePath(), MailParameters.PLAIN.wishing(said), TO_BOB.recipients());
        QueueId id = lobby.accepted(envelope, fields + MESSAGE);
        try {
            return spool.find(id)
                    .orElseThrow()
                    .arrival()
                    .envelope()
                    .parameters()
                    .tls();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Requirement({"conf-105", "RFC 8689 §4.1"})
    void heedsTheHeaderOnTlsWhereMailSaidNothing() {
        String no = "TLS-Required: No\r\n";
        assertThat(wish(TlsWish.UNSPECIFIED, "")).isEqualTo(TlsWish.UNSPECIFIED);
        assertThat(wish(TlsWish.UNSPECIFIED, no)).isEqualTo(TlsWish.OPTIONAL);
        assertThat(wish(TlsWish.UNSPECIFIED, "tls-required:\r\n no\r\n")).isEqualTo(TlsWish.OPTIONAL);
        assertThat(wish(TlsWish.UNSPECIFIED, no + no)).isEqualTo(TlsWish.UNSPECIFIED);
        assertThat(wish(TlsWish.UNSPECIFIED, "TLS-Required: Yes\r\n")).isEqualTo(TlsWish.UNSPECIFIED);
        assertThat(wish(TlsWish.REQUIRED, no)).isEqualTo(TlsWish.REQUIRED);
    }

    @Test
    @Requirement({"E7", "conf-28", "RFC 5321 §6.3"})
    void breaksLoops() {
        String hop = "Received: from a by b; x\r\n";
        lobby.accepted(TO_BOB, hop.repeat(99) + MESSAGE);
        assertThat(lobby.refused(TO_BOB, hop.repeat(100) + MESSAGE).text()).startsWith("554 5.4.6 ");
        String own = "Received: from a\r\n\tby mx1.example.net with ESMTP id 1; x\r\n";
        lobby.accepted(TO_BOB, own.repeat(3) + MESSAGE);
        assertThat(lobby.refused(TO_BOB, own.repeat(4) + MESSAGE).text()).startsWith("554 5.4.6 ");
        assertThat(lobby.refused(TO_BOB, own.repeat(4)).text()).startsWith("554 5.4.6 ");
    }

    @Test
    @Requirement({"E2", "conf-23"})
    void refusesHeadersBeyondAllMeasure() {
        ReceptionSettings mx = Lobby.settings(ListenerRole.MX);
        ContentLimits limits = new ContentLimits(new HeaderLimits(10, 1_000, 5_000), 100, 3);
        lobby.settings = new ReceptionSettings(
                mx.host(), mx.role(), mx.localDomains(), mx.relayNetworks(), false, mx.durability(), 3, limits);
        assertThat(lobby.refused(TO_BOB, "X: " + "a".repeat(2_000), "\r\n\r\nbody")
                        .text())
                .startsWith("552 5.3.4 ");
        assertThat(lobby.refused(TO_BOB, "X: a\r\n".repeat(20), "\r\nbody").text())
                .startsWith("554 5.6.0 ");
        assertThat(spool.open).isZero();
    }

    @Test
    void tellsOfTheArrivalBeforeTheQueueCanDeliver() {
        lobby.accepted(TO_BOB, MESSAGE);
        assertThat(lobby.eventsWhenQueued).isEqualTo(1);
    }

    @Test
    @Requirement("conf-15")
    void staysWithItsWordWhenAListenerFails() {
        lobby.listenersFail = true;
        lobby.accepted(TO_BOB, MESSAGE);
        assertThat(lobby.queued).hasSize(1);
    }

    @Test
    void asksForTheListenersDurability() {
        ReceptionSettings mx = Lobby.settings(ListenerRole.MX);
        lobby.settings = new ReceptionSettings(
                mx.host(), mx.role(), mx.localDomains(), mx.relayNetworks(), false, Durability.OS, 3, mx.content());
        lobby.accepted(TO_BOB, MESSAGE);
        assertThat(spool.asked).isEqualTo(Durability.OS);
    }

    @Test
    void separatesATextWithoutHeaderFromOurTrace() throws IOException {
        assertThat(lobby.stored(TO_BOB, "just a text\r\n")).endsWith(" +0000\r\n\r\njust a text\r\n");
        assertThat(lobby.stored(TO_BOB, "\r\njust a text\r\n")).endsWith(" +0000\r\n\r\njust a text\r\n");
        assertThat(lobby.stored(TO_BOB)).endsWith(" +0000\r\n");
    }

    @Test
    @Requirement({"conf-82", "conf-30"})
    void completesMessagesOnlyWhereUsersHandThemIn() throws IOException {
        assertThat(lobby.stored(TO_BOB, "Subject: x\r\n\r\n")).doesNotContain("Date:", "Message-ID:");
        lobby.settings = Lobby.settings(ListenerRole.SUBMISSION);
        QueueId id = lobby.accepted(TO_BOB, "Subject: x\r\n\r\n");
        assertThat(lobby.content(id))
                .endsWith("Date: Mon, 23 Nov 2026 21:00:00 +0000\r\nMessage-ID: <" + id.text()
                        + "@mx1.example.net>\r\nSubject: x\r\n\r\n");
        assertThat(lobby.stored(TO_BOB, "DATE: long ago\r\nmessage-id: <1@x>\r\n\r\n"))
                .endsWith("+0000\r\nDATE: long ago\r\nmessage-id: <1@x>\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"FULL,452 4.3.1", "FAILED,451 4.3.0", "CLOSED,421 4.3.2"})
    @Requirement("L3")
    void answersARefusedCommit(Commit.Reason reason, String reply) {
        spool.refusals.add(reason);
        assertThat(lobby.refused(TO_BOB, MESSAGE).text()).startsWith(reply);
        assertThat(lobby.queued).isEmpty();
        assertThat(lobby.events).isEmpty();
        lobby.accepted(TO_BOB, MESSAGE);
    }

    @Test
    @Requirement("L3")
    void answersAtTheEndWhenTheDiskRefusesInTheMiddle() {
        spool.writesUntilFailure = 1;
        assertThat(lobby.refused(TO_BOB, MESSAGE, "more\r\n", "and more\r\n").text())
                .startsWith("451 4.3.0 ");
        assertThat(spool.open).isZero();
    }

    @Test
    @Requirement({"conf-45", "L3"})
    void saysAtOnceWhenThereIsNoRoom() {
        spool.fill = 0.9;
        spool.usedOctets = 900;
        Receptionist.Visit visit = lobby.visit(Lobby.STRANGER);
        ReversePath from = Lobby.reversePath("<alice@example.org>");
        assertThat(visit.sender(from, MailParameters.PLAIN, 50)).isNull();
        assertThat(String.valueOf(visit.sender(from, MailParameters.PLAIN, 200)))
                .startsWith("452 4.3.1 ");
        spool.fill = 1;
        assertThat(String.valueOf(lobby.visit(Lobby.STRANGER).sender(from, MailParameters.PLAIN, 0)))
                .startsWith("452 4.3.1 ");
    }

    @Test
    @Requirement("conf-15")
    void staysWithItsWordWhenTheQueueFails() throws IOException {
        lobby.queueFails = true;
        QueueId id = lobby.accepted(TO_BOB, MESSAGE);
        assertThat(spool.find(id)).isPresent();
        assertThat(lobby.events).hasSize(1);
    }

    @Test
    void forgetsAMessageThatDidNotEnd() {
        var opened = lobby.visit(Lobby.STRANGER).content(Lobby.greeted("c.example"), TO_BOB, 0);
        ((Receptionist.Opened.Place) opened).sink().close();
        assertThat(spool.open).isZero();
        assertThat(lobby.queued).isEmpty();
    }

    @Test
    @Requirement({"D1", "D2", "D3", "D4"})
    void takesStrangeAddressesAsPlainData() throws IOException {
        List<String> paths = List.of(
                "<\";sleep 66;\"@example.net>", "<a|b@example.net>", "<`id`@example.net>", "<${jndi}@example.net>");
        for (String path : paths) {
            assertThat(lobby.stored(envelope(path), MESSAGE)).contains("\r\n\tfor " + path + ";\r\n");
        }
        Greeted hostile = Lobby.greeted("foo\u00a0\u009b2J\"; {\"level\":\"x\"");
        var opened = lobby.visit(Lobby.STRANGER).content(hostile, TO_BOB, 0);
        try (ContentSink sink = ((Receptionist.Opened.Place) opened).sink()) {
            QueueId id =
                    ((ContentSink.Completion.Accepted) sink.end()).receipt().id();
            assertThat(lobby.content(id)).startsWith("Received: from [198.51.100.7] (unknown [198.51.100.7])\r\n");
            assertThat(spool.find(id).orElseThrow().arrival().origin())
                    .isEqualTo("smtp 198.51.100.7 foo??2J\";?{\"level\":\"x\"");
        }
    }

    @Test
    @Requirement({"conf-20", "H6"})
    void verifiesNobody() {
        assertThat(lobby.visit(Lobby.STRANGER).verify("bob").code()).isEqualTo(252);
    }

    @Test
    void takesTheSameMessageHoweverItIsCut() throws IOException {
        String[] octets = MESSAGE.split("");
        assertThat(lobby.stored(TO_BOB, octets)).endsWith(MESSAGE);
        assertThat(Collections.max(List.of(lobby.queued.size()))).isEqualTo(1);
    }

    @Test
    void tellsWhatPolicyFoundInTheHeaderAndTheEvent() throws IOException {
        Receptionist.Visit visit = lobby.visit(Lobby.STRANGER);
        ReversePath from = Lobby.reversePath("<alice@example.org>");
        visit.greeted(Lobby.greeted("pc"));
        assertThat(visit.sender(from, MailParameters.PLAIN, 0)).isNull();
        assertThat(visit.recipient(from, Lobby.recipient("<bob@example.net>"))).isNull();
        var opened = (Receptionist.Opened.Place) visit.content(Lobby.greeted("pc"), TO_BOB, 0);
        try (ContentSink sink = opened.sink()) {
            var completion = (ContentSink.Completion.Accepted) sink.end();
            assertThat(lobby.content(completion.receipt().id()))
                    .contains(
                            "\r\nPostrider-Policy: mx1.example.net;\r\n\treverse-name=tag (the address has no name);\r\n"
                                    + "\thelo=tag (<pc>: need a fully qualified host name);\r\n"
                                    + "\tsender=pass (example.org has an MX)\r\n");
        }
        assertThat(lobby.events)
                .singleElement()
                .isInstanceOfSatisfying(
                        Event.Accepted.class,
                        event -> assertThat(event.findings()).hasSize(3));
    }

    @Test
    void tellsOfEveryRefusalWhoeverMadeIt() {
        Receptionist.Visit visit = lobby.visit(Lobby.STRANGER);
        ReversePath from = Lobby.reversePath("<alice@nowhere.example>");
        visit.greeted(Lobby.greeted("client.example.org"));
        visit.sender(from, MailParameters.PLAIN, 0);
        assertThat(String.valueOf(visit.recipient(from, Lobby.recipient("<eve@elsewhere.example>"))))
                .startsWith("554 5.7.1 ");
        assertThat(String.valueOf(visit.recipient(from, Lobby.recipient("<bob@example.net>"))))
                .startsWith("550 5.1.8 ");
        assertThat(lobby.events)
                .extracting(event -> ((Event.Rejected) event).recipient() + " "
                        + ((Event.Rejected) event).findings().size())
                .containsExactly("eve@elsewhere.example 0", "bob@example.net 3");
    }

    @Test
    void friendsAreNotJudged() throws IOException {
        Receptionist.Visit visit = lobby.visit(Lobby.FRIEND);
        ReversePath from = Lobby.reversePath("<alice@nowhere.example>");
        visit.greeted(Lobby.greeted("pc"));
        assertThat(visit.sender(from, MailParameters.PLAIN, 0)).isNull();
        assertThat(visit.recipient(from, Lobby.recipient("<bob@example.net>"))).isNull();
        assertThat(lobby.dns.questions()).isZero();
    }
}
