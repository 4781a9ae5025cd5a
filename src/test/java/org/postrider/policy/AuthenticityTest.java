package org.postrider.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.mail.Finding;
import org.postrider.mail.Reply;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.mailauth.dmarc.Disposition;
import org.postrider.mailauth.dmarc.DispositionOverride;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.mailauth.verify.Origin;
import org.postrider.mailauth.verify.Verification;
import org.postrider.mailauth.verify.Verified;
import org.postrider.policy.AuthenticitySettings.Quarantine;
import org.postrider.policy.AuthenticitySettings.Rejection;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** What becomes of messages by what was verified of them. */
class AuthenticityTest {
    private static final AuthenticitySettings DEFAULT = AuthenticitySettings.DEFAULT;
    private static final List<Finding> NOTHING_KNOWN = List.of();
    private static final List<Finding> LISTED =
            List.of(new Finding("dnsbl", Finding.Verdict.TAG, 0, "zen.example lists 198.51.100.1"));

    private final FakeResolver dns = new FakeResolver()
            .txt("example.com", "v=spf1 ip4:192.0.2.0/24 -all")
            .txt("_dmarc.example.com", "v=DMARC1; p=reject")
            .txt("soft.example", "v=spf1 ~all")
            .txt("broken.example", "v=spf1 nonsense -all")
            .txt("_dmarc.suspicious.example", "v=DMARC1; p=quarantine");

    private Verified from(String client, String mailFrom, String header) {
        MessageVerifier verifier = new MessageVerifier(
                new MessageVerifier.Ports(
                        dns,
                        Runnable::run,
                        InstantSource.fixed(Instant.EPOCH),
                        System::nanoTime,
                        CryptoProviders.jdk()),
                "mx.example.net",
                DkimSettings.DEFAULT,
                null);
        Origin origin = new Origin(
                InetAddress.ofLiteral(client), "client.example", mailFrom, Optional.empty(), Optional.empty());
        Verification verification = verifier.begin(origin);
        byte[] octets = SampleMail.of(header + "\n\nbody\n").octets();
        verification.write(octets, 0, octets.length);
        return verification.end();
    }

    private Verified forged() {
        return from("198.51.100.1", "ann@example.com", "From: ann@example.com");
    }

    private static Authenticity.Judged judge(AuthenticitySettings settings, Verified verified, List<Finding> known) {
        return new Authenticity(settings).judge(verified, false, known);
    }

    private static String texts(Authenticity.Judged judged) {
        return String.join("\n", judged.findings().stream().map(Finding::text).toList());
    }

    private static String refusal(Authenticity.Judged judged) {
        Reply refusal = judged.refusal();
        return refusal == null ? "" : refusal.text();
    }

    private static AuthenticitySettings with(Rejection reject, Quarantine quarantine) {
        return new AuthenticitySettings(
                true,
                Response.TAG,
                Response.TAG,
                Response.REJECT,
                quarantine,
                reject,
                Response.TAG,
                Set.of(),
                Set.of(),
                PolicySettings.Scores.OFF);
    }

    private static AuthenticitySettings with(Response spfFail, Response spfError, Response noAuthor, Response unknown) {
        return new AuthenticitySettings(
                true,
                spfFail,
                spfError,
                noAuthor,
                DEFAULT.quarantine(),
                DEFAULT.reject(),
                unknown,
                Set.of(),
                Set.of(),
                PolicySettings.Scores.OFF);
    }

    @Test
    void anAuthenticMessagePassesWithGoodFindings() {
        Authenticity.Judged judged =
                judge(DEFAULT, from("192.0.2.1", "ann@example.com", "From: ann@example.com"), LISTED);
        assertThat(judged.refusal()).isNull();
        assertThat(judged.hold()).isNull();
        assertThat(judged.disposition().action()).isEqualTo(Disposition.Action.PASS);
        assertThat(texts(judged)).isEqualTo("spf pass: pass for example.com\ndmarc pass: pass for example.com");
    }

