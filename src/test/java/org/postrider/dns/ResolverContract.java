package org.postrider.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.Domain;
import org.postrider.testing.Requirement;

/** What every {@link Resolver} keeps to. */
@Timeout(20)
abstract class ResolverContract {
    static final Domain NAME = new Domain("example.net");

    abstract Resolver resolver();

    abstract void givenMx(String domain, int preference, String host);

    abstract void givenAddress(String host, String address);

    abstract void givenText(String name, String text);

    abstract void givenPointer(String address, String name);

    abstract void givenAlias(String name, String target);

    abstract void givenFailure(String name, Answer.Failure failure);

    @Test
    @Requirement("RFC 5321 §5.1")
    void findsMxRecords() {
        givenMx("example.net", 10, "mx1.example.net");
        givenMx("example.net", 20, "mx2.example.net");

        assertThat(found(resolver().mx(NAME)))
                .containsExactlyInAnyOrder(
                        new Mx(10, new Domain("mx1.example.net")), new Mx(20, new Domain("mx2.example.net")));
    }

    @Test
    @Requirement({"RFC 7505 §3", "K2"})
    void tellsTheNullMx() {
        givenMx("example.net", 0, ".");

        assertThat(found(resolver().mx(NAME))).singleElement().matches(Mx::isNull);
    }

    @Test
    void keepsTheFamiliesApart() {
        givenAddress("example.net", "192.0.2.1");
        givenAddress("example.net", "2001:db8::1");

        assertThat(found(resolver().addresses(NAME, Family.IPV4))).containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(found(resolver().addresses(NAME, Family.IPV6)))
                .containsExactly(InetAddress.ofLiteral("2001:db8::1"));
    }

    @Test
    @Requirement("K2")
    void tellsNoRecordFromNoName() {
        givenAddress("example.net", "192.0.2.1");

        assertThat(resolver().mx(NAME)).isInstanceOf(Answer.NoRecords.class);
        assertThat(resolver().mx(new Domain("nowhere.example"))).isInstanceOf(Answer.NoSuchName.class);
    }

    @Test
    @Requirement("RFC 5321 §5.1")
    void followsAliases() {
        givenAlias("example.net", "real.example");
        givenMx("real.example", 5, "mx.example");

        assertThat(found(resolver().mx(NAME))).containsExactly(new Mx(5, new Domain("mx.example")));
    }

    @Test
    @Requirement("K2")
    void takesAliasesInACircleForAFailure() {
        givenAlias("a.example", "b.example");
        givenAlias("b.example", "a.example");

        assertThat(resolver().mx(new Domain("a.example")))
                .isInstanceOfSatisfying(
                        Answer.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(Answer.Failure.MALFORMED));
    }

    @Test
    @Requirement("K2")
    void tellsServerFailureAndRefusalAsFailures() {
        givenFailure("broken.example", Answer.Failure.SERVER_FAILURE);
        givenFailure("refused.example", Answer.Failure.REFUSED);

        assertThat(failure("broken.example")).isEqualTo(Answer.Failure.SERVER_FAILURE);
        assertThat(failure("refused.example")).isEqualTo(Answer.Failure.REFUSED);
    }

    @Test
    void findsTextsAndPointers() {
        givenText("example.net", "v=spf1 -all");
        givenPointer("192.0.2.7", "host.example.net");

        assertThat(found(resolver().txt(NAME))).containsExactly("v=spf1 -all");
        assertThat(found(resolver().ptr(InetAddress.ofLiteral("192.0.2.7"))))
                .containsExactly(new Domain("host.example.net"));
    }

    @Test
    void findsNamesThatNoHostHas() {
        givenText("50% off@more.example.net", "odd");
        givenAddress("50% off@more.example.net", "192.0.2.9");
        DnsName odd = DnsName.parse("50% OFF@more.Example.net.").orElseThrow();

        assertThat(found(resolver().txt(odd))).containsExactly("odd");
        assertThat(found(resolver().addresses(odd, Family.IPV4))).containsExactly(InetAddress.ofLiteral("192.0.2.9"));
        assertThat(resolver().exchangers(odd)).isInstanceOf(Answer.NoRecords.class);
    }

    @Test
    void findsExchangersUnderAnyName() {
        givenMx("example.net", 5, "mx.example.net");
        givenMx("example.net", 10, "mx:10.example.net");
        givenMx("null.example.net", 0, ".");

        assertThat(found(resolver().exchangers(new DnsName("example.net"))))
                .containsExactlyInAnyOrder(new DnsName("mx.example.net"), new DnsName("mx:10.example.net"));
        assertThat(found(resolver().mx(NAME))).containsExactly(new Mx(5, new Domain("mx.example.net")));
        assertThat(found(resolver().exchangers(new DnsName("null.example.net"))))
                .isEmpty();
    }

    abstract void givenTlsa(String host, String record);

    @Test
    @Requirement("RFC 6698 §3")
    void findsTlsaRecordsBelowPortAndTransport() {
        givenTlsa("mx.example.net", "3 1 1 " + "ab".repeat(32));

        assertThat(found(resolver().tlsa(new Domain("mx.example.net"), 25)))
                .containsExactly(new Tlsa(3, 1, 1, "ab".repeat(32)));
        assertThat(resolver().tlsa(new Domain("other.example"), 25)).isInstanceOf(Answer.NoSuchName.class);
    }

    @Test
    void tellsOneStepOfAnAlias() {
        givenAlias("mx.example.net", "host.example");
        givenAlias("host.example", "real.example");
        givenAddress("real.example", "192.0.2.1");

        assertThat(found(resolver().alias(new Domain("mx.example.net")))).containsExactly(new Domain("host.example"));
        assertThat(resolver().alias(new Domain("real.example"))).isInstanceOf(Answer.NoRecords.class);
    }

    private Answer.Failure failure(String name) {
        return ((Answer.Failed<Mx>) resolver().mx(new Domain(name))).failure();
    }

    static <T> List<T> found(Answer<T> answer) {
        assertThat(answer).isInstanceOf(Answer.Found.class);
        return ((Answer.Found<T>) answer).records();
    }
}
