package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.dns.Answer;
import org.postrider.dns.DnsName;
import org.postrider.dns.DnsResolver;
import org.postrider.dns.DnsSettings;
import org.postrider.dns.Family;
import org.postrider.dns.Mx;
import org.postrider.dns.Resolver;
import org.postrider.dns.Tlsa;
import org.postrider.event.Events;
import org.postrider.mail.Domain;
import org.postrider.mail.QueueId;
import org.postrider.queue.Attempt;
import org.postrider.queue.Outcome;
import org.postrider.queue.Routing;
import org.postrider.queue.Site;
import org.postrider.testing.FakeDnsServer;
import org.postrider.testing.FakePeer;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.PoliteScript;

@Timeout(60)
final class DelivererTest {

    @Test
    void actsOnNewRoutesAtOnce() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            assertThat(rig.site(Rig.EXAMPLE).name()).isEqualTo("mx:mx.example.net");

            RouteTable.Rule all = new RouteTable.Rule(new RouteTable.Pattern.All(), new Route.Discard());
            rig.deliverer.configure(
                    new RouteTable(List.of(all), Map.of()), Rig.to(peer).made());
            assertThat(rig.route(Rig.EXAMPLE)).isInstanceOf(Routing.Discard.class);
        }
    }

    /** A DNS whose first answer for an MX waits. */
    private record SlowDns(FakeResolver dns, CountDownLatch asked, CountDownLatch go) implements Resolver {
        @Override
        public Answer<Mx> mx(Domain name) {
            if (asked.getCount() > 0) {
                asked.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return dns.mx(name);
        }

        @Override
        public Answer<DnsName> exchangers(DnsName name) {
            return dns.exchangers(name);
        }

        @Override
        public Answer<InetAddress> addresses(Domain name, Family family) {
            return dns.addresses(name, family);
        }

        @Override
        public Answer<InetAddress> addresses(DnsName name, Family family) {
            return dns.addresses(name, family);
        }

        @Override
        public Answer<String> txt(Domain name) {
            return dns.txt(name);
        }

        @Override
        public Answer<String> txt(DnsName name) {
            return dns.txt(name);
        }

        @Override
        public Answer<Tlsa> tlsa(Domain host, int port) {
            return dns.tlsa(host, port);
        }

        @Override
        public Answer<Domain> alias(Domain name) {
            return dns.alias(name);
        }

        @Override
        public Answer<Domain> ptr(InetAddress address) {
            return dns.ptr(address);
        }
    }

    @Test
    void asksAgainUnderNewSettingsThoughALookUpIsUnderWay() throws InterruptedException {
        FakeResolver dns =
                new FakeResolver().mx("example.net", 10, "mx.example.net").address("mx.example.net", "127.0.0.1");
        SlowDns slow = new SlowDns(dns, new CountDownLatch(1), new CountDownLatch(1));
        Deliverer.Ports ports = new Deliverer.Ports(
                slow, new StoredMail(), _ -> {}, Runnable::run, () -> StoredMail.ARRIVED, System::nanoTime);
        try (Deliverer deliverer = new Deliverer(
                ports,
                new Random(1),
                OutgoingTls.none(),
                RouteTable.EMPTY,
                Rig.to(25).made())) {
            CompletableFuture<Routing> before = new CompletableFuture<>();
            deliverer.route(Rig.EXAMPLE, null, before::complete);
            slow.asked.await();
            deliverer.configure(
                    RouteTable.EMPTY,
                    Rig.to(25)
                            .identity("us.example", Set.of(new Domain("mx.example.net")), List.of())
                            .made());
            CompletableFuture<Routing> after = new CompletableFuture<>();
            deliverer.route(Rig.EXAMPLE, null, after::complete);
            assertThat(after.orTimeout(20, TimeUnit.SECONDS).join()).isInstanceOf(Routing.Unroutable.class);
            slow.go.countDown();
            assertThat(before.orTimeout(20, TimeUnit.SECONDS).join()).isInstanceOf(Routing.To.class);
        }
    }

    @Test
    void triesNothingWithoutContent() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            Site site = rig.site(Rig.EXAMPLE);
            assertThat(rig.attempt(new Attempt(new QueueId(99), List.of(0), site, "default", 1)))
                    .isInstanceOf(Outcome.NotTried.class);

            rig.spool.breakContent();
            assertThat(rig.deliver("a@example.net")).isInstanceOf(Outcome.NotTried.class);
        }
    }

    @Test
    void answersOnceEvenWhenMemoryRunsOut() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            rig.spool.explode();

            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Unanswered 4.3.0");
        }
    }

    @Test
    void takesNoAttemptsWhenItIsClosing() throws InterruptedException {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            Site site = rig.site(Rig.EXAMPLE);
            assertThat(rig.deliverer.drain(Duration.ofSeconds(5))).isTrue();

            assertThat(rig.attempt(rig.spool.put("a@example.net"), site)).isInstanceOf(Outcome.NotTried.class);
        }
    }

    @Test
    void tellsNobodyTwiceWhenTheListenerFails() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering())) {
            FakeResolver dns = new FakeResolver().address("example.net", "127.0.0.1");
            StoredMail spool = new StoredMail();
            Events failing = event -> {
                throw new IllegalStateException("as told, of " + event);
            };
            Deliverer.Ports ports =
                    new Deliverer.Ports(dns, spool, failing, Runnable::run, () -> StoredMail.ARRIVED, System::nanoTime);
            try (Deliverer deliverer = new Deliverer(
                    ports,
                    new Random(1),
                    OutgoingTls.none(),
                    RouteTable.EMPTY,
                    Rig.to(peer).made())) {
                CompletableFuture<Outcome> outcome = new CompletableFuture<>();
                QueueId id = spool.put("a@example.net");
                deliverer.attempt(
                        new Attempt(id, List.of(0), new Site("mx:example.net"), "default", 1), outcome::complete);

                assertThat(Rig.results(outcome.orTimeout(20, TimeUnit.SECONDS).join()))
                        .containsExactly("Delivered 2.0.0");
            }
        }
    }

    @Test
    void deliversWithAnswersOfARealDnsServer() {
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(polite);
                FakeDnsServer dns = FakeDnsServer.start()) {
            dns.add("example.net", 0, "MX", "10 mx.example.net.").add("mx.example.net", 0, "A", "127.0.0.1");
            DnsSettings asking = DnsSettings.DEFAULT.withServers(List.of(dns.address()));
            StoredMail spool = new StoredMail();
            Deliverer.Ports ports = new Deliverer.Ports(
                    new DnsResolver(asking, System::nanoTime),
                    spool,
                    _ -> {},
                    Runnable::run,
                    () -> StoredMail.ARRIVED,
                    System::nanoTime);
            try (Deliverer deliverer = new Deliverer(
                    ports,
                    new Random(1),
                    OutgoingTls.none(),
                    RouteTable.EMPTY,
                    Rig.to(peer).made())) {
                CompletableFuture<Routing> routing = new CompletableFuture<>();
                deliverer.route(Rig.EXAMPLE, null, routing::complete);
                Routing.To to =
                        (Routing.To) routing.orTimeout(20, TimeUnit.SECONDS).join();
                deliverer.attempt(
                        new Attempt(spool.put("a@example.net"), List.of(0), to.site(), "default", 1), _ -> {});

                assertThat(polite.awaitMessage().recipients()).hasSize(1);
            }
        }
    }
}
