package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;
import org.postrider.mail.QueueId;
import org.postrider.mail.TlsWish;
import org.postrider.queue.Attempt;
import org.postrider.queue.Outcome;
import org.postrider.queue.Routing;
import org.postrider.queue.Site;
import org.postrider.smtp.client.ClientSettings;
import org.postrider.testing.FakePeer;
import org.postrider.testing.FakeResolver;

/** A deliverer with a fake DNS, a fake spool and an engine that runs everything at once. */
final class Rig implements AutoCloseable {
    static final List<Network> LOOPBACK = List.of(
            Network.parse("127.0.0.0/8").orElseThrow(), Network.parse("::1/128").orElseThrow());
    static final ClientSettings PATIENT = ClientSettings.DEFAULT.within(Duration.ofSeconds(15));
    static final Domain EXAMPLE = new Domain("example.net");

    final FakeResolver dns = new FakeResolver();
    final StoredMail spool = new StoredMail();
    final List<Event> events = new CopyOnWriteArrayList<>();
    final Deliverer deliverer;

    Rig(RouteTable routes, Settings settings) {
        this(routes, settings, OutgoingTls.none());
    }

    Rig(RouteTable routes, Settings settings, OutgoingTls tls) {
        this(routes, settings, _ -> tls);
    }

    /** @param tls made with the rig's own DNS */
    Rig(RouteTable routes, Settings settings, Function<FakeResolver, OutgoingTls> tls) {
        Deliverer.Ports ports =
                new Deliverer.Ports(dns, spool, events::add, Runnable::run, () -> StoredMail.ARRIVED, System::nanoTime);
        deliverer = new Deliverer(ports, new Random(1), tls.apply(dns), routes, settings.made());
    }

    /** Settings under which MX records may lead to a fake peer. */
    static Settings to(FakePeer peer) {
        return to(peer.address().getPort());
    }

    static Settings to(int port) {
        return new Settings().mx(port, LOOPBACK).client(PATIENT);
    }

    static Rig by(FakePeer peer) {
        Rig rig = new Rig(RouteTable.EMPTY, to(peer));
        rig.dns.mx("example.net", 10, "mx.example.net").address("mx.example.net", "127.0.0.1");
        return rig;
    }

    Routing route(MailHost host) {
        return route(host, null);
    }

    Routing route(MailHost host, @Nullable String reroute) {
        CompletableFuture<Routing> routing = new CompletableFuture<>();
        deliverer.route(host, reroute, once(routing));
        return await(routing);
    }

    Site site(MailHost host) {
        return switch (route(host)) {
            case Routing.To(var site) -> site;
            case Routing.Hold other -> throw new AssertionError(other);
            case Routing.Discard other -> throw new AssertionError(other);
            case Routing.Unroutable other -> throw new AssertionError(other);
            case Routing.Unknown other -> throw new AssertionError(other);
        };
    }

    /** Attempts all recipients of a message at a site. */
    Outcome attempt(QueueId id, Site site) {
        int count = spool.find(id).orElseThrow().states().size();
        List<Integer> recipients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            recipients.add(i);
        }
        return attempt(new Attempt(id, recipients, site, "default", 1));
    }

    Outcome attempt(Attempt attempt) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        deliverer.attempt(attempt, once(outcome));
        return await(outcome);
    }

    /** The same, of a sender with a wish for TLS. */
    Outcome deliverWishing(TlsWish wish, String recipient) {
        QueueId id = spool.put(StoredMail.CONTENT, MailParameters.PLAIN.wishing(wish), recipient);
        return attempt(id, site(MailboxGrammar.mailbox(recipient).orElseThrow().host()));
    }

    /** Puts a message for these recipients, routes by the first one's host, and attempts it. */
    Outcome deliver(String... recipients) {
        QueueId id = spool.put(recipients);
        MailHost host = spool.find(id)
                .orElseThrow()
                .arrival()
                .envelope()
                .recipients()
                .getFirst()
                .mailbox()
                .host();
        return attempt(id, site(host));
    }

    /** What became of each recipient, as {@code Delivered 2.0.0}. */
    static List<String> results(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Answered.class);
        return ((Outcome.Answered) outcome)
                .results().stream()
                        .map(result -> result.getClass().getSimpleName() + " "
                                + result.diagnosis().status())
                        .toList();
    }

    private static <T> Consumer<T> once(CompletableFuture<T> future) {
        return value -> {
            if (!future.complete(value)) {
                throw new AssertionError("a second answer: " + value);
            }
        };
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        deliverer.close();
    }
}