    @Test
    @Requirement("RFC 9989 §7.4")
    void aPolicyOfRejectAloneIsNotEnoughToRefuse() {
        Authenticity.Judged judged = judge(DEFAULT, forged(), NOTHING_KNOWN);
        assertThat(judged.refusal()).isNull();
        assertThat(judged.disposition().action()).isEqualTo(Disposition.Action.QUARANTINE);
        assertThat(texts(judged)).contains("dmarc tag: fail for example.com, policy reject");
    }

    @Test
    @Requirement({"RFC 9989 §7.4", "RFC 7372 §3.2"})
    void aPolicyOfRejectAndAListedClientAre() {
        Authenticity.Judged judged = judge(DEFAULT, forged(), LISTED);
        assertThat(refusal(judged)).startsWith("550 5.7.26 Email rejected per DMARC policy (p=reject) for example.com");
        assertThat(judged.disposition().action()).isEqualTo(Disposition.Action.REJECT);
    }

    @ParameterizedTest
    @CsvSource({
        "dnsbl,PASS,0,false",
        "dnsbl,UNKNOWN,0,false",
        "dnsbl,SCORE,3,true",
        "dnsbl,SCORE,-3,false",
        "dnsbl,DEFER,0,true",
        "client,REJECT,0,true",
        "helo,REJECT,0,false",
    })
    void onlyListsThatSpeakAgainstTheClientAgreeWithAPolicy(
            String check, Finding.Verdict verdict, int weight, boolean agrees) {
        Finding finding = new Finding(check, verdict, weight, "");
        assertThat(judge(DEFAULT, forged(), List.of(finding)).refusal() != null).isEqualTo(agrees);
    }

    @ParameterizedTest
    @EnumSource(Rejection.class)
    void whenAPolicyOfRejectIsFollowedIsConfigured(Rejection when) {
        AuthenticitySettings settings = with(when, DEFAULT.quarantine());
        assertThat(judge(settings, forged(), NOTHING_KNOWN).refusal() != null).isEqualTo(when == Rejection.ALWAYS);
        assertThat(judge(settings, forged(), LISTED).refusal() != null).isEqualTo(when != Rejection.NEVER);
    }

    @Test
    void whatIsSuspiciousMayBeHeldOrRefused() {
        Verified suspicious = from("198.51.100.1", "x@suspicious.example", "From: x@suspicious.example");
        assertThat(judge(DEFAULT, suspicious, LISTED).hold()).isNull();
        Quarantine hold = new Quarantine(Response.TAG, true);
        assertThat(judge(with(Rejection.AGREED, hold), suspicious, NOTHING_KNOWN)
                        .hold())
                .isEqualTo("fail for suspicious.example, policy quarantine");
        assertThat(judge(with(Rejection.AGREED, hold), forged(), NOTHING_KNOWN).hold())
                .as("p=reject without anything else against it is suspicious as well")
                .isEqualTo("fail for example.com, policy reject");
        Quarantine refuse = new Quarantine(Response.REJECT, false);
        assertThat(refusal(judge(with(Rejection.AGREED, refuse), suspicious, NOTHING_KNOWN)))
                .startsWith("550 5.7.26 Email rejected per DMARC policy (p=quarantine)");
    }

