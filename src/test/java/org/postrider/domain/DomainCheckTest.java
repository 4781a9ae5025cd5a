package org.postrider.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Answer;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.domain.DomainCheck.OurKey;
import org.postrider.domain.SigningKey.Phase;
import org.postrider.mail.Domain;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tlspolicy.PolicyFetch;
import org.postrider.tlspolicy.StsPolicy;

final class DomainCheckTest {
    private static final Domain EXAMPLE = new Domain("example.com");
    private static final Domain HOST = new Domain("mx.example.net");
    private static final DkimRecord KEY =
            DkimRecord.of(EXAMPLE, "s1", DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256));

    private final FakeResolver dns = new FakeResolver().address("mx.example.net", "192.0.2.10", "2001:db8::10");
    private final Map<Domain, StsPolicy> policies = new HashMap<>();
    private PolicyFetch.Fetched served = new PolicyFetch.Fetched.Failed(PolicyFetch.Cause.FETCH, "is not there");
    private Set<Domain> receiving = Set.of(EXAMPLE);
    private List<List<X509Certificate>> chains = List.of();

    private List<CheckResult> all(OurKey... keys) {
        DomainSettings settings = new DomainSettings(
                HOST,
                MailboxGrammar.mailbox("reports@example.net").orElseThrow(),
                receiving,
                policies,
                Duration.ofDays(2),
                Set.of());
        DomainCheck.Ports ports =
                new DomainCheck.Ports(dns, () -> Instant.parse("2026-11-26T12:00:00Z"), () -> 0, _ -> served);
        return new DomainCheck(ports, settings).check(EXAMPLE, List.of(keys), chains);
    }

    private CheckResult one(String check, OurKey... keys) {
        return all(keys).stream()
                .filter(result -> result.check().equals(check))
                .findFirst()
                .orElseThrow();
    }

    private void publishAll() {
        dns.mx("example.com", 10, "mx.example.net")
                .txt("example.com", "v=spf1 a:mx.example.net -all")
                .txt(KEY.name().ascii(), KEY.text())
                .txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:d@example.com")
                .txt("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:t@example.com");
    }

    @Test
    void allIsWellWhereAllIsPublished() {
        publishAll();
        assertThat(all(new OurKey(KEY, Phase.ACTIVE)))
                .allSatisfy(
                        result -> assertThat(result.grade()).as("%s", result).isEqualTo(Grade.GOOD))
                .extracting(CheckResult::check)
                .containsExactly("mx", "spf", "dkim", "dmarc", "dmarc-reports", "tls-reports");
        assertThat(one("spf").why()).contains("192.0.2.10", "1 of 10 look-ups, 0 of 2");
    }

    @Test
    void everythingMissingIsNamedWithWhatToPublish() {
        dns.txt("unrelated.example", "x");
        assertThat(all())
                .extracting(result -> result.check() + " " + result.grade())
                .containsExactly("mx ERROR", "spf ERROR", "dkim WARNING", "dmarc ERROR", "tls-reports ADVICE");
        assertThat(one("spf").wanted()).isEqualTo("v=spf1 a:mx.example.net ~all");
        assertThat(one("dmarc").wanted()).startsWith("v=DMARC1; p=none");
    }

    @Test
    void whatCannotBeLookedUpIsNotTakenForMissing() {
        dns.failing("example.com", Answer.Failure.TIMEOUT)
                .failing("_dmarc.example.com", Answer.Failure.SERVER_FAILURE)
                .failing("_smtp._tls.example.com", Answer.Failure.TIMEOUT)
                .failing("_mta-sts.example.com", Answer.Failure.TIMEOUT)
                .failing(KEY.name().ascii(), Answer.Failure.TIMEOUT);
        assertThat(all(new OurKey(KEY, Phase.ACTIVE)))
                .hasSize(6)
                .extracting(CheckResult::grade)
                .containsOnly(Grade.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all | GOOD | 0 of 10",
                "v=spf1 a:mx.example.net | ADVICE | nothing of all others",
                "v=spf1 a:mx.example.net +all | ERROR | Everybody",
                "v=spf1 ip4:0.0.0.0/0 -all | ERROR | Everybody",
                "v=spf1 ip4:192.0.2.10 -all | ERROR | 2001:db8",
                "v=spf1 ip4:198.51.100.1 -all | ERROR | 192.0.2.10",
                "v=spf1 nonsense:x -all | ERROR | error",
                "v=spf1 a:n1.example a:n2.example a:n3.example a:mx.example.net -all | ERROR | name what is not there",
                "v=spf1 include:many.example a:mx.example.net -all | ERROR | more than 10"
            })
    void judgesSpf(String policy, Grade grade, String why) {
        String ten = "v=spf1" + " a:mx.example.net".repeat(10) + " -all";
        dns.txt("example.com", policy).txt("many.example", ten);
        CheckResult result = one("spf");
        assertThat(result.grade()).as(result.why()).isEqualTo(grade);
        assertThat(result.why()).contains(why);
    }

    @Test
    void twoSpfRecordsAreAnError() {
        dns.txt("example.com", "v=spf1 a:mx.example.net -all").txt("example.com", "v=spf1 -all");
        assertThat(one("spf").grade()).isEqualTo(Grade.ERROR);
        assertThat(one("spf").fix()).contains("Make one record of the 2");
        assertThat(one("spf").found()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "true, mx.example.net, , GOOD",
        "true, other.example, , WARNING",
        "true, ., , ERROR",
        "true, ., mx.example.net, ERROR",
        "false, mx.example.net, , ERROR",
        "false, other.example, , GOOD",
        "false, ., , WARNING"
    })
    void judgesMx(boolean receives, String first, @Nullable String second, Grade grade) {
        receiving = receives ? Set.of(EXAMPLE) : Set.of();
        dns.mx("example.com", 10, first);
        if (second != null) {
            dns.mx("example.com", 20, second);
        }
        assertThat(one("mx").grade()).as(one("mx").why()).isEqualTo(grade);
    }

    @Test
    void anAliasIsNoMailHost() {
        dns.mx("example.com", 10, "mx.example.net").alias("mx.example.net", "real.example.net");
        dns.address("real.example.net", "192.0.2.10");
        assertThat(one("mx").why()).contains("CNAME");
    }

    @Test
    void judgesKeys() {
        String place = KEY.name().ascii();
        OurKey active = new OurKey(KEY, Phase.ACTIVE);
        OurKey waiting = new OurKey(KEY, Phase.PUBLISHED);
        dns.txt("example.com", "something");
        assertThat(one("dkim", active).grade()).isEqualTo(Grade.ERROR);
        assertThat(one("dkim", waiting).grade()).isEqualTo(Grade.WARNING);
        assertThat(all(new OurKey(KEY, Phase.WITHDRAWN)))
                .as("a key that is withdrawn and gone needs nothing")
                .noneMatch(result -> result.check().equals("dkim"));

        dns.txt(place, KEY.text() + "; t=y");
        assertThat(one("dkim", active).why()).contains("t=y");
        dns.txt(place, KEY.text());
        assertThat(one("dkim", active).why()).contains("2 key records");
        dns.forget(place);
        dns.txt(place, "v=DKIM1; p=");
        assertThat(one("dkim", active).why()).contains("revoked");
        dns.forget(place);
        DkimRecord other = DkimRecord.of(EXAMPLE, "s1", DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256));
        dns.txt(place, other.text());
        assertThat(one("dkim", active).why()).contains("another key");
        DkimRecord weak = DkimRecord.of(EXAMPLE, "s1", DkimKeyPair.generateRsa(1_024));
        dns.forget(place);
        dns.txt(place, weak.text());
        assertThat(one("dkim", new OurKey(weak, Phase.ACTIVE)).grade()).isEqualTo(Grade.WARNING);
        assertThat(one("dkim", new OurKey(weak, Phase.ACTIVE)).why()).contains("1024 bits");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=DMARC1; p=none; rua=mailto:d@example.com | ADVICE",
                "v=DMARC1; p=reject; t=y; rua=mailto:d@example.com | ADVICE",
                "v=DMARC1; p=quarantine; rua=mailto:d@example.com | GOOD",
                "v=DMARC1; p=everything | ERROR"
            })
    void judgesDmarc(String record, Grade grade) {
        dns.txt("_dmarc.example.com", record);
        assertThat(one("dmarc").grade()).as(one("dmarc").why()).isEqualTo(grade);
    }

    @Test
    void severalDmarcRecordsCountAsNone() {
        dns.txt("_dmarc.example.com", "v=DMARC1; p=none").txt("_dmarc.example.com", "v=DMARC1; p=reject");
        assertThat(one("dmarc").grade()).isEqualTo(Grade.ERROR);
        assertThat(one("dmarc").why()).contains("several");
    }

    @Test
    void reportsToOthersMustBeAllowedByThem() {
        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:d@reports.example");
        CheckResult refused = one("dmarc-reports");
        assertThat(refused.grade()).isEqualTo(Grade.WARNING);
        assertThat(refused.wanted()).isEqualTo("example.com._report._dmarc.reports.example TXT v=DMARC1");
        dns.txt("example.com._report._dmarc.reports.example", "v=DMARC1");
        assertThat(one("dmarc-reports").grade()).isEqualTo(Grade.GOOD);
    }

    @Test
    void judgesMtaSts() {
        StsPolicy ours = new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("mx.example.net"), Duration.ofDays(7));
        publishAll();
        policies.put(EXAMPLE, ours);
        assertThat(one("mta-sts").why()).contains("nobody is told");
        assertThat(one("mta-sts").wanted()).startsWith("v=STSv1; id=");

        dns.txt("_mta-sts.example.com", one("mta-sts").wanted());
        assertThat(one("mta-sts").why()).contains("no policy");
        served = body(new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("mx.other.example"), Duration.ofDays(7)));
        assertThat(one("mta-sts").why()).contains("does not name this server");
        served = body(new StsPolicy(StsPolicy.Mode.TESTING, List.of("*.example.net"), Duration.ofDays(7)));
        assertThat(one("mta-sts").grade()).isEqualTo(Grade.WARNING);
        served = body(ours);
        assertThat(one("mta-sts").grade()).isEqualTo(Grade.GOOD);
    }

    private static PolicyFetch.Fetched body(StsPolicy policy) {
        return new PolicyFetch.Fetched.Body(policy.text());
    }

    @Test
    void judgesTlsaRecordsOfOurHostOnly() {
        publishAll();
        dns.secure("mx.example.net", "_25._tcp.mx.example.net");
        dns.tlsa("mx.example.net", 3, 1, 1, "ab".repeat(32));
        assertThat(one("tlsa").grade()).isEqualTo(Grade.ADVICE);
        dns.forget("_25._tcp.mx.example.net").tlsa("mx.example.net", 3, 1, 1, "ab");
        assertThat(one("tlsa").grade()).isEqualTo(Grade.ERROR);
        dns.forget("example.com").mx("example.com", 10, "other.example");
        assertThat(all()).noneMatch(result -> result.check().equals("tlsa"));
    }

    @Test
    void eachCertificateThatMayBeShownHasToFitTheTlsaRecords() throws GeneralSecurityException {
        publishAll();
        TestCertificate first = TestCertificate.selfSigned("mx.example.net");
        TestCertificate second = TestCertificate.authority("CA").issueRsa("mx.example.net");
        dns.secure("mx.example.net", "_25._tcp.mx.example.net");
        dns.tlsa("mx.example.net", 3, 1, 1, digest(first));

        chains = List.of(first.chain());
        assertThat(one("tlsa").grade()).isEqualTo(Grade.GOOD);
        chains = List.of(first.chain(), second.chain());
        assertThat(one("tlsa").grade()).isEqualTo(Grade.ERROR);
        assertThat(one("tlsa").why()).contains("RSA");
        dns.tlsa("mx.example.net", 3, 1, 1, digest(second));
        assertThat(one("tlsa").grade()).isEqualTo(Grade.GOOD);
    }

    private static String digest(TestCertificate certificate) throws GeneralSecurityException {
        byte[] key = certificate.certificate().getPublicKey().getEncoded();
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
    }

    @Test
    void theNameOfTheServerAndItsAddressesLeadToEachOther() {
        IdentityCheck identity = new IdentityCheck(dns, HOST);
        dns.ptr("192.0.2.10", "mx.example.net").ptr("2001:db8::10", "host10.provider.example");
        assertThat(identity.check())
                .extracting(result -> result.check() + " " + result.grade())
                .containsExactly("hostname GOOD", "ptr GOOD", "ptr WARNING");
        assertThat(new IdentityCheck(dns, new Domain("nowhere.example")).check())
                .singleElement()
                .satisfies(result -> assertThat(result.grade()).isEqualTo(Grade.ERROR));
    }

    @Test
    void aListThatRefusesTheResolverIsAnError() {
        ResolverCheck check = new ResolverCheck(dns, List.of(), false);
        assertThat(check.check(List.of())).extracting(CheckResult::grade).containsExactly(Grade.ERROR);
        dns.address("a.root-servers.net", "198.41.0.4")
                .address("2.0.0.127.good.example", "127.0.0.2")
                .address("2.0.0.127.cross.example", "127.255.255.254");
        assertThat(check.check(
                        List.of(new Domain("good.example"), new Domain("cross.example"), new Domain("gone.example"))))
                .extracting(result -> result.check() + " " + result.grade())
                .containsExactly(
                        "resolver GOOD", "dnssec ADVICE", "dns-list GOOD", "dns-list ERROR", "dns-list WARNING");
    }

    @Test
    @Requirement("RFC 5782 §2.1")
    void anAddressOfOursThatIsListedIsAnErrorWithTheListsWords() {
        dns.address("10.2.0.192.bad.example", "127.0.0.3")
                .txt("10.2.0.192.bad.example", "spam seen at noon")
                .address("10.2.0.192.cross.example", "127.255.255.254")
                .address("10.2.0.192.other.example", "127.0.1.1")
                .failing("10.2.0.192.mute.example", Answer.Failure.TIMEOUT);
        ReputationCheck check = new ReputationCheck(dns);
        List<Network> codes = List.of(Network.parse("127.0.0.2/31").orElseThrow());
        List<ReputationCheck.ListOfBad> lists = Stream.of("good", "bad", "cross", "other", "mute")
                .map(name -> new ReputationCheck.ListOfBad(new Domain(name + ".example"), codes))
                .toList();
        List<CheckResult> results = check.check(List.of(InetAddress.ofLiteral("192.0.2.10")), lists);
        assertThat(results)
                .extracting(CheckResult::grade)
                .containsExactly(Grade.GOOD, Grade.ERROR, Grade.UNKNOWN, Grade.ADVICE, Grade.UNKNOWN);
        assertThat(results.get(1).found()).containsExactly("127.0.0.3", "spam seen at noon");

        assertThat(check.check(List.of(), lists).getFirst().why()).startsWith("Not checked: no public address");
        assertThat(check.check(List.of(InetAddress.ofLiteral("192.0.2.10")), List.of())
                        .getFirst()
                        .why())
                .startsWith("Not checked: the configuration names no DNS list");
    }

    @Test
    void aResolverForEverybodyIsNoneForDnsLists() {
        dns.address("a.root-servers.net", "198.41.0.4").address("2.0.0.127.good.example", "127.0.0.2");
        List<InetSocketAddress> everybodys = List.of(new InetSocketAddress(InetAddress.ofLiteral("8.8.8.8"), 53));
        assertThat(new ResolverCheck(dns, everybodys, false).check(List.of(new Domain("good.example"))))
                .extracting(result -> result.check() + " " + result.grade())
                .contains("public-resolver WARNING");
        assertThat(new ResolverCheck(dns, everybodys, false).check(List.of()))
                .extracting(result -> result.check() + " " + result.grade())
                .contains("public-resolver ADVICE");
    }

    @Test
    void whoCountsOnDnssecIsToldWhereNothingIsValidated() {
        dns.address("a.root-servers.net", "198.41.0.4").mx("ietf.org", 0, "mail.ietf.org");
        ResolverCheck check = new ResolverCheck(dns, List.of(), true);
        assertThat(check.check(List.of()).getLast().grade()).isEqualTo(Grade.WARNING);
        dns.secure("ietf.org");
        assertThat(check.check(List.of()).getLast().grade()).isEqualTo(Grade.GOOD);
    }
}
