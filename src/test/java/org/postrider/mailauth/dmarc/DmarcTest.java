package org.postrider.mailauth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Dkim;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Spf;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** What DMARC says of messages, in zones as the text draws them. */
class DmarcTest {
    private static final String BANK = "bank.example:y giant.bank.example";
    private static final String DEEP = "example.com b.c.d.e.f.g.example.com:n";

    private static FakeResolver zones(String zones) {
        FakeResolver dns = new FakeResolver();
        for (String zone : zones.split(" ", -1)) {
            String[] parts = zone.split(":", 2);
            String flag = parts.length == 2 ? "; psd=" + parts[1] : "";
            if (!zone.equals("-")) {
                dns.txt("_dmarc." + parts[0], "v=DMARC1; p=reject; sp=quarantine; np=quarantine" + flag);
            }
        }
        return dns;
    }

    private static DmarcOutcome evaluate(FakeResolver dns, String author, AuthenticatedIdentifier... identifiers) {
        return new Dmarc(dns, Runnable::run, null).evaluate(new Domain(author), List.of(identifiers));
    }

    private static Spf spf(String domain) {
        return new Spf(new Domain(domain), AuthResult.PASS);
    }

    private static Dkim dkim(String domain) {
        return new Dkim(new Domain(domain), "s1", AuthResult.PASS);
    }

