package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.dns.Answer;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.MailboxGrammar;
import org.postrider.queue.Routing;
import org.postrider.queue.Site;
import org.postrider.testing.Requirement;

@Timeout(20)
final class MxRoutingTest {
    private final Settings settings = new Settings()
            .identity(
                    "mx1.us.example",
                    Set.of(new Domain("mx1.us.example")),
                    List.of(new InetSocketAddress(InetAddress.ofLiteral("198.51.100.25"), 25)));

    private final Rig rig = new Rig(RouteTable.EMPTY, settings);

    @AfterEach
    void stop() {
        rig.close();
    }

    private Routing route() {
        return rig.route(Rig.EXAMPLE);
    }

    private static String status(Routing routing) {
        Diagnosis diagnosis = switch (routing) {
            case Routing.Unroutable(var why) -> why;
            case Routing.Unknown(var why) -> why;
            case Routing.To other -> throw new AssertionError(other);
            case Routing.Hold other -> throw new AssertionError(other);
            case Routing.Discard other -> throw new AssertionError(other);
        };
        return routing.getClass().getSimpleName() + " " + diagnosis.status();
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "conf-33"})
    void namesTheSiteAfterItsHosts() {
        rig.dns
                .mx("example.net", 20, "b.example")
                .mx("example.net", 10, "c.example")
                .mx("example.net", 20, "a.example");
        rig.dns
                .address("a.example", "192.0.2.1")
                .address("b.example", "192.0.2.2")
                .address("c.example", "192.0.2.3");

        assertThat(route()).isEqualTo(new Routing.To(new Site("mx:a.example,b.example,c.example")));
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "conf-33", "K2"})
    void takesTheDomainItselfOnlyWhereThereIsNoMxRecord() {
        rig.dns.address("example.net", "192.0.2.1");
        assertThat(route()).isEqualTo(new Routing.To(new Site("mx:example.net")));

        rig.dns.mx("other.example", 10, "gone.example").address("other.example", "192.0.2.1");
        assertThat(status(rig.route(new Domain("other.example")))).isEqualTo("Unroutable 5.4.4");
    }

    @Test
    @Requirement({"RFC 7505 §3", "conf-102", "K2"})
    void knowsTheNullMx() {
        rig.dns.mx("example.net", 0, ".").address("example.net", "192.0.2.1");

        assertThat(status(route())).isEqualTo("Unroutable 5.1.10");
    }

    @Test
    @Requirement("RFC 7505 §3")
    void ignoresANullMxBesideOthers() {
        rig.dns.mx("example.net", 0, ".").mx("example.net", 10, "a.example").address("a.example", "192.0.2.1");

        assertThat(route()).isEqualTo(new Routing.To(new Site("mx:a.example")));
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "K2"})
    void tellsNoSuchDomainForGood() {
        assertThat(status(route())).isEqualTo("Unroutable 5.1.2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVER_FAILURE", "REFUSED", "TIMEOUT", "MALFORMED", "UNREACHABLE"})
    @Requirement("K2")
    void takesEveryDnsFailureForTemporary(String failure) {
        rig.dns.failing("example.net", Answer.Failure.valueOf(failure));
        assertThat(status(route())).isEqualTo("Unknown 4.4.3");

        rig.dns.mx("other.example", 10, "mx.example").failing("mx.example", Answer.Failure.valueOf(failure));
        assertThat(status(rig.route(new Domain("other.example")))).isEqualTo("Unknown 4.4.3");
    }

    @Test
    @Requirement("K2")
    void takesAliasesInACircleForTemporary() {
        rig.dns
                .mx("example.net", 10, "a.example")
                .alias("a.example", "b.example")
                .alias("b.example", "a.example");

        assertThat(status(route())).isEqualTo("Unknown 4.4.3");
    }

    @Test
    @Requirement("K2")
    void considersAFewOfManyHosts() {
        for (int i = 0; i < 500; i++) {
            String host = "mx%03d.example".formatted(i);
            rig.dns.mx("example.net", i, host).address(host, "192.0.2.1");
        }

        assertThat(rig.site(Rig.EXAMPLE).name().split(",", -1)).hasSize(DeliverySettings.DEFAULT.hostsMax());
        assertThat(rig.dns.questions()).isLessThan(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.8.8",
                "10.1.2.3",
                "172.31.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fd00::1",
                "fe80::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "2002:a00:1::1",
                "::7f00:1"
            })
    @Requirement({"K1", "RFC 5321 §5.1"})
    void sendsNothingToPrivateAddresses(String address) {
        rig.dns.mx("example.net", 10, "inside.example").address("inside.example", address);

        assertThat(status(route())).isEqualTo("Unroutable 5.4.4");
    }

    @Test
    @Requirement("K1")
    void sendsToThePrivateAddressesThatAreAllowed() {
        rig.deliverer.configure(RouteTable.EMPTY, settings.mx(25, Rig.LOOPBACK).made());
        rig.dns.mx("example.net", 10, "inside.example").address("inside.example", "127.0.0.1");

        assertThat(route()).isInstanceOf(Routing.To.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[127.0.0.1]", "[10.0.0.1]", "[IPv6:::1]", "[IPv6:fd00::1]"})
    @Requirement("K1")
    void sendsNothingToPrivateAddressLiterals(String literal) {
        assertThat(status(rig.route(MailboxGrammar.addressLiteral(literal).orElseThrow())))
                .isEqualTo("Unroutable 5.4.4");
    }

    @Test
    void takesAddressLiterals() {
        MailHost literal = MailboxGrammar.addressLiteral("[IPv6:2001:db8::1]").orElseThrow();

        assertThat(rig.site(literal).name()).startsWith("mx:[IPv6:2001:db8:");
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "conf-33"})
    void dropsHostsThatAreNoBetterThanOurselves() {
        rig.dns.mx("example.net", 10, "first.example").address("first.example", "192.0.2.1");
        rig.dns.mx("example.net", 20, "mx1.us.example").address("mx1.us.example", "198.51.100.25");
        rig.dns.mx("example.net", 20, "equal.example").address("equal.example", "192.0.2.2");
        rig.dns.mx("example.net", 30, "worse.example").address("worse.example", "192.0.2.3");

        assertThat(route()).isEqualTo(new Routing.To(new Site("mx:first.example")));
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "K1"})
    void seesALoopByNameAndByAddress() {
        rig.dns.mx("example.net", 10, "mx1.us.example").address("mx1.us.example", "192.0.2.1");
        assertThat(status(route())).isEqualTo("Unroutable 5.4.6");

        rig.dns.mx("other.example", 10, "alias-of-us.example").address("alias-of-us.example", "198.51.100.25");
        assertThat(status(rig.route(new Domain("other.example")))).isEqualTo("Unroutable 5.4.6");

        MailHost literal = MailboxGrammar.addressLiteral("[198.51.100.25]").orElseThrow();
        assertThat(status(rig.route(literal))).isEqualTo("Unroutable 5.4.6");
    }

    @Test
    void asksTheDnsAgainOnlyWhenItsTimeIsOver() {
        rig.dns.mx("example.net", 10, "a.example").address("a.example", "192.0.2.1");
        route();
        int asked = rig.dns.questions();
        route();
        assertThat(rig.dns.questions()).isEqualTo(asked);

        rig.dns.ttl(Duration.ZERO).mx("other.example", 10, "a.example");
        rig.route(new Domain("other.example"));
        int askedWithoutTtl = rig.dns.questions();
        rig.route(new Domain("other.example"));
        assertThat(rig.dns.questions()).isGreaterThan(askedWithoutTtl);
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "conf-33"})
    void triesBetterHostsFirstAndEqualOnesInAnyOrder() {
        SiteHosts hosts = new SiteHosts(new ExpiringMap<>(10, System::nanoTime), new Random(7));
        Site site = new Site("mx:a.example,b.example,c.example,d.example");
        List<Exchanger> exchangers = List.of(
                new Exchanger(10, new Domain("d.example")),
                new Exchanger(20, new Domain("a.example")),
                new Exchanger(20, new Domain("b.example")),
                new Exchanger(30, new Domain("c.example")));
        hosts.remember(site, exchangers, Duration.ofHours(1));

        Set<MailHost> seconds = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            List<MailHost> order = hosts.inOrder(site);
            assertThat(order).hasSize(4);
            assertThat(order.getFirst()).isEqualTo(new Domain("d.example"));
            assertThat(order.getLast()).isEqualTo(new Domain("c.example"));
            seconds.add(order.get(1));
        }
        assertThat(seconds).hasSize(2);
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "conf-33"})
    void keepsThePreferencesThoughTheDnsGivesNoTimeOrFails() {
        AtomicLong nanos = new AtomicLong();
        SiteHosts hosts = new SiteHosts(new ExpiringMap<>(10, nanos::get), new Random(7));
        Site site = new Site("mx:a.example,b.example");
        MailHost first = new Domain("b.example");
        hosts.remember(
                site, List.of(new Exchanger(10, first), new Exchanger(20, new Domain("a.example"))), Duration.ZERO);
        assertThat(hosts.knows(site)).isTrue();

        nanos.addAndGet(SiteHosts.REMEMBERED_MIN.toNanos());
        assertThat(hosts.knows(site)).isFalse();
        hosts.keep(site);
        assertThat(hosts.knows(site)).as("asked again after a while only").isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(hosts.inOrder(site).getFirst()).isEqualTo(first);
        }
    }

    @Test
    void aFailedAddressDoesNotShortenWhatTheOthersHold() {
        rig.dns.mx("example.net", 10, "a.example").address("a.example", "192.0.2.1");
        rig.dns.mx("example.net", 20, "b.example").failing("b.example", Answer.Failure.TIMEOUT);
        route();
        int asked = rig.dns.questions();
        route();
        assertThat(rig.dns.questions()).isEqualTo(asked);
    }

    @Test
    void obeysAPersonsRouteFirst() {
        assertThat(rig.route(Rig.EXAMPLE, "smtp:192.0.2.1:26"))
                .isEqualTo(new Routing.To(new Site("smtp:192.0.2.1:26")));
        assertThat(rig.route(Rig.EXAMPLE, "hold")).isInstanceOf(Routing.Hold.class);
        assertThat(rig.route(Rig.EXAMPLE, "discard")).isInstanceOf(Routing.Discard.class);
        assertThat(status(rig.route(Rig.EXAMPLE, "nonsense"))).isEqualTo("Unknown 4.3.5");
    }
}
