package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.event.Event;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.queue.Outcome;
import org.postrider.queue.Site;
import org.postrider.smtp.client.ClientCredentials;
import org.postrider.smtp.client.ClientTls;
import org.postrider.smtp.client.Protocol;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;
import org.postrider.tlspolicy.StsPolicy;

/** TLS policies and AUTH, from the configuration's words to what becomes of the mail. */
@Timeout(60)
final class TlsDeliveryTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");
    private static final RouteTable.Pattern ALL = new RouteTable.Pattern.All();
    private static final ClientCredentials ALICE = new ClientCredentials("alice", "wonderland", false);

    private static final StsPolicy STS =
            new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("a.example", "*.b.example"), java.time.Duration.ofDays(1));

    private TlsTable table = new TlsTable(TlsTerms.of(TlsLevel.MAY), List.of());

    private Rig rig(RouteTable routes, FakePeer peer) {
        Authorities believed = Authorities.of(List.of(AUTHORITY.certificate()));
        ClientTls client = new ClientTls(new ClientEngines(), () -> believed, InstantSource.system());
        Rig rig = new Rig(routes, Rig.to(peer), new OutgoingTls(new ConfiguredTls(() -> table), client));
        rig.dns.mx("example.net", 10, "mx.example.net").address("mx.example.net", "127.0.0.1");
        return rig;
    }

    private Rig byMx(FakePeer peer, TlsLevel level) {
        table = new TlsTable(TlsTerms.of(level), List.of());
        return rig(RouteTable.EMPTY, peer);
    }

    private static RouteTable route(
            FakePeer peer, Protocol protocol, @Nullable TlsTerms terms, @Nullable ClientCredentials credentials) {
        AddressLiteral host = new AddressLiteral(peer.address().getAddress());
        Route to = new Route.Server(protocol, host, peer.address().getPort());
        return new RouteTable(List.of(new RouteTable.Rule(ALL, to, terms, credentials)), java.util.Map.of());
    }

    private static String refused(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.TlsRefused.class);
        return ((Outcome.TlsRefused) outcome).diagnosis().status().toString();
    }

    private static Event.Attempted told(Rig rig) {
        return (Event.Attempted) rig.events.getLast();
    }

    private static FakePeer.Script brokenTls() {
        return line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250-peer.example", "250 STARTTLS");
            if ("STARTTLS".equals(line.hear())) {
                line.say("220 Go");
                line.hearOctets(1);
            }
        };
    }

    @Test
    void usesTlsWhereItIsOfferedAndTellsOfIt() {
        PoliteScript polite = PoliteScript.offering().startTls(TestCertificate.selfSigned("mx.example.net"));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = byMx(peer, TlsLevel.MAY)) {
            assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(told(rig).tls()).matches("TLSv1\\.3 TLS_\\w+ untrusted: .*from itself.*");
            assertThat(told(rig).site()).isEqualTo("mx:mx.example.net");
        }
    }

    @Test
    void aVerifiedConnectionSaysTrustedAndIsUsedAgain() {
        PoliteScript polite = PoliteScript.offering().startTls(AUTHORITY.issue("mx.example.net"));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = byMx(peer, TlsLevel.VERIFY)) {
            for (int i = 0; i < 3; i++) {
                assertThat(Rig.results(rig.deliver("bob@example.net"))).containsExactly("Delivered 2.0.0");
                assertThat(told(rig).tls()).endsWith(" trusted");
            }
            assertThat(peer.lines()).hasSize(1);
        }
    }

    @Test
    @Requirement("RFC 3207 §4")
    void whoInsistsOnTlsThatIsBrokenPutsMailOffAndDoesNotBounceIt() {
        PoliteScript insists =
                PoliteScript.offering("STARTTLS").answering("MAIL", "530 5.7.0 Must issue a STARTTLS first");
        PoliteScript mended = PoliteScript.offering().startTls(TestCertificate.selfSigned("mx.example.net"));
        try (FakePeer peer = FakePeer.playing(brokenTls(), insists, mended);
                Rig rig = byMx(peer, TlsLevel.MAY)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Deferred 4.7.4");
            assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(told(rig).tls()).startsWith("TLSv1.3 ");
        }
    }

    @Test
    @Requirement("RFC 3207 §4")
    void whoBeginsToInsistOnTlsWhileItIsRememberedAsBrokenPutsMailOff() {
        PoliteScript plain = PoliteScript.offering("STARTTLS").answering("MAIL", "421 4.3.2 Later");
        PoliteScript insists = PoliteScript.offering("STARTTLS").answering("RCPT", "550 5.7.10 Encryption needed");
        try (FakePeer peer = FakePeer.playing(brokenTls(), plain, insists);
                Rig rig = byMx(peer, TlsLevel.MAY)) {
            rig.deliver("a@example.net");
            assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Deferred 4.7.4");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLevel.class,
            names = {"ENCRYPT", "VERIFY"})
    @Requirement({"B5", "RFC 3207 §6"})
    void strippedStartTlsDefersAndNeverGoesInClear(TlsLevel level) {
        PoliteScript stripped = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(stripped);
                Rig rig = byMx(peer, level)) {
            Outcome outcome = rig.deliver("bob@example.net");
            assertThat(refused(outcome)).isEqualTo("4.7.4");
            assertThat(((Outcome.TlsRefused) outcome).diagnosis().text()).contains("offers no STARTTLS");
            assertThat(stripped.messages()).isEmpty();
        }
    }

    @Test
    void brokenTlsIsTriedOnceMoreInClearAndRemembered() {
        PoliteScript plain = PoliteScript.offering("STARTTLS");
        try (FakePeer peer = FakePeer.playing(brokenTls(), plain);
                Rig rig = byMx(peer, TlsLevel.MAY)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(told(rig).tls()).isNull();
            assertThat(Rig.results(rig.deliver("b@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(peer.lines()).hasSize(2);
            // Nobody asked for TLS again.
            assertThat(peer.lines().get(1).heard()).doesNotContain("STARTTLS");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsLevel.class,
            names = {"ENCRYPT", "VERIFY"})
    void brokenTlsDefersWhereItIsRequiredAndTheNextHostIsTried(TlsLevel level) {
        PoliteScript good = PoliteScript.offering().startTls(AUTHORITY.issue("mx2.example.net"));
        try (FakePeer peer = FakePeer.playing(brokenTls(), good, brokenTls());
                Rig rig = byMx(peer, level)) {
            rig.dns.mx("two.example", 10, "mx.example.net").mx("two.example", 20, "mx2.example.net");
            rig.dns.address("mx2.example.net", "127.0.0.1");
            assertThat(Rig.results(rig.deliver("a@two.example"))).containsExactly("Delivered 2.0.0");
            assertThat(refused(rig.deliver("a@example.net"))).isEqualTo("4.7.5");
            assertThat(peer.lines()).hasSize(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"EXPIRED, valid from", "WRONG_NAME, is for", "SELF_SIGNED, from itself"})
    void aCertificateThatDoesNotDoDefersAndSaysWhy(String fault, String why) {
        TestCertificate certificate = switch (fault) {
            case "EXPIRED" -> AUTHORITY.issueExpired("mx.example.net");
            case "WRONG_NAME" -> AUTHORITY.issue("mail.example.org");
            default -> TestCertificate.selfSigned("mx.example.net");
        };
        PoliteScript polite = PoliteScript.offering().startTls(certificate);
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = byMx(peer, TlsLevel.VERIFY)) {
            Outcome outcome = rig.deliver("bob@example.net");
            assertThat(refused(outcome)).isEqualTo("4.7.5");
            assertThat(((Outcome.TlsRefused) outcome).diagnosis().text()).contains("mx.example.net", why);
            assertThat(polite.messages()).isEmpty();
        }
    }

    @Test
    void domainsWithAPolicyOfTheirOwnAreASiteOfTheirOwn() {
        PoliteScript polite = PoliteScript.offering();
        RouteTable.Pattern bank = new RouteTable.Pattern.Exactly(new Domain("bank.example"));
        table = new TlsTable(
                TlsTerms.of(TlsLevel.MAY),
                List.of(new TlsTable.Policy(bank, new TlsTerms(TlsLevel.VERIFY, List.of("mx.bank.example")))));
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(RouteTable.EMPTY, peer)) {
            rig.dns.mx("bank.example", 10, "mx.example.net");
            assertThat(rig.site(new Domain("example.net")).name()).isEqualTo("mx:mx.example.net");
            assertThat(rig.site(new Domain("bank.example")).name())
                    .isEqualTo("mx:mx.example.net;tls=verify:mx.bank.example");
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(refused(rig.deliver("a@bank.example"))).isEqualTo("4.7.4");
        }
    }

    @Test
    void aPooledConnectionIsNotUsedUnderAStricterPolicy() {
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = byMx(peer, TlsLevel.MAY)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            table = new TlsTable(TlsTerms.of(TlsLevel.ENCRYPT), List.of());
            assertThat(refused(rig.deliver("b@example.net"))).isEqualTo("4.7.4");
            assertThat(polite.messages()).hasSize(1);
        }
    }

    @Test
    @Requirement("conf-70")
    void smtpsRoutesSpeakTlsFromTheFirstOctet() {
        PoliteScript polite = PoliteScript.offering().implicitTls(TestCertificate.selfSigned("127.0.0.1"));
        try (FakePeer peer = FakePeer.playing(polite, brokenTls());
                Rig rig = rig(route(peer, Protocol.SMTPS, null, null), peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(told(rig).tls()).startsWith("TLSv1.3 ");
            assertThat(told(rig).site()).startsWith("smtps:127.0.0.1:");
        }
    }

    @Test
    void routesWithinThisMachineAreInClearUnlessTheySayOtherwise() {
        PoliteScript polite = PoliteScript.offering().startTls(TestCertificate.selfSigned("127.0.0.1"));
        try (FakePeer peer = FakePeer.playing(polite)) {
            try (Rig rig = rig(route(peer, Protocol.SMTP, null, null), peer)) {
                assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
                assertThat(told(rig).tls()).isNull();
            }
            try (Rig rig = rig(route(peer, Protocol.SMTP, TlsTerms.of(TlsLevel.ENCRYPT), null), peer)) {
                assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
                assertThat(told(rig).tls()).startsWith("TLSv1.3 ");
            }
        }
    }

    @Test
    void authenticatesAtASmarthost() {
        PoliteScript polite = PoliteScript.offering("AUTH PLAIN")
                .startTls(TestCertificate.selfSigned("127.0.0.1"))
                .answering("AUTH", "235 2.7.0 Welcome");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(route(peer, Protocol.SMTP, TlsTerms.of(TlsLevel.MAY), ALICE), peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(told(rig).site()).endsWith(";tls=may;user=alice");
            assertThat(peer.lines().getFirst().heard()).anyMatch(line -> line.startsWith("AUTH PLAIN "));
        }
    }

    @Test
    void aPasswordThatIsNotTakenDefersAllAndIsTriedAtOneAddressOnly() {
        PoliteScript polite = PoliteScript.offering("AUTH PLAIN")
                .startTls(TestCertificate.selfSigned("127.0.0.1"))
                .answering("AUTH", "535 5.7.8 Wrong");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(route(peer, Protocol.SMTP, TlsTerms.of(TlsLevel.MAY), ALICE), peer)) {
            Outcome outcome = rig.deliver("a@example.net");
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Unreachable.class, failed -> {
                assertThat(failed.diagnosis().status()).hasToString("4.7.8");
                assertThat(failed.diagnosis().text()).isEqualTo("535 5.7.8 Wrong");
                assertThat(failed.diagnosis().summary()).contains("did not accept our user name and password");
            });
            assertThat(peer.lines()).hasSize(1);
            assertThat(told(rig).tls()).startsWith("TLSv1.3 ");
        }
    }

    @Test
    @Requirement("H3")
    void mailWaitsRatherThanThatThePasswordGoesInClear() {
        PoliteScript polite = PoliteScript.offering("AUTH PLAIN").answering("AUTH", "235 2.7.0 Welcome");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = rig(route(peer, Protocol.SMTP, TlsTerms.of(TlsLevel.MAY), ALICE), peer)) {
            assertThat(refused(rig.deliver("a@example.net"))).isEqualTo("4.7.4");
            assertThat(peer.lines().getFirst().heard()).noneMatch(line -> line.startsWith("AUTH"));
        }
    }

    @Test
    void mailForAUserThatTheConfigurationNoLongerKnowsWaits() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = rig(route(peer, Protocol.SMTP, null, ALICE), peer)) {
            Site site = rig.site(Rig.EXAMPLE);
            rig.deliverer.configure(RouteTable.EMPTY, Rig.to(peer).made());
            assertThat(rig.attempt(rig.spool.put("a@example.net"), site)).isInstanceOf(Outcome.NotTried.class);
            assertThat(peer.lines()).isEmpty();
        }
    }

    @Test
    void aChosenRouteThatTheConfigurationNamesHasItsTlsAndUser() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering())) {
            RouteTable routes = route(peer, Protocol.SMTP, TlsTerms.of(TlsLevel.ENCRYPT), ALICE);
            String text = routes.rules().getFirst().to().text();
            try (Rig rig = rig(routes, peer)) {
                assertThat(rig.route(Rig.EXAMPLE, text))
                        .isEqualTo(new org.postrider.queue.Routing.To(new Site(text + ";tls=encrypt;user=alice")));
            }
        }
    }

    @Test
    void twoUsersOfOneServerHaveEachAPasswordAndConnectionsOfTheirOwn() {
        Route to = new Route.Server(Protocol.SMTP, new Domain("relay.example.net"), 587);
        ClientCredentials bob = new ClientCredentials("bob", "another", false);
        RouteTable.Rule one = new RouteTable.Rule(ALL, to, null, ALICE);
        RouteTable.Rule two = new RouteTable.Rule(ALL, to, null, bob);
        RouteTable routes = new RouteTable(List.of(one, two), java.util.Map.of());
        assertThat(one.site()).isNotEqualTo(two.site());
        assertThat(routes.credentials(SiteName.of(one.site()))).contains(ALICE);
        assertThat(routes.credentials(SiteName.of(two.site()))).contains(bob);
    }

    @Test
    void siteNamesSayWhatTheyMean() {
        TlsTerms named = new TlsTerms(TlsLevel.VERIFY, List.of("a.example", "b.example"));
        for (SiteName name : List.of(
                SiteName.of("mx:a.example,b.example"),
                new SiteName("mx:a.example", Optional.of(named), ""),
                new SiteName("smtp:a.example:25", Optional.of(TlsTerms.of(TlsLevel.NONE)), "us;tls=none@example"),
                new SiteName("smtps:[::1]:465", Optional.empty(), "us"),
                new SiteName("mx:a.example", Optional.of(new PublishedTerms(true, null)), ""),
                new SiteName("mx:a.example", Optional.of(new PublishedTerms(true, STS)), ""),
                new SiteName("mx:a.example", Optional.of(new PublishedTerms(false, STS)), ""),
                SiteName.of("maildir:/var/mail/odd;tls=none;user=x"))) {
            assertThat(SiteName.of(name.site())).isEqualTo(name);
        }
        for (String unknown : List.of("dune", "sts:enforce:1:", "sts:enforce:1:a b", "dane+", "sts:none:1:a.example")) {
            assertThat(SiteName.of(new Site("mx:a.example;tls=" + unknown)).terms())
                    .contains(TlsTerms.of(TlsLevel.VERIFY));
        }
    }
}