    /** Each row with the zones that it is made for, whose names have no psd tag but where one stands behind a colon. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1|example.com signing.example.com|example.com|example.com|example.com|example.com|true",
                "1|example.com signing.example.com|example.com|example.com|example.com|signing.example.com|true",
                "2|example.com signing.example.com|a.b.c.d.e.f.g.h.i.j.k.example.com|example.com|example.com|example.com|true",
                "2|example.com signing.example.com|a.b.c.d.e.f.g.h.i.j.k.example.com|example.com|example.com|signing.example.com|true",
                "3|" + BANK + "|giant.bank.example|giant.bank.example|giant.bank.example|mail.giant.bank.example|true",
                "3|" + BANK + "|giant.bank.example|giant.bank.example|giant.bank.example|mail.mega.bank.example|false",
                "4|" + BANK + "|mail.mega.bank.example|bank.example|mega.bank.example|mega.bank.example|true",
                "4|" + BANK + "|mail.mega.bank.example|bank.example|mega.bank.example|bank.example|false",
                "4|" + BANK + "|mail.mega.bank.example|bank.example|mega.bank.example|giant.bank.example|false",
                "5|" + BANK + "|bank.example|bank.example|bank.example|giant.bank.example|false",
                "6|mail.example.com example.com|a.mail.example.com|example.com|example.com|other.example.com|true",
                "7|mail.example.com:n example.com|a.mail.example.com|mail.example.com|mail.example.com|mail.example.com|true",
                "7|mail.example.com:n example.com|a.mail.example.com|mail.example.com|mail.example.com|example.com|false",
                "8|com:y|a.mail.example.com|com|example.com|example.com|true",
                "8|com:y|a.mail.example.com|com|example.com|other.com|false",
                "9|" + DEEP + "|mail.a.b.c.d.e.f.g.example.com|example.com|example.com|x.b.c.d.e.f.g.example.com|true",
                "10|" + DEEP
                        + "|b.c.d.e.f.g.example.com|b.c.d.e.f.g.example.com|b.c.d.e.f.g.example.com|example.com|false",
                "10|" + DEEP
                        + "|b.c.d.e.f.g.example.com|b.c.d.e.f.g.example.com|b.c.d.e.f.g.example.com|x.b.c.d.e.f.g.example.com|false",
                "11|mail.example.com mail.example.com example.com|mail.example.com|example.com|example.com|example.com|true",
                "12|com example.com|example.com|example.com|com|evil.com|true",
                "13|com example.com:n|example.com|example.com|example.com|evil.com|false",
                "13|com example.com:n|example.com|example.com|example.com|a.example.com|true",
                "15|example.com:y x.mail.example.com|a.x.mail.example.com|example.com|mail.example.com|x.mail.example.com|true",
                "16|c.d.e.f.g.h.example:y|w.x.y.z.b.c.d.e.f.g.h.example|c.d.e.f.g.h.example|b.c.d.e.f.g.h.example|b.c.d.e.f.g.h.example|true"
            })
    @Requirement({"RFC 9989 §4.10", "RFC 9989 §4.10.1", "RFC 9989 §4.10.2", "RFC 9989 §B.4"})
    void findsPolicyAndAlignment(
            int row,
            String zones,
            String author,
            String policy,
            String organization,
            String identifier,
            boolean aligned) {
        for (AuthenticatedIdentifier each : List.of(spf(identifier), dkim(identifier))) {
            DmarcOutcome outcome = evaluate(zones(zones), author, each);
            assertThat(outcome.applied().orElseThrow().domain())
                    .as("row " + row)
                    .isEqualTo(new Domain(policy));
            assertThat(outcome.organization()).as("row " + row).contains(new Domain(organization));
            assertThat(outcome.result()).as("row " + row).isEqualTo(aligned ? AuthResult.PASS : AuthResult.FAIL);
            Policy wanted = policy.equals(author) ? Policy.REJECT : Policy.QUARANTINE;
            assertThat(outcome.policy()).as("row " + row).isEqualTo(wanted);
        }
    }

    @ParameterizedTest
    @CsvSource({"a.example.com", "a.b.c.d.e.f.g.h.i.j.mail.example.com"})
    @Requirement({"RFC 9989 §4.10.1", "RFC 9989 §9.2"})
    void doesNotApplyWithoutARecord(String author) {
        FakeResolver dns = zones("-");
        DmarcOutcome outcome = evaluate(dns, author);
        assertThat(outcome.result()).isEqualTo(AuthResult.NONE);
        assertThat(outcome.applied()).isEmpty();
        assertThat(dns.questions()).isLessThanOrEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com,       p=reject; sp=quarantine; np=none,      P,  REJECT",
        "a.example.com,     p=reject; sp=quarantine; np=none,      SP, QUARANTINE",
        "b.example.com,     p=reject; sp=quarantine; np=none,      NP, NONE",
        "example.com,       p=reject; sp=quarantine; np=none; t=y, P,  QUARANTINE",
        "a.example.com,     p=reject; sp=quarantine; np=none; t=y, SP, NONE",
        "b.example.com,     p=reject; sp=quarantine; np=none; t=y, NP, NONE",
        "b.example.com,     p=reject; sp=quarantine,               SP, QUARANTINE",
        "a.example.com,     p=reject,                              P,  REJECT",
        "b.example.com,     p=reject,                              P,  REJECT",
        "b.example.com,     p=none; np=reject,                     NP, REJECT",
        "a.example.com,     p=none; np=reject,                     P,  NONE"
    })
    @Requirement({"RFC 9989 §4.7", "RFC 9989 §4.10.1", "RFC 9989 §3.2.13"})
    void choosesThePolicyForTheName(String author, String policies, DmarcOutcome.PolicyTag tag, Policy policy) {
        FakeResolver dns = new FakeResolver()
                .txt("_dmarc.example.com", "v=DMARC1; " + policies)
                .txt("a.example.com", "exists");
        DmarcOutcome outcome = evaluate(dns, author);
        assertThat(outcome.result()).isEqualTo(AuthResult.FAIL);
        assertThat(outcome.policy()).isEqualTo(policy);
        assertThat(outcome.applied().orElseThrow().tag()).isEqualTo(tag);
    }

    @Test
    @Requirement({"RFC 9989 §3.2.10", "RFC 9989 §4.4"})
    void takesOnlyTheSameNameWhereAlignmentIsStrict() {
        FakeResolver dns = new FakeResolver().txt("_dmarc.example.com", "v=DMARC1; p=reject; adkim=s; aspf=s");
        DmarcOutcome outcome = evaluate(dns, "example.com", spf("a.example.com"), dkim("b.example.com"));
        assertThat(outcome.result()).isEqualTo(AuthResult.FAIL);
        assertThat(outcome.spfAligned() || outcome.dkimAligned()).isFalse();
        assertThat(evaluate(dns, "example.com", spf("example.com")).result()).isEqualTo(AuthResult.PASS);
        assertThat(dns.questions()).as("no walk for what cannot align").isEqualTo(4);
    }

    @Test
    @Requirement({"RFC 9989 §4.3", "RFC 9989 §4.4"})
    void takesNothingThatDidNotPass() {
        for (AuthResult result : AuthResult.values()) {
            DmarcOutcome outcome =
                    evaluate(zones("example.com"), "example.com", new Spf(new Domain("example.com"), result));
            AuthResult expected = switch (result) {
                case PASS -> AuthResult.PASS;
                case TEMPERROR -> AuthResult.TEMPERROR;
                case FAIL, SOFTFAIL, NEUTRAL, POLICY, NONE, PERMERROR -> AuthResult.FAIL;
            };
            assertThat(outcome.result()).as(result.text()).isEqualTo(expected);
        }
    }

    @Test
    @Requirement("RFC 9989 §5.3.6")
    void isOpenWhileAnIdentifierThatWouldAlignIsOpen() {
        Dkim open = new Dkim(new Domain("mail.example.com"), "s1", AuthResult.TEMPERROR);
        Dkim foreign = new Dkim(new Domain("example.net"), "s1", AuthResult.TEMPERROR);
        assertThat(evaluate(zones("example.com"), "example.com", open).result()).isEqualTo(AuthResult.TEMPERROR);
        assertThat(evaluate(zones("example.com"), "example.com", foreign).result())
                .isEqualTo(AuthResult.FAIL);
        assertThat(evaluate(zones("example.com"), "example.com", open, spf("example.com"))
                        .result())
                .isEqualTo(AuthResult.PASS);
    }

    @ParameterizedTest
    @CsvSource({
        "_dmarc.example.com,      TEMPERROR",
        "_dmarc.com,              TEMPERROR",
        "_dmarc.mail.example.com, TEMPERROR"
    })
    @Requirement({"RFC 9989 §4.10.1", "RFC 9989 §5.3.6"})
    void isOpenWhileItsRecordIsNotKnown(String failing, AuthResult expected) {
        FakeResolver dns = zones("example.com").failing(failing, Answer.Failure.SERVER_FAILURE);
        assertThat(evaluate(dns, "mail.example.com", spf("example.com")).result())
                .isEqualTo(expected);
    }

    @Test
    @Requirement("RFC 9989 §5.3.6")
    void passesOnTheSameNameWhateverElseFails() {
        FakeResolver dns = zones("example.com").failing("_dmarc.com", Answer.Failure.TIMEOUT);
        DmarcOutcome outcome = evaluate(dns, "example.com", dkim("example.com"), spf("bounces.example.net"));
        assertThat(outcome.result()).isEqualTo(AuthResult.PASS);
        assertThat(outcome.organization()).isEmpty();
        assertThat(evaluate(dns, "example.com", spf("a.example.com")).result()).isEqualTo(AuthResult.TEMPERROR);
    }

    @Test
    @Requirement("RFC 9989 §4.10.1")
    void isOpenWhileThePolicyOfAFailingNameIsNotKnown() {
        FakeResolver dns = new FakeResolver()
                .txt("_dmarc.example.com", "v=DMARC1; p=none; np=reject")
                .failing("a.example.com", Answer.Failure.TIMEOUT);
        assertThat(evaluate(dns, "a.example.com").result()).isEqualTo(AuthResult.TEMPERROR);
        assertThat(evaluate(dns, "a.example.com", spf("example.com")).result()).isEqualTo(AuthResult.PASS);
    }

    @ParameterizedTest
    @CsvSource({"v=DMARC1; p=bad; rua=mailto:r@example.com, FAIL", "v=DMARC1; p=bad, PERMERROR", "v=DMARC1, PERMERROR"})
    @Requirement({"RFC 9989 §4.10.1", "RFC 9989 §9.2"})
    void treatsAMalformedPolicyByWhetherItCanReport(String record, AuthResult expected) {
        DmarcOutcome outcome = evaluate(new FakeResolver().txt("_dmarc.example.com", record), "example.com");
        assertThat(outcome.result()).isEqualTo(expected);
        assertThat(outcome.policy()).isEqualTo(Policy.NONE);
        assertThat(outcome.problems()).isNotEmpty();
    }

    @Test
    void comesToTheSameOnManyThreads() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            DmarcOutcome outcome = new Dmarc(zones("example.com"), threads, null)
                    .evaluate(new Domain("a.example.com"), List.of(spf("b.example.com"), dkim("c.example.net")));
            assertThat(outcome.result()).isEqualTo(AuthResult.PASS);
            assertThat(outcome.spfAligned()).isTrue();
            assertThat(outcome.dkimAligned()).isFalse();
        }
    }

    @Test
    @Requirement("RFC 9989 §4.10")
    void boundsWhatOneMessageCanMakeItAsk() {
        FakeResolver dns = zones("example.com");
        AuthenticatedIdentifier[] many = new AuthenticatedIdentifier[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = dkim("a.b.c.d.e.f.g.h.i.n" + i + ".net");
        }
        evaluate(dns, "a.example.com", many);
        assertThat(dns.questions()).isLessThanOrEqualTo(8 * (Evaluation.WALKS_MAX + 1));
    }
}
