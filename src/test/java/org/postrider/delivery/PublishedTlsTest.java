package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Answer;
import org.postrider.event.Event;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.TlsWish;
import org.postrider.queue.Outcome;
import org.postrider.smtp.client.ClientTls;
import org.postrider.smtp.client.Protocol;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;
import org.postrider.tlspolicy.DaneLookup;
import org.postrider.tlspolicy.PolicyFetch;
import org.postrider.tlspolicy.PolicyType;
import org.postrider.tlspolicy.ResultType;
import org.postrider.tlspolicy.StsCache;
import org.postrider.tlspolicy.StsPolicy;
import org.postrider.tlspolicy.StsPolicy.Mode;
import org.postrider.tlspolicy.StsStore;
import org.postrider.tlspolicy.TlsLedger;

/** DANE, MTA-STS and what senders demand, from what is published to what becomes of the mail. */
@Timeout(60)
final class PublishedTlsTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");
    private static final String MX = "mx.example.net";

    private final Map<Domain, PolicyFetch.Fetched> policies = new HashMap<>();
    private final List<TlsLedger.Session> sessions = new CopyOnWriteArrayList<>();
    private PublishedTls.Heeded heeded = new PublishedTls.Heeded(true, true);
    private TlsTable table = new TlsTable(TlsTerms.of(TlsLevel.MAY), List.of());

    private Rig rig(FakePeer peer) {
        return rig(RouteTable.EMPTY, peer);
    }

    private Rig rig(RouteTable routes, FakePeer peer) {
        Authorities believed = Authorities.of(List.of(AUTHORITY.certificate()));
        ClientTls client = new ClientTls(new ClientEngines(), () -> believed, InstantSource.system());
        PolicyFetch fetch = domain ->
                policies.getOrDefault(domain, new PolicyFetch.Fetched.Failed(PolicyFetch.Cause.FETCH, "is not there"));
        Rig rig = new Rig(routes, Rig.to(peer), dns -> {
            PublishedTls policy = new PublishedTls(
                    new ConfiguredTls(() -> table),
                    new DaneLookup(dns, 25),
                    new StsCache(dns, fetch, StsStore.NONE, InstantSource.system()),
                    sessions::add,
                    () -> heeded);
            return new OutgoingTls(policy, client, sessions::add);
        });
        rig.dns.mx("example.net", 10, MX).address(MX, "127.0.0.1");
        return rig;
    }

    private static String digest(TestCertificate certificate) {
        try {
            byte[] key = certificate.certificate().getPublicKey().getEncoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** example.net is signed, and its host's records are for this certificate. */
    private static void signed(Rig rig, TestCertificate certificate) {
        rig.dns.tlsa(MX, 3, 1, 1, digest(certificate)).secure("example.net", MX, "_25._tcp." + MX);
    }

    private void policy(Rig rig, String domain, Mode mode, String... hosts) {
        StsPolicy policy = new StsPolicy(mode, List.of(hosts), Duration.ofDays(1));
        rig.dns.txt("_mta-sts." + domain, "v=STSv1; id=1;");
        policies.put(new Domain(domain), new PolicyFetch.Fetched.Body(policy.text()));
    }

    private static String refused(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.TlsRefused.class);
        return ((Outcome.TlsRefused) outcome).diagnosis().status().toString();
    }

    private static String tls(Rig rig) {
        return String.valueOf(((Event.Attempted) rig.events.getLast()).tls());
    }

    private TlsLedger.Session counted() {
        return sessions.getLast();
    }

    private ResultType flaw() {
        TlsLedger.Flaw flaw = counted().flaw();
        return Objects.requireNonNull(flaw).type();
    }

    @Test
    @Requirement("RFC 7672 §2.2")
    void aCertificateThatTheDnsVouchesForDoesWhoeverIssuedIt() {
        TestCertificate own = TestCertificate.selfSigned("whatever.example");
        PoliteScript polite = PoliteScript.offering().startTls(own);
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            signed(rig, own);
            for (int i = 0; i < 2; i++) {
                assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
                assertThat(tls(rig)).endsWith(" trusted (DANE)");
            }
            assertThat(rig.site(Rig.EXAMPLE).name()).isEqualTo("mx:mx.example.net;tls=dane");
            assertThat(peer.lines()).hasSize(1);
            assertThat(sessions).hasSize(1);
            assertThat(counted().flaw()).isNull();
            assertThat(counted().policy().type()).isEqualTo(PolicyType.TLSA);
            assertThat(counted().policy().strings()).containsExactly("3 1 1 " + digest(own));
        }
    }

    @Test
    @Requirement("RFC 7672 §3.2.2")
    void aCertificateForTheRecipientsDomainDoesWhereTheDnsVouchesForItsAuthority() {
        PoliteScript polite = PoliteScript.offering().startTls(AUTHORITY.issue("example.net"));
        try (FakePeer peer = FakePeer.playing(polite, polite);
                Rig rig = rig(peer)) {
            vouching(rig, AUTHORITY);
            rig.dns.mx("other.example", 10, MX).secure("other.example");
            assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(refused(rig.deliver("bob@other.example"))).isEqualTo("4.7.5");
            assertThat(flaw()).isEqualTo(ResultType.CERTIFICATE_HOST_MISMATCH);
            assertThat(polite.messages()).hasSize(1);
        }
    }

    @Test
    void aPooledConnectionServesAllDomainsThatItsCertificateIsGoodFor() {
        PoliteScript polite = PoliteScript.offering().startTls(AUTHORITY.issue(MX));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            vouching(rig, AUTHORITY);
            rig.dns.mx("other.example", 10, MX).secure("other.example");
            assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(Rig.results(rig.deliver("bob@other.example"))).containsExactly("Delivered 2.0.0");
            assertThat(peer.lines()).hasSize(1);
        }
    }

    /** example.net is signed, and its host's records are for certificates of this authority. */
    private static void vouching(Rig rig, TestCertificate authority) {
        rig.dns.tlsa(MX, 2, 1, 1, digest(authority)).secure("example.net", MX, "_25._tcp." + MX);
    }

    @Test
    @Requirement({"RFC 7672 §2.2", "B5"})
    void aCertificateThatTheDnsDoesNotVouchForDefersThoughAuthoritiesDo() {
        PoliteScript polite = PoliteScript.offering().startTls(AUTHORITY.issue(MX));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            signed(rig, TestCertificate.selfSigned(MX));
            // RFC 8461 §2: a policy that would be met does not make it good.
            policy(rig, "example.net", Mode.ENFORCE, MX);
            assertThat(refused(rig.deliver("bob@example.net"))).isEqualTo("4.7.5");
            assertThat(polite.messages()).isEmpty();
            assertThat(flaw()).isEqualTo(ResultType.CERTIFICATE_NOT_TRUSTED);
        }
    }

    @Test
    @Requirement({"B5", "RFC 7672 §2.2"})
    void strippedStartTlsOfASignedHostDefersAndNeverGoesInClear() {
        PoliteScript stripped = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(stripped);
                Rig rig = rig(peer)) {
            signed(rig, TestCertificate.selfSigned(MX));
            assertThat(refused(rig.deliver("bob@example.net"))).isEqualTo("4.7.4");
            assertThat(stripped.messages()).isEmpty();
            assertThat(flaw()).isEqualTo(ResultType.STARTTLS_NOT_SUPPORTED);
        }
    }

    @ParameterizedTest
    @CsvSource({"BOGUS,DNSSEC_INVALID", "TIMEOUT,TLSA_INVALID", "SERVER_FAILURE,TLSA_INVALID"})
    @Requirement({"RFC 7672 §2.1.2", "K3"})
    void recordsThatCannotBeHadDefer(Answer.Failure failure, ResultType type) {
        PoliteScript polite = PoliteScript.offering().startTls(AUTHORITY.issue(MX));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            signed(rig, AUTHORITY.issue(MX));
            rig.dns.failing("_25._tcp." + MX, failure);
            assertThat(refused(rig.deliver("bob@example.net"))).isEqualTo("4.7.5");
            assertThat(peer.lines()).isEmpty();
            assertThat(flaw()).isEqualTo(type);
        }
    }

    @Test
    @Requirement("RFC 7672 §2.2")
    void recordsThatCannotBeUsedAskForTlsWhateverTheCertificate() {
        PoliteScript polite = PoliteScript.offering().startTls(TestCertificate.selfSigned("x.example"));
        try (FakePeer peer = FakePeer.playing(polite, PoliteScript.offering());
                Rig rig = rig(peer)) {
            rig.dns.tlsa(MX, 1, 1, 1, "ab".repeat(32)).secure("example.net", MX, "_25._tcp." + MX);
            assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(tls(rig)).contains("untrusted").endsWith(" (DANE)");
        }
    }

    @Test
    @Requirement("RFC 7672 §2.2.1")
    void unsignedMxRecordsOrNoValidationLeaveMailAsItWas() {
        PoliteScript plain = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(plain);
                Rig rig = rig(peer)) {
            rig.dns.tlsa(MX, 3, 1, 1, "ab".repeat(32)).secure(MX, "_25._tcp." + MX);
            assertThat(rig.site(Rig.EXAMPLE).name()).isEqualTo("mx:mx.example.net");
            assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(counted().policy().type()).isEqualTo(PolicyType.NONE);
            assertThat(flaw()).isEqualTo(ResultType.STARTTLS_NOT_SUPPORTED);
        }
    }

    @Test
    void aBrokenHostOfASignedDomainLeavesTheOthers() {
        TestCertificate good = TestCertificate.selfSigned("mx2.example.net");
        PoliteScript second = PoliteScript.offering().startTls(good);
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().startTls(AUTHORITY.issue(MX)), second);
                Rig rig = rig(peer)) {
            signed(rig, TestCertificate.selfSigned(MX));
            rig.dns.mx("example.net", 20, "mx2.example.net").address("mx2.example.net", "127.0.0.1");
            rig.dns
                    .tlsa("mx2.example.net", 3, 1, 1, digest(good))
                    .secure("mx2.example.net", "_25._tcp.mx2.example.net");
            assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(second.messages()).hasSize(1);
        }
    }

    @Test
    void newRecordsEndAPooledConnectionThatDoesNotMeetThem() {
        TestCertificate old = TestCertificate.selfSigned(MX);
        PoliteScript polite = PoliteScript.offering().startTls(old);
        try (FakePeer peer = FakePeer.playing(polite, PoliteScript.offering().startTls(old));
                Rig rig = rig(peer)) {
            signed(rig, old);
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            rig.dns.forget("_25._tcp." + MX).tlsa(MX, 3, 1, 1, "ab".repeat(32));
            assertThat(refused(rig.deliver("b@example.net"))).isEqualTo("4.7.5");
            assertThat(polite.messages()).hasSize(1);
        }
    }

    @Test
    @Requirement("RFC 8461 §5")
    void aPolicyThatIsMetIsToldWithTheConnection() {
        PoliteScript polite = PoliteScript.offering().startTls(AUTHORITY.issue(MX));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            policy(rig, "example.net", Mode.ENFORCE, "*.example.net");
            assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(tls(rig)).endsWith(" trusted (MTA-STS)");
            assertThat(counted().flaw()).isNull();
            assertThat(counted().policy().strings()).contains("version: STSv1", "mode: enforce");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SELF_SIGNED,4.7.5,CERTIFICATE_NOT_TRUSTED",
        "EXPIRED,4.7.5,CERTIFICATE_EXPIRED",
        "WRONG_NAME,4.7.5,CERTIFICATE_HOST_MISMATCH",
        "STRIPPED,4.7.4,STARTTLS_NOT_SUPPORTED"
    })
    @Requirement({"RFC 8461 §5", "B5"})
    void aPolicyThatIsNotMetDefersAndNeverGoesInClear(String fault, String status, ResultType type) {
        PoliteScript polite = script(fault);
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            policy(rig, "example.net", Mode.ENFORCE, MX);
            assertThat(refused(rig.deliver("bob@example.net"))).isEqualTo(status);
            assertThat(polite.messages()).isEmpty();
            assertThat(flaw()).isEqualTo(type);
        }
    }

    private static PoliteScript script(String fault) {
        return switch (fault) {
            case "SELF_SIGNED" -> PoliteScript.offering().startTls(TestCertificate.selfSigned(MX));
            case "EXPIRED" -> PoliteScript.offering().startTls(AUTHORITY.issueExpired(MX));
            case "WRONG_NAME" -> PoliteScript.offering().startTls(AUTHORITY.issue("mx.other.example"));
            default -> PoliteScript.offering();
        };
    }

    @ParameterizedTest
    @CsvSource({"SELF_SIGNED,CERTIFICATE_NOT_TRUSTED", "EXPIRED,CERTIFICATE_EXPIRED", "STRIPPED,STARTTLS_NOT_SUPPORTED"
    })
    @Requirement("RFC 8461 §5")
    void aPolicyThatIsTestedIsOnlyToldOf(String fault, ResultType type) {
        PoliteScript polite = script(fault);
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            policy(rig, "example.net", Mode.TESTING, MX);
            assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(flaw()).isEqualTo(type);
            assertThat(counted().policy().type()).isEqualTo(PolicyType.STS);
        }
    }

    @Test
    @Requirement({"RFC 8461 §4.1", "RFC 8461 §5"})
    void hostsThatThePolicyDoesNotNameAreNotUsed() {
        PoliteScript polite = PoliteScript.offering().startTls(AUTHORITY.issue(MX));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            policy(rig, "example.net", Mode.ENFORCE, "*.example.org");
            assertThat(refused(rig.deliver("bob@example.net"))).isEqualTo("4.7.5");
            assertThat(peer.lines()).isEmpty();
            assertThat(flaw()).isEqualTo(ResultType.VALIDATION_FAILURE);
        }
    }

    @Test
    void oneDomainsPolicyDoesNotHoldUpAnotherAtTheSameHost() {
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            rig.dns.mx("strict.example", 10, MX);
            policy(rig, "strict.example", Mode.ENFORCE, MX);
            assertThat(refused(rig.deliver("a@strict.example"))).isEqualTo("4.7.4");
            assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Delivered 2.0.0");
        }
    }

    @Test
    @Requirement("RFC 8461 §3.3")
    void aPolicyThatCannotBeHadIsToldOfAndHoldsNothingUp() {
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            rig.dns.txt("_mta-sts.example.net", "v=STSv1; id=1;");
            assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(sessions.getFirst().flaw())
                    .extracting(TlsLedger.Flaw::type)
                    .isEqualTo(ResultType.STS_POLICY_FETCH_ERROR);
        }
    }

    @Test
    void anOperatorsWordComesFirst() {
        PoliteScript polite = PoliteScript.offering();
        table = new TlsTable(
                TlsTerms.of(TlsLevel.MAY),
                List.of(new TlsTable.Policy(
                        new RouteTable.Pattern.Exactly(new Domain("example.net")), TlsTerms.of(TlsLevel.NONE))));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            policy(rig, "example.net", Mode.ENFORCE, MX);
            assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Delivered 2.0.0");
        }
    }

    @Test
    void whatIsSwitchedOffIsNotHeededThoughASiteIsNamedForIt() {
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            policy(rig, "example.net", Mode.ENFORCE, MX);
            assertThat(refused(rig.deliver("b@example.net"))).isEqualTo("4.7.4");
            heeded = new PublishedTls.Heeded(false, false);
            assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Delivered 2.0.0");
        }
    }

    @Test
    void explicitRoutesKnowNoPolicies() {
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(polite)) {
            Route to = new Route.Server(
                    Protocol.SMTP,
                    new AddressLiteral(peer.address().getAddress()),
                    peer.address().getPort());
            RouteTable routes = new RouteTable(
                    List.of(new RouteTable.Rule(new RouteTable.Pattern.All(), to, null, null)), Map.of());
            try (Rig rig = rig(routes, peer)) {
                signed(rig, TestCertificate.selfSigned(MX));
                policy(rig, "example.net", Mode.ENFORCE, MX);
                assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Delivered 2.0.0");
                assertThat(sessions).isEmpty();
            }
        }
    }

    @Test
    @Requirement({"RFC 8689 §4.2.2", "conf-105"})
    void aSenderWhoDoesNotRequireTlsIsNotHeldUpByTheRecipientsPolicy() {
        PoliteScript stripped = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(stripped);
                Rig rig = rig(peer)) {
            signed(rig, TestCertificate.selfSigned(MX));
            policy(rig, "example.net", Mode.ENFORCE, "other.example");
            assertThat(Rig.results(rig.deliverWishing(TlsWish.OPTIONAL, "b@example.net")))
                    .containsExactly("Delivered 2.0.0");
            assertThat(refused(rig.deliver("b@example.net"))).startsWith("4.7.");
        }
    }

    @Test
    @Requirement({"RFC 8689 §4.2.1", "conf-105"})
    void aSenderWhoRequiresTlsHasItVerifiedAndPassedOn() {
        PoliteScript polite = PoliteScript.offering("REQUIRETLS").startTls(AUTHORITY.issue(MX));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            rig.dns.secure("example.net");
            assertThat(Rig.results(rig.deliverWishing(TlsWish.REQUIRED, "b@example.net")))
                    .containsExactly("Delivered 2.0.0");
            assertThat(polite.messages().getFirst().mail()).endsWith(" REQUIRETLS");
            assertThat(tls(rig)).endsWith(" trusted");
        }
    }

    @Test
    @Requirement({"RFC 8689 §4.2.1", "conf-105"})
    void hostsThatDoNotPassTheWishOnGiveTheMessageBack() {
        PoliteScript first = PoliteScript.offering().startTls(AUTHORITY.issue(MX));
        PoliteScript second = PoliteScript.offering("REQUIRETLS").startTls(AUTHORITY.issue("mx2.example.net"));
        try (FakePeer peer = FakePeer.playing(first, second, first);
                Rig rig = rig(peer)) {
            rig.dns.secure("example.net", "one.example").mx("one.example", 10, MX);
            rig.dns.mx("example.net", 20, "mx2.example.net").address("mx2.example.net", "127.0.0.1");
            assertThat(Rig.results(rig.deliverWishing(TlsWish.REQUIRED, "b@example.net")))
                    .containsExactly("Delivered 2.0.0");
            assertThat(second.messages()).hasSize(1);
            assertThat(Rig.results(rig.deliverWishing(TlsWish.REQUIRED, "b@one.example")))
                    .containsExactly("Refused 5.7.30");
            assertThat(first.messages()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"SELF_SIGNED", "STRIPPED", "UNSIGNED"})
    @Requirement({"RFC 8689 §4.2.1", "conf-105"})
    void tlsThatCannotBeVerifiedGivesTheMessageBackWhereItIsRequired(String fault) {
        PoliteScript polite = fault.equals("UNSIGNED")
                ? PoliteScript.offering("REQUIRETLS").startTls(AUTHORITY.issue(MX))
                : script(fault);
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(peer)) {
            if (!fault.equals("UNSIGNED")) {
                rig.dns.secure("example.net");
            }
            assertThat(Rig.results(rig.deliverWishing(TlsWish.REQUIRED, "b@example.net")))
                    .containsExactly("Refused 5.7.10");
            assertThat(polite.messages()).isEmpty();
        }
    }

    @Test
    @Requirement("RFC 8689 §2")
    void requireTlsOfferedInClearCountsForNothing() {
        List<String> mails = new ArrayList<>();
        PoliteScript clear = PoliteScript.offering("REQUIRETLS");
        try (FakePeer peer = FakePeer.playing(clear);
                Rig rig = rig(peer)) {
            assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Delivered 2.0.0");
            clear.messages().forEach(message -> mails.add(message.mail()));
            assertThat(mails).noneMatch(mail -> mail.contains("REQUIRETLS"));
        }
    }
}