    @Test
    void whereNothingIsEnforcedAllIsNotedAndNothingRefusedOrHeld() {
        AuthenticitySettings lenient = new AuthenticitySettings(
                false,
                Response.REJECT,
                Response.REJECT,
                Response.REJECT,
                new Quarantine(Response.REJECT, true),
                Rejection.ALWAYS,
                Response.REJECT,
                Set.of(),
                Set.of(),
                PolicySettings.Scores.OFF);
        Authenticity.Judged judged = judge(lenient, forged(), LISTED);
        assertThat(judged.refusal()).isNull();
        assertThat(judged.hold()).isNull();
        assertThat(texts(judged)).contains("spf reject: fail for example.com", "dmarc reject: fail for example.com");
        assertThat(judge(lenient, from("192.0.2.1", "a@example.com", "Subject: x"), LISTED)
                        .refusal())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"From: ann@example.com", "Subject: nobody wrote it", "From: a@suspicious.example"})
    void aFriendIsNeverRefusedNorHeld(String header) {
        AuthenticitySettings strict = new AuthenticitySettings(
                true,
                Response.REJECT,
                Response.REJECT,
                Response.REJECT,
                new Quarantine(Response.REJECT, true),
                Rejection.ALWAYS,
                Response.REJECT,
                Set.of(),
                Set.of(),
                PolicySettings.Scores.OFF);
        Authenticity.Judged judged =
                new Authenticity(strict).judge(from("198.51.100.1", "ann@example.com", header), true, LISTED);
        assertThat(judged.refusal()).isNull();
        assertThat(judged.hold()).isNull();
        assertThat(judged.findings()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Subject: x|no From field",
                "From: a@example.com~From: b@example.com|2 From fields",
                "From: a@example.com, b@example.org|the From field names several domains",
                "From: <<|the From field is malformed",
                "From: a@[192.0.2.1]|the From field has an address literal",
            })
    @Requirement("RFC 9989 §11.5")
    void refusesWhatHasNoSingleAuthor(String header, String reason) {
        Verified verified = from("192.0.2.1", "a@example.com", header.replace('~', '\n'));
        assertThat(refusal(judge(DEFAULT, verified, NOTHING_KNOWN)))
                .isEqualTo("550 5.7.1 Message has no single author: " + reason);
        AuthenticitySettings noting = with(Response.TAG, Response.TAG, Response.TAG, Response.TAG);
        assertThat(judge(noting, verified, NOTHING_KNOWN).refusal()).isNull();
    }

    @Test
    @Requirement("RFC 7372 §3.2")
    void whatSpfSaysIsNotedAndRefusedOnlyWhereThatIsConfigured() {
        AuthenticitySettings strict = with(Response.REJECT, Response.DEFER, Response.REJECT, Response.TAG);
        Verified failing = from("198.51.100.1", "ann@example.com", "From: a@other.example");
        assertThat(judge(DEFAULT, failing, LISTED).refusal()).isNull();
        assertThat(texts(judge(DEFAULT, failing, LISTED))).startsWith("spf tag: fail for example.com");
        assertThat(refusal(judge(strict, failing, NOTHING_KNOWN)))
                .startsWith("550 5.7.23 SPF validation failed: 198.51.100.1 may not send for example.com");
        Verified broken = from("198.51.100.1", "x@broken.example", "From: a@other.example");
        assertThat(refusal(judge(strict, broken, NOTHING_KNOWN))).startsWith("450 4.7.24 SPF validation error");
        Verified soft = from("198.51.100.1", "x@soft.example", "From: a@other.example");
        assertThat(texts(judge(strict, soft, NOTHING_KNOWN))).startsWith("spf tag: softfail for soft.example");
        assertThat(judge(strict, soft, NOTHING_KNOWN).refusal()).isNull();
    }

    @Test
    void whereTheDnsDoesNotTellTheMessageMayBeAskedToComeAgain() {
        dns.failing("_dmarc.example.com", Answer.Failure.SERVER_FAILURE);
        AuthenticitySettings careful = with(Response.TAG, Response.TAG, Response.REJECT, Response.REJECT);
        assertThat(refusal(judge(careful, forged(), NOTHING_KNOWN)))
                .isEqualTo("451 4.7.26 Authenticity of example.com cannot be looked up now");
        assertThat(judge(DEFAULT, forged(), NOTHING_KNOWN).refusal()).isNull();
    }

    private Verified sealedBy(String sealer, AuthResult result, @Nullable String results) {
        Verified verified = forged();
        ArcResult arc = new ArcResult(
                result,
                2,
                List.of(new Domain("first.example"), new Domain(sealer)),
                OptionalInt.of(0),
                Optional.ofNullable(results),
                false,
                "");
        return new Verified(
                verified.origin(),
                verified.question(),
                verified.mailFrom(),
                verified.helo(),
                verified.dkim(),
                arc,
                verified.author(),
                verified.dmarc(),
                verified.header());
    }

    @Test
    @Requirement("RFC 8617 §7.2.2")
    void aTrustedSealerThatSawItPassIsBelieved() {
        AuthenticitySettings trusting = new AuthenticitySettings(
                true,
                Response.TAG,
                Response.TAG,
                Response.REJECT,
                DEFAULT.quarantine(),
                Rejection.ALWAYS,
                Response.TAG,
                Set.of(new Domain("list.example")),
                Set.of(),
                PolicySettings.Scores.OFF);
        String passed = " list.example; spf=pass; dmarc=pass header.from=example.com";
        Authenticity.Judged judged = judge(trusting, sealedBy("list.example", AuthResult.PASS, passed), LISTED);
        assertThat(judged.refusal()).isNull();
        assertThat(judged.disposition().action()).isEqualTo(Disposition.Action.NONE);
        assertThat(judged.disposition().overrides())
                .extracting(DispositionOverride::type)
                .containsExactly(DispositionOverride.Type.TRUSTED_FORWARDER);
        List<Verified> notBelieved = List.of(
                sealedBy("other.example", AuthResult.PASS, passed),
                sealedBy("list.example", AuthResult.FAIL, passed),
                sealedBy("list.example", AuthResult.PASS, null),
                sealedBy("list.example", AuthResult.PASS, " list.example; dmarc=fail"),
                sealedBy("list.example", AuthResult.PASS, " list.example; spf=pass reason=\"dmarc=pass\""));
        for (Verified verified : notBelieved) {
            assertThat(refusal(judge(trusting, verified, NOTHING_KNOWN))).startsWith("550 5.7.26");
        }
    }

    private static AuthenticitySettings with(Set<Domain> lists, Response spfFail, PolicySettings.Scores scores) {
        return new AuthenticitySettings(
                true,
                spfFail,
                Response.TAG,
                Response.REJECT,
                DEFAULT.quarantine(),
                Rejection.ALWAYS,
                Response.TAG,
                Set.of(),
                lists,
                scores);
    }

    @Test
    @Requirement("RFC 9989 §5.4")
    void mailOfATrustedListThatIsAuthenticAsTheListsIsTaken() {
        dns.txt("bounces.lists.example", "v=spf1 ip4:203.0.113.0/24 -all");
        AuthenticitySettings trusting =
                with(Set.of(new Domain("lists.example")), Response.TAG, PolicySettings.Scores.OFF);
        String header = "List-Id: <talk.lists.example>\nFrom: ann@example.com";
        Verified ofList = from("203.0.113.5", "talk@bounces.lists.example", header);
        Authenticity.Judged judged = judge(trusting, ofList, LISTED);
        assertThat(judged.refusal()).isNull();
        assertThat(judged.disposition().overrides())
                .extracting(DispositionOverride::type)
                .containsExactly(DispositionOverride.Type.MAILING_LIST);
        List<Verified> others = List.of(
                from("198.51.100.1", "talk@bounces.lists.example", header),
                from("203.0.113.5", "talk@bounces.lists.example", "From: ann@example.com"),
                from("203.0.113.5", "talk@other.example", header));
        for (Verified other : others) {
            assertThat(refusal(judge(trusting, other, NOTHING_KNOWN))).startsWith("550 5.7.26");
        }
    }

    @Test
    void itsWeightsAreAddedToThoseOfTheClient() {
        AuthenticitySettings weighing = with(Set.of(), new Response(Action.SCORE, 3), new PolicySettings.Scores(4, 6));
        Verified failing = from("198.51.100.1", "ann@example.com", "From: a@other.example");
        assertThat(judge(weighing, failing, NOTHING_KNOWN).refusal()).isNull();
        assertThat(texts(judge(weighing, failing, NOTHING_KNOWN))).endsWith("score pass: 3");
        Finding known = new Finding("helo", Finding.Verdict.SCORE, 1, "");
        assertThat(refusal(judge(weighing, failing, List.of(known))))
                .isEqualTo("450 4.7.1 Refused by local policy: score 4");
        Finding worse = new Finding("helo", Finding.Verdict.SCORE, 4, "");
        assertThat(refusal(judge(weighing, failing, List.of(worse))))
                .isEqualTo("550 5.7.1 Refused by local policy: score 7");
        assertThat(judge(weighing, from("192.0.2.1", "ann@example.com", "From: a@other.example"), List.of(worse))
                        .refusal())
                .as("what was decided at RCPT is not decided again")
                .isNull();
    }
}
