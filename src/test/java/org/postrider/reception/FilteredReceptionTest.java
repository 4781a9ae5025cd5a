package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.filter.FakeMilter.packet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.event.Event;
import org.postrider.filter.DefaultAction;
import org.postrider.filter.FakeMilter;
import org.postrider.filter.FilterAddress;
import org.postrider.filter.FilterSettings;
import org.postrider.filter.Filters;
import org.postrider.filter.Timeouts;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.MailParameters;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.message.HeaderLimits;
import org.postrider.policy.NameConfirmation;
import org.postrider.policy.PolicySettings;
import org.postrider.queue.Accepted;
import org.postrider.smtp.server.ContentSink;
import org.postrider.smtp.server.Peer;
import org.postrider.smtp.server.Receptionist;
import org.postrider.spool.LogSpool;
import org.postrider.spool.Spool;
import org.postrider.spool.SpoolSettings;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** What filters say of a message becomes what the spool, the queue and the mail log know of it. */
@Timeout(30)
class FilteredReceptionTest {
    private static final String MESSAGE = "Subject: hello\r\n\r\nbody\r\n";
    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private final List<Event> events = new ArrayList<>();
    private final List<Accepted> queued = new ArrayList<>();
    private FakeMilter milter;
    private Filters filters;
    private Spool spool;

    @SuppressWarnings("NullAway.Init") // set before each test
    FilteredReceptionTest() {}

    @BeforeEach
    void start() throws IOException {
        milter = new FakeMilter();
        filters =
                new Filters(directory.resolve("filter"), InstantSource.fixed(Lobby.NOW), System::nanoTime, events::add);
        open();
    }

    private void open() throws IOException {
        spool = LogSpool.open(directory.resolve("spool"), SpoolSettings.DEFAULT, InstantSource.fixed(Lobby.NOW));
    }

    @AfterEach
    void stop() {
        spool.close();
        filters.close();
        milter.close();
    }

    private ContentSink.Completion deliver(ListenerRole role, String content) {
        FilterSettings settings = new FilterSettings(
                List.of(new FilterSettings.Milter(
                        "fake",
                        new FilterAddress(milter.address()),
                        new Timeouts(WAIT, WAIT, WAIT),
                        DefaultAction.TEMPFAIL)),
                Optional.empty(),
                10_000_000,
                HeaderLimits.DEFAULT);
        Reception reception = new Reception(
                () -> Lobby.settings(role),
                new Reception.Doors(
                        () -> Lobby.NOW,
                        spool,
                        _ -> new NameConfirmation.Result.Private(),
                        Lobby.policy(new FakeResolver(), PolicySettings.DEFAULT),
                        new MailHostPool(),
                        (accepted, _) -> queued.add(accepted),
                        events::add,
                        null,
                        null,
                        null),
                () -> Optional.of(filters.session(settings)));
        Receptionist.Visit visit = reception.visit(new Peer(
                new InetSocketAddress(InetAddress.ofLiteral(Lobby.FRIEND), 40_000),
                new InetSocketAddress(Lobby.OWN_ADDRESS, 25)));
        visit.greeted(Lobby.greeted("client.example.org"));
        var envelope = Lobby.envelope("<bob@example.net>", "<eve@example.net>");
        assertThat(visit.sender(envelope.reversePath(), MailParameters.PLAIN, 0))
                .isNull();
        for (Recipient recipient : envelope.recipients()) {
            assertThat(visit.recipient(envelope.reversePath(), recipient)).isNull();
        }
        var opened = (Receptionist.Opened.Place) visit.content(Lobby.greeted("client.example.org"), envelope, 0);
        try (ContentSink sink = opened.sink()) {
            byte[] octets = content.getBytes(StandardCharsets.UTF_8);
            sink.write(octets, 0, octets.length);
            return sink.end();
        } finally {
            visit.left();
        }
    }

