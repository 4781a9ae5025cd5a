package org.postrider.tlspolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postrider.dns.Answer;
import org.postrider.dns.Tlsa;
import org.postrider.mail.Domain;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;
import org.postrider.tlspolicy.DaneLookup.Result;

final class DaneLookupTest {
    private static final String MX = "mx.example.net";
    private static final String AT_MX = "_25._tcp.mx.example.net";
    private static final String DIGEST = "ab".repeat(32);

    private final FakeResolver dns = new FakeResolver().address(MX, "192.0.2.1").tlsa(MX, 3, 1, 1, DIGEST);

    private Result find() {
        return new DaneLookup(dns, 25).find(new Domain(MX));
    }

    private static DaneTlsa tlsa(Result result) {
        assertThat(result).isInstanceOf(Result.Secure.class);
        return ((Result.Secure) result).tlsa();
    }

    private static Set<String> names(Result result) {
        return tlsa(result).names();
    }

    @Test
    @Requirement("RFC 7672 §2.2")
    void signedRecordsOfASignedHostCount() {
        dns.secure(MX, AT_MX);

        assertThat(names(find())).containsExactly(MX);
        assertThat(((Result.Secure) find()).tlsa().records()).containsExactly(new Tlsa(3, 1, 1, DIGEST));
    }

    @Test
    @Requirement("RFC 7672 §2.2")
    void unsignedRecordsAreAsGoodAsNone() {
        dns.secure(MX);

        assertThat(find()).isEqualTo(new Result.None());
    }

    @Test
    @Requirement("RFC 7672 §2.2.2")
    void aHostWhoseAddressesAreUnsignedIsNotAskedForRecords() {
        dns.failing(AT_MX, Answer.Failure.SERVER_FAILURE);

        assertThat(find()).isEqualTo(new Result.None());
    }

    @Test
    @Requirement("RFC 7672 §2.1.2")
    void whatCannotBeFoundOutIsNotTakenForNone() {
        dns.secure(MX, AT_MX).failing(AT_MX, Answer.Failure.TIMEOUT);

        assertThat(find())
                .isInstanceOfSatisfying(
                        Result.Unknown.class,
                        unknown -> assertThat(unknown.bogus()).isFalse());
        dns.failing(AT_MX, Answer.Failure.BOGUS);
        assertThat(find())
                .isInstanceOfSatisfying(
                        Result.Unknown.class,
                        unknown -> assertThat(unknown.bogus()).isTrue());
    }

    @Test
    @Requirement("RFC 7672 §2.2")
    void recordsOfWhichNoneCanBeUsedStillAskForTls() {
        dns.forget(AT_MX).tlsa(MX, 1, 1, 1, DIGEST).secure(MX, AT_MX);

        assertThat(find()).isEqualTo(new Result.Unusable());
    }

    @Test
    @Requirement("RFC 7672 §2.2.2")
    void recordsOfTheNameThatASignedAliasLeadsToComeFirst() {
        dns.forget(MX)
                .alias(MX, "host.example")
                .address("host.example", "192.0.2.1")
                .tlsa("host.example", 3, 1, 1, "cd".repeat(32))
                .secure(MX, AT_MX, "host.example", "_25._tcp.host.example");

        assertThat(names(find())).containsExactlyInAnyOrder("host.example", MX);

        dns.forget("_25._tcp.host.example");
        assertThat(names(find())).containsExactly(MX);
    }

    @Test
    @Requirement("RFC 7672 §2.2.2")
    void aSignedAliasOfAnUnsignedHostHasRecordsOfItsOwn() {
        dns.forget(MX)
                .alias(MX, "host.example")
                .address("host.example", "192.0.2.1")
                .secure(MX, AT_MX);

        assertThat(names(find())).containsExactly(MX);
    }

    @Test
    @Requirement("RFC 7672 §3.2.2")
    void anAuthoritysCertificateMayBeForTheDomainsOfTheMail() {
        dns.forget(AT_MX)
                .tlsa(MX, 2, 0, 1, DIGEST)
                .secure(MX, AT_MX)
                .alias("exchange.example.org", "mail.example.org")
                .alias("mail.example.org", "example.com")
                .secure("exchange.example.org", "mail.example.org")
                .alias("unsigned.example", "elsewhere.example");

        DaneTlsa tlsa = tlsa(toward("example.net", "exchange.example.org", "unsigned.example"));

        assertThat(tlsa.names()).containsExactly(MX);
        assertThat(tlsa.nextHops())
                .containsExactly(
                        Set.of("example.net"),
                        Set.of("exchange.example.org", "example.com"),
                        Set.of("unsigned.example"));
    }

    @Test
    @Requirement("RFC 7672 §3.2.1")
    void ownCertificatesOfAHostAreAskedForNoNames() {
        dns.secure(MX, AT_MX);
        int before = dns.questions();
        find();
        int alone = dns.questions() - before;

        assertThat(tlsa(toward("example.net")).nextHops()).isEmpty();
        assertThat(dns.questions() - before).isEqualTo(2 * alone);
    }

    @Test
    void mailForManyDomainsGoesByTheHostsNamesAlone() {
        dns.forget(AT_MX).tlsa(MX, 2, 0, 1, DIGEST).secure(MX, AT_MX);
        String[] many = IntStream.rangeClosed(0, DaneLookup.NEXT_HOPS_MAX)
                .mapToObj(i -> "d" + i + ".example")
                .toArray(String[]::new);

        assertThat(tlsa(toward(many)).nextHops()).isEmpty();
    }

    private Result toward(String... domains) {
        return new DaneLookup(dns, 25)
                .find(new Domain(MX), Arrays.stream(domains).map(Domain::new).toList());
    }

    @Test
    void aliasesInACircleEnd() {
        dns.alias("a.example", "b.example").alias("b.example", "a.example").secure("a.example", "b.example");

        assertThat(new DaneLookup(dns, 25).find(new Domain("a.example"))).isNotInstanceOf(Result.Secure.class);
    }
}
