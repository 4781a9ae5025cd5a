package org.postrider.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postrider.mail.Domain;
import org.postrider.testing.FakeDnsServer;
import org.postrider.testing.FakeDnsServer.Behaviour;
import org.postrider.testing.Requirement;
import org.xbill.DNS.Name;
import org.xbill.DNS.ReverseMap;

final class DnsResolverTest extends ResolverContract {
    private final FakeDnsServer server = FakeDnsServer.start();
    private final AtomicLong nanos = new AtomicLong();
    private final DnsSettings settings =
            DnsSettings.DEFAULT.withServers(List.of(server.address())).withTries(Duration.ofSeconds(5), 1);
    private final DnsResolver resolver = new DnsResolver(settings, nanos::get);

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    Resolver resolver() {
        return resolver;
    }

    @Override
    void givenMx(String domain, int preference, String host) {
        server.add(domain, 300, "MX", preference + " " + (host.equals(".") ? "." : host + "."));
    }

    @Override
    void givenAddress(String host, String address) {
        server.add(host, 300, address.contains(":") ? "AAAA" : "A", address);
    }

    @Override
    void givenText(String name, String text) {
        server.add(name, 300, "TXT", "\"" + text + "\"");
    }

    @Override
    void givenPointer(String address, String name) {
        server.add(ReverseMap.fromAddress(InetAddress.ofLiteral(address)).toString(), 300, "PTR", name + ".");
    }

    @Override
    void givenAlias(String name, String target) {
        server.add(name, 300, "CNAME", target + ".");
    }

    @Override
    void givenTlsa(String host, String record) {
        server.add("_25._tcp." + host, 300, "TLSA", record);
    }

    @Test
    @Requirement("K3")
    void aRecordWithoutDataIsAFailureAndNotTheLackOfOne() {
        server.addEmpty("_25._tcp.mx.example.net", "TLSA").addEmpty("example.net", "MX");

        assertThat(resolver.tlsa(new Domain("mx.example.net"), 25)).isInstanceOf(Answer.Failed.class);
        assertThat(resolver.mx(NAME)).isInstanceOf(Answer.Failed.class);
    }