    private QueueId accepted(String content) {
        return ((ContentSink.Completion.Accepted) deliver(ListenerRole.MX, content))
                .receipt()
                .id();
    }

    private String stored(QueueId id) throws IOException {
        try (var in = spool.content(id)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void storesTheEditedMessageBehindItsTrace() throws IOException {
        milter.answers('E', packet('h', "X-Seen\0yes\0"), packet('b', "other"), packet('c', ""));
        assertThat(stored(accepted(MESSAGE)))
                .startsWith("Received: ")
                .endsWith(" +0000\r\nSubject: hello\r\nX-Seen: yes\r\n\r\nother\r\n");
        assertThat(queued).hasSize(1);
    }

    @Test
    void leavesWhatIsNotEditedAsItCame() throws IOException {
        for (String content : List.of(
                MESSAGE,
                "just a text\r\n",
                "\r\njust a text\r\n",
                "A: b\r\nno field\r\n",
                "A: b\r\n",
                "A : b\r\n\tc\r\n\r\n",
                "A: b\r\n\r\n" + "0123456789\r\n".repeat(60_000))) {
            String separator = content.startsWith("just") ? "\r\n" : "";
            String stored = stored(accepted(content));
            assertThat(stored.substring(stored.indexOf(" +0000\r\n"))).isEqualTo(" +0000\r\n" + separator + content);
        }
    }

    @Test
    void showsFiltersWhatSubmissionAdds() throws IOException {
        assertThat(deliver(ListenerRole.SUBMISSION, MESSAGE)).isInstanceOf(ContentSink.Completion.Accepted.class);
        assertThat(milter.seen)
                .anyMatch(seen -> seen.startsWith("L Message-ID|<"))
                .anyMatch(seen -> seen.startsWith("L Date|"));
    }

    @Test
    void aDiscardedMessageIsSettledInTheRecordThatMadeItDurable() throws IOException {
        milter.answers('E', packet('d', ""));
        QueueId small = accepted(MESSAGE);
        QueueId large = accepted("A: b\r\n\r\n" + "0123456789\r\n".repeat(60_000));
        assertThat(queued).isEmpty();
        assertThat(events.stream().filter(Event.Removed.class::isInstance)).hasSize(4);
        assertThat(events.getFirst()).isInstanceOf(Event.Accepted.class);
        assertThat(spool.find(small)).isEmpty();
        spool.close();
        open();
        assertThat(spool.find(small)).isEmpty();
        assertThat(spool.find(large)).isEmpty();
        assertThat(spool.condition().messages()).isZero();
    }

    @Test
    void aQuarantinedMessageIsHeldFromTheBeginning() throws IOException {
        milter.answers('E', packet('-', "<eve@example.net>\0"), packet('q', "smells\0"), packet('c', ""));
        QueueId id = accepted(MESSAGE);
        assertThat(queued.getFirst().recipients().getFirst().state()).isInstanceOf(RecipientState.Held.class);
        assertThat(events).anyMatch(Event.Held.class::isInstance).anyMatch(Event.Removed.class::isInstance);
        spool.close();
        open();
        var states = spool.find(id).orElseThrow().states();
        assertThat(states.get(0).orElseThrow()).isInstanceOf(RecipientState.Held.class);
        assertThat(states.get(1).orElseThrow()).isInstanceOf(RecipientState.Removed.class);
    }

    @Test
    @Requirement("L7")
    void aFilterThatDiesAmidItsEditsLeavesNothingInTheSpool() throws IOException {
        milter.answers('E', packet('b', "half"), packet('Z', ""));
        assertThat(deliver(ListenerRole.MX, MESSAGE))
                .isInstanceOfSatisfying(
                        ContentSink.Completion.Refused.class,
                        refused -> assertThat(refused.reply().text())
                                .isEqualTo("451 4.7.1 Service unavailable - try again later"));
        assertThat(spool.condition().messages()).isZero();
        assertThat(queued).isEmpty();
    }
}
