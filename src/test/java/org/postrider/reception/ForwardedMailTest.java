package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.BodyType;
import org.postrider.mail.Domain;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.mailauth.srs.Srs;
import org.postrider.spool.RamSpool;
import org.postrider.testing.Requirement;

/** Those whom mail is forwarded to stand in the envelope for those whom it was for, and rewritten senders go back. */
@Timeout(30)
final class ForwardedMailTest {
    private static final String LETTER = "From: alice@example.org\r\n\r\nhello\r\n";
    private static final Srs SRS = new Srs(List.of("a secret of these tests"), Lobby.HOST, 21);

    private final RamSpool spool = new RamSpool();
    private final Lobby lobby = new Lobby(spool);

    private static Mailbox mailbox(String text) {
        return MailboxGrammar.mailbox(text).orElseThrow();
    }

    /** Each line is an address, or a domain, and where its mail goes. */
    private void forwarding(Optional<Srs> srs, String... lines) {
        Map<Mailbox, List<Mailbox>> addresses = new HashMap<>();
        Map<Domain, List<Mailbox>> domains = new HashMap<>();
        for (String line : lines) {
            List<String> words = List.of(line.split(" ", -1));
            List<Mailbox> targets =
                    words.stream().skip(1).map(ForwardedMailTest::mailbox).toList();
            if (words.getFirst().contains("@")) {
                addresses.put(mailbox(words.getFirst()), targets);
            } else {
                domains.put(new Domain(words.getFirst()), targets);
            }
        }
        Domain ours = new Domain("example.net");
        lobby.forwarding = new Forwarding(
                addresses,
                domains,
                Map.of(ours, '+'),
                srs,
                Set.of(ours, Lobby.HOST),
                host -> host.equals(ours),
                Optional.empty());
    }

    private Envelope stored(String client, Envelope envelope) throws IOException {
        QueueId id = lobby.accepted(client, envelope, LETTER);
        return spool.find(id).orElseThrow().arrival().envelope();
    }

    private List<String> recipients(String... paths) throws IOException {
        return texts(stored(Lobby.STRANGER, Lobby.envelope(paths)));
    }

    private static List<String> texts(Envelope envelope) {
        return envelope.recipients().stream().map(each -> each.mailbox().text()).toList();
    }

    @Test
    void targetsComeInThePlaceOfTheAddress() throws IOException {
        forwarding(Optional.empty(), "info@example.net x@elsewhere.example y@elsewhere.example");
        assertThat(recipients("<bob@example.net>", "<INFO@example.net>"))
                .containsExactly("bob@example.net", "x@elsewhere.example", "y@elsewhere.example");
        assertThat(lobby.queued.getFirst().recipients()).hasSize(3);
        assertThat(recipients("<info+news@example.net>")).containsExactly("x@elsewhere.example", "y@elsewhere.example");
    }

    @Test
    void anAddressGoesBeforeItsDomain() throws IOException {
        forwarding(Optional.empty(), "info@other.example x@elsewhere.example", "other.example all@elsewhere.example");
        assertThat(recipients("<info@other.example>", "<eve@other.example>", "<bob@other.example>"))
                .containsExactly("x@elsewhere.example", "all@elsewhere.example");
    }

    @Test
    void whoComesUpTwiceGetsOneCopy() throws IOException {
        forwarding(
                Optional.empty(),
                "info@example.net x@elsewhere.example bob@example.net",
                "sales@example.net x@elsewhere.example x@elsewhere.example");
        assertThat(recipients("<bob@example.net>", "<info@example.net>", "<sales@example.net>"))
                .containsExactly("bob@example.net", "x@elsewhere.example");
    }

    @Test
    void forwardsLeadOnAndCirclesEnd() throws IOException {
        forwarding(
                Optional.empty(),
                "a@example.net b@example.net",
                "b@example.net c@example.net x@elsewhere.example",
                "c@example.net a@example.net",
                "self@example.net self@example.net x@elsewhere.example");
        assertThat(recipients("<a@example.net>")).containsExactly("a@example.net", "x@elsewhere.example");
        assertThat(recipients("<self@example.net>")).containsExactly("self@example.net", "x@elsewhere.example");
    }

