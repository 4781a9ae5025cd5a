package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.mail.Domain;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.mailauth.sign.SigningDesk;
import org.postrider.policy.GreylistStore;
import org.postrider.policy.NameConfirmation;
import org.postrider.policy.Policy;
import org.postrider.policy.PolicySettings;
import org.postrider.policy.RecipientProbe;
import org.postrider.queue.Accepted;
import org.postrider.smtp.server.ContentSink;
import org.postrider.smtp.server.Greeted;
import org.postrider.smtp.server.Peer;
import org.postrider.smtp.server.Receptionist;
import org.postrider.smtp.server.StressLevel;
import org.postrider.spool.Durability;
import org.postrider.spool.Spool;
import org.postrider.testing.FakeResolver;

/** A reception with all that it works with, for tests: example.net is ours, 192.0.2.0/24 may relay. */
final class Lobby {
    static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");
    static final String STRANGER = "198.51.100.7";
    static final String FRIEND = "192.0.2.7";
    static final Domain HOST = new Domain("mx1.example.net");
    static final InetAddress OWN_ADDRESS = InetAddress.ofLiteral("203.0.113.1");

    final List<Accepted> queued = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final Spool spool;
    ReceptionSettings settings = settings(ListenerRole.MX);
    final FakeResolver dns = new FakeResolver().mx("example.org", 10, "mx.example.org");
    PolicySettings policySettings = PolicySettings.DEFAULT;
    NameConfirmation.Result reverseName = new NameConfirmation.Result.Private();

    @Nullable
    AuthenticityDesk authenticity;

    @Nullable
    SigningDesk signing;

    Forwarding forwarding = Forwarding.NONE;
    boolean queueFails;
    boolean listenersFail;
    int eventsWhenQueued;

    Lobby(Spool spool) {
        this.spool = spool;
    }

    static ReceptionSettings settings(ListenerRole role) {
        return new ReceptionSettings(
                HOST,
                role,
                Set.of(new Domain("example.net"), Domain.parse("bücher.example").orElseThrow()),
                List.of(Network.parse("192.0.2.0/24").orElseThrow()),
                true,
                Durability.FSYNC,
                3,
                ContentLimits.DEFAULT);
    }

    /** The same, where a client comes to its rights under TLS only. */
    static ReceptionSettings tlsFirst(ReceptionSettings rules) {
        return new ReceptionSettings(
                rules.host(),
                rules.role(),
                rules.localDomains(),
                rules.relayNetworks(),
                rules.trustsNetworks(),
                rules.durability(),
                rules.earlyTalk(),
                rules.nullSenderRecipientsMax(),
                rules.content(),
                true,
                rules.clientAuthorities());
    }

    Receptionist.Visit visit(String client) {
        Reception.Doors doors = new Reception.Doors(
                () -> NOW,
                spool,
                _ -> reverseName,
                policy(),
                new MailHostPool(),
                (accepted, _) -> queue(accepted),
                this::publish,
                null,
                authenticity,
                signing,
                () -> forwarding);
        InetSocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral(client), 40_000);
        return new Reception(() -> settings, doors).visit(new Peer(remote, new InetSocketAddress(OWN_ADDRESS, 25)));
    }

    private Policy policy() {
        return policy(dns, policySettings);
    }

    /** One whose look-ups go to {@code dns}. */
    static Policy policy(FakeResolver dns, PolicySettings settings) {
        Policy.Ports ports = new Policy.Ports(
                dns,
                () -> NOW,
                System::nanoTime,
                GreylistStore.NONE,
                (_, _, _) -> new RecipientProbe.Result.Failed("nobody to ask"),
                () -> StressLevel.CALM);
        return new Policy(ports, settings);
    }

    private void publish(Event event) {
        if (listenersFail) {
            throw new IllegalStateException("the listener is gone");
        }
        events.add(event);
    }

    private void queue(Accepted message) {
        eventsWhenQueued = events.size();
        if (queueFails) {
            throw new IllegalStateException("the queue is gone");
        }
        queued.add(message);
    }

    static Recipient recipient(String path) {
        return Recipient.of(
                MailboxGrammar.forwardPath(path, 0, HOST).orElseThrow().path());
    }

    static ReversePath reversePath(String path) {
        return MailboxGrammar.reversePath(path, 0).orElseThrow().path();
    }

    /** What RCPT gets, {@code null} for yes. */
    @Nullable
    Reply rcpt(String client, String path) {
        Receptionist.Visit visit = visit(client);
        ReversePath from = reversePath("<alice@example.org>");
        Reply refused = visit.sender(from, MailParameters.PLAIN, 0);
        return refused != null ? refused : visit.recipient(from, recipient(path));
    }

    static Envelope envelope(String... paths) {
        return new Envelope(
                reversePath("<alice@example.org>"),
                MailParameters.PLAIN,
                List.of(paths).stream().map(Lobby::recipient).toList());
    }

    static Greeted greeted(String name) {
        return new Greeted(Greeted.Verb.EHLO, name);
    }

    ContentSink.Completion deliver(Envelope envelope, String... content) {
        return deliver(STRANGER, envelope, content);
    }

    ContentSink.Completion deliver(String client, Envelope envelope, String... content) {
        Receptionist.Opened opened = visit(client).content(greeted("client.example.org"), envelope, 0);
        assertThat(opened).isInstanceOf(Receptionist.Opened.Place.class);
        try (ContentSink sink = ((Receptionist.Opened.Place) opened).sink()) {
            for (String slice : content) {
                byte[] octets = slice.getBytes(StandardCharsets.UTF_8);
                sink.write(octets, 0, octets.length);
            }
            return sink.end();
        }
    }

    Reply refused(Envelope envelope, String... content) {
        ContentSink.Completion completion = deliver(envelope, content);
        assertThat(completion).isInstanceOf(ContentSink.Completion.Refused.class);
        return ((ContentSink.Completion.Refused) completion).reply();
    }

    /** The content as it is in the spool after a message was taken. */
    String stored(Envelope envelope, String... content) throws IOException {
        return content(accepted(envelope, content));
    }

    QueueId accepted(Envelope envelope, String... content) {
        return accepted(STRANGER, envelope, content);
    }

    QueueId accepted(String client, Envelope envelope, String... content) {
        ContentSink.Completion completion = deliver(client, envelope, content);
        assertThat(completion).isInstanceOf(ContentSink.Completion.Accepted.class);
        return ((ContentSink.Completion.Accepted) completion).receipt().id();
    }

    String content(QueueId id) throws IOException {
        try (var in = spool.content(id)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