    @Override
    void givenFailure(String name, Answer.Failure failure) {
        server.behave(name, failure == Answer.Failure.REFUSED ? Behaviour.REFUSED : Behaviour.SERVFAIL);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    @Requirement("RFC 1035 §3.2.1")
    void remembersAnAnswerForItsTtl() {
        server.add("example.net", 300, "MX", "10 mx.example.net.");

        found(resolver.mx(NAME));
        pass(Duration.ofSeconds(100));
        Answer.Found<Mx> again = (Answer.Found<Mx>) resolver.mx(NAME);
        assertThat(again.ttl()).isEqualTo(Duration.ofSeconds(200));
        assertThat(server.questions()).hasSize(1);

        pass(Duration.ofSeconds(200));
        found(resolver.mx(NAME));
        assertThat(server.questions()).hasSize(2);
    }

    @Test
    @Requirement("RFC 1035 §3.2.1")
    void neverRemembersWhatHasNoTtl() {
        server.add("example.net", 0, "A", "192.0.2.1");
        found(resolver.addresses(NAME, Family.IPV4));

        server.remove("example.net").add("example.net", 0, "A", "192.0.2.2");

        assertThat(found(resolver.addresses(NAME, Family.IPV4))).containsExactly(InetAddress.ofLiteral("192.0.2.2"));
    }

    @Test
    @Requirement("RFC 2308 §5")
    void remembersNegativeAnswersAsLongAsTheZoneSays() {
        server.negativeTtl(30);

        assertThat(resolver.mx(NAME)).isEqualTo(new Answer.NoSuchName<Mx>(Duration.ofSeconds(30), false));
        pass(Duration.ofSeconds(29));
        resolver.mx(NAME);
        assertThat(server.questions()).hasSize(1);

        pass(Duration.ofSeconds(1));
        resolver.mx(NAME);
        assertThat(server.questions()).hasSize(2);
    }

    @Test
    void remembersAFailureForAMomentOnly() {
        server.behave("example.net", Behaviour.SERVFAIL);
        resolver.mx(NAME);
        resolver.mx(NAME);
        assertThat(server.questions()).hasSize(1);

        server.behave("example.net", Behaviour.HONEST).add("example.net", 300, "MX", "10 mx.example.net.");
        pass(settings.failureTtl());
        found(resolver.mx(NAME));
    }

    @Test
    void asksAgainOverTcpWhereUdpIsCutShort() {
        server.behave("example.net", Behaviour.TRUNCATED);
        IntStream.range(0, 500)
                .forEach(i -> server.add("example.net", 300, "MX", i + " mx" + i + ".a-rather-long-name.example.net."));

        assertThat(found(resolver.mx(NAME))).hasSize(500);
        assertThat(server.questions()).containsExactly("udp example.net. MX", "tcp example.net. MX");
    }

    @Test
    @Requirement("K2")
    void takesSilenceForATimeout() {
        server.behave("example.net", Behaviour.SILENT);
        DnsResolver hasty = new DnsResolver(settings.withTries(Duration.ofMillis(200), 2), nanos::get);

        assertThat(hasty.mx(NAME))
                .isInstanceOfSatisfying(
                        Answer.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(Answer.Failure.TIMEOUT));
        assertThat(server.questions()).hasSize(2);
    }

    @Test
    void takesGarbageForAFailure() {
        server.behave("example.net", Behaviour.GARBAGE);
        DnsResolver hasty = new DnsResolver(settings.withTries(Duration.ofMillis(500), 1), nanos::get);

        assertThat(hasty.mx(NAME)).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void goesToTheNextServerWhenOneFails() {
        try (FakeDnsServer other = FakeDnsServer.start()) {
            server.behave("example.net", Behaviour.REFUSED);
            other.add("example.net", 300, "MX", "10 mx.example.net.");
            List<InetSocketAddress> both = List.of(server.address(), other.address());

            assertThat(found(new DnsResolver(settings.withServers(both), nanos::get).mx(NAME)))
                    .hasSize(1);
        }
    }

    @Test
    @Requirement("RFC 7208 §3.3")
    void joinsTheStringsOfAText() {
        server.add("example.net", 300, "TXT", "\"v=spf1 \" \"-all\"");

        assertThat(found(resolver.txt(NAME))).containsExactly("v=spf1 -all");
    }

    @Test
    void believesTheAdBitOnlyWhereToldTo() {
        server.authentic(true).add("example.net", 0, "MX", "10 mx.example.net.");
        DnsResolver trusting = new DnsResolver(settings.withTrustAd(true), nanos::get);

        assertThat(((Answer.Found<Mx>) resolver.mx(NAME)).authenticated()).isFalse();
        assertThat(((Answer.Found<Mx>) trusting.mx(NAME)).authenticated()).isTrue();
        assertThat(server.questions()).containsExactly("udp example.net. MX", "udp example.net. MX +ad");

        server.authentic(false);
        assertThat(((Answer.Found<Mx>) trusting.mx(NAME)).authenticated()).isFalse();
    }

    @Test
    void asksOnceHoweverManyWait() throws Exception {
        server.behave("example.net", Behaviour.SILENT);
        DnsResolver hasty = new DnsResolver(settings.withTries(Duration.ofMillis(500), 1), nanos::get);
        List<Callable<Answer<Mx>>> askers = IntStream.range(0, 50)
                .<Callable<Answer<Mx>>>mapToObj(_ -> () -> hasty.mx(NAME))
                .toList();

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAll(askers);
        }

        assertThat(server.questions()).hasSize(1);
    }

    @Test
    void followsAnAliasThatTheServerLeavesToUs() {
        for (int i = 0; i < 6; i++) {
            server.add("a" + i + ".example", 300, "CNAME", "a" + (i + 1) + ".example.");
        }
        server.add("a6.example", 60, "A", "192.0.2.6");

        Answer.Found<InetAddress> answer =
                (Answer.Found<InetAddress>) resolver.addresses(new Domain("a0.example"), Family.IPV4);
        assertThat(answer.records()).containsExactly(InetAddress.ofLiteral("192.0.2.6"));
        assertThat(answer.ttl()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void keepsTheCacheWithinItsBound() {
        AnswerCache cache = new AnswerCache(2, nanos::get);
        for (int i = 0; i < 5; i++) {
            cache.keep(
                    new Question(Name.fromConstantString("n" + i + ".example."), 1),
                    Lookup.Result.failed(Answer.Failure.TIMEOUT, "", Duration.ofSeconds(9)));
        }

        assertThat(cache.size()).isEqualTo(2);
    }

    @Test
    void leavesTheHostNamesOfTheJvmToTheOperatingSystem() {
        assertThat(ServiceLoader.load(InetAddressResolverProvider.class).findFirst())
                .containsInstanceOf(BuiltInHostNames.class);
    }

    @Test
    void readsServersAsPeopleWriteThem() {
        assertThat(DnsSettings.server("127.0.0.1:5399")).contains(at("127.0.0.1", 5399));
        assertThat(DnsSettings.server("192.0.2.53")).contains(at("192.0.2.53", 53));
        assertThat(DnsSettings.server("[::1]:5399")).contains(at("::1", 5399));
        assertThat(DnsSettings.server("2001:db8::53")).contains(at("2001:db8::53", 53));
        for (String wrong :
                List.of("", "localhost", "localhost:53", "127.0.0.1:", "127.0.0.1:70000", "1.2.3", "[::1", ":53")) {
            assertThat(DnsSettings.server(wrong)).as(wrong).isEmpty();
        }
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