    @Test
    void aChainOfForwardsIsFollowedSoFarAndNoFarther() throws IOException {
        List<String> chain = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            chain.add("f" + i + "@example.net f" + (i + 1) + "@example.net");
        }
        forwarding(Optional.empty(), chain.toArray(String[]::new));
        assertThat(recipients("<f0@example.net>")).singleElement().isEqualTo("f11@example.net");
    }

    @Test
    void moreRecipientsThanAMessageMayHaveAreRefused() {
        forwarding(Optional.empty(), toMany("g1"), toMany("g2"));
        Reply refused = lobby.refused(Lobby.envelope("<g1@example.net>", "<g2@example.net>"), LETTER);
        assertThat(refused.toString()).contains("452").contains("4.5.3");
    }

    private static String toMany(String name) {
        StringBuilder line = new StringBuilder(name + "@example.net");
        for (int i = 0; i < 6_000; i++) {
            line.append(' ').append(name).append('-').append(i).append("@elsewhere.example");
        }
        return line.toString();
    }

    @Test
    @Requirement({"RFC 3461 §5.2.7.2", "RFC 3461 §5.2.7.3", "RFC 3461 §5.2.1"})
    void whatRcptSaidGoesOn() throws IOException {
        forwarding(
                Optional.empty(),
                "one@example.net x@elsewhere.example",
                "two@example.net y@elsewhere.example z@elsewhere.example");
        OriginalRecipient original = new OriginalRecipient("rfc822", "list@far.example");
        DsnNotify wanted = new DsnNotify(true, true, false);
        Envelope envelope = new Envelope(
                Lobby.reversePath("<alice@example.org>"),
                new MailParameters(BodyType.SEVEN_BIT, false, MailParameters.PLAIN.dsnReturn(), "id-1"),
                List.of(
                        new Recipient(Lobby.recipient("<one@example.net>").forwardPath(), wanted, original),
                        new Recipient(Lobby.recipient("<two@example.net>").forwardPath(), wanted, null)));
        Envelope stored = stored(Lobby.STRANGER, envelope);
        OriginalRecipient two = new OriginalRecipient("rfc822", "two@example.net");
        assertThat(stored.parameters().envelopeId()).isEqualTo("id-1");
        assertThat(stored.recipients().stream().map(Recipient::dsnNotify))
                .containsExactly(wanted, wanted, new DsnNotify(false, true, false));
        assertThat(stored.recipients().stream().map(Recipient::original)).containsExactly(original, two, two);
    }

    @Test
    void theReceivedFieldNamesWhomTheClientNamed() throws IOException {
        forwarding(Optional.empty(), "info@example.net x@elsewhere.example");
        assertThat(lobby.stored(Lobby.envelope("<info@example.net>"), LETTER))
                .contains("for <info@example.net>")
                .doesNotContain("elsewhere");
    }

    @Test
    void aStrangersSenderIsRewrittenWhereItsMailGoesElsewhere() throws IOException {
        forwarding(Optional.of(SRS), "info@example.net x@elsewhere.example", "in@example.net bob@example.net");
        Envelope elsewhere = stored(Lobby.STRANGER, Lobby.envelope("<info@example.net>"));
        assertThat(elsewhere.reversePath().text()).matches("SRS0=....=JM=example.org=alice@mx1.example.net");
        assertThat(stored(Lobby.STRANGER, Lobby.envelope("<in@example.net>"))
                        .reversePath()
                        .text())
                .isEqualTo("alice@example.org");
        assertThat(stored(Lobby.FRIEND, Lobby.envelope("<info@example.net>"))
                        .reversePath()
                        .text())
                .isEqualTo("alice@example.org");
    }

    @Test
    void bouncesAndOurOwnSendersStay() throws IOException {
        forwarding(Optional.of(SRS), "info@example.net x@elsewhere.example");
        for (String sender : List.of("<>", "<bob@example.net>", "<" + "y".repeat(60) + "@example.org>")) {
            ReversePath path = Lobby.reversePath(sender);
            Envelope envelope =
                    new Envelope(path, MailParameters.PLAIN, List.of(Lobby.recipient("<info@example.net>")));
            assertThat(stored(Lobby.STRANGER, envelope).reversePath()).isEqualTo(path);
        }
    }

    @Test
    void aBounceGoesBackToTheSender() throws IOException {
        forwarding(Optional.of(SRS));
        Mailbox alice = mailbox("alice@example.org");
        String made = SRS.rewritten(alice, Lobby.NOW).orElseThrow().text();
        assertThat(lobby.rcpt(Lobby.STRANGER, "<" + made + ">")).isNull();
        Envelope bounce =
                new Envelope(ReversePath.NULL, MailParameters.PLAIN, List.of(Lobby.recipient("<" + made + ">")));
        Envelope stored = stored(Lobby.STRANGER, bounce);
        assertThat(texts(stored)).containsExactly("alice@example.org");
        assertThat(stored.reversePath().isNull()).isTrue();
    }

    @Test
    void aRewrittenSenderThatIsForgedOrOldIsRefused() {
        forwarding(Optional.of(SRS));
        Mailbox alice = mailbox("alice@example.org");
        String old = SRS.rewritten(alice, Lobby.NOW.minusSeconds(22 * 86_400))
                .orElseThrow()
                .text();
        assertThat(lobby.rcpt(Lobby.STRANGER, "<" + old + ">"))
                .asString()
                .contains("550")
                .contains("5.7.1");
        assertThat(lobby.rcpt(Lobby.STRANGER, "<SRS0=AAAA=JM=example.org=alice@mx1.example.net>"))
                .asString()
                .contains("550")
                .contains("5.1.1");
    }

    @Test
    void contentIsAsItCame() throws IOException {
        forwarding(Optional.of(SRS), "info@example.net x@elsewhere.example");
        String stored = lobby.stored(Lobby.envelope("<info@example.net>"), LETTER);
        assertThat(stored.getBytes(StandardCharsets.UTF_8)).endsWith(LETTER.getBytes(StandardCharsets.UTF_8));
    }
}
