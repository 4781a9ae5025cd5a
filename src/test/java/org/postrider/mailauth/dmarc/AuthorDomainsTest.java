package org.postrider.mailauth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Spf;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** Whose domain a From field names. */
class AuthorDomainsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@example.com",
                "A <a@EXAMPLE.com>",
                "a@example.com, b@example.com",
                "boss@bank.example <a@example.com>",
                "Team: a@example.com;"
            })
    @Requirement({"RFC 9989 §5.3.1", "RFC 9989 §4.4"})
    void isTheOneDomainOfItsAddresses(String from) {
        assertThat(AuthorDomains.of(List.of(from))).isEqualTo(new AuthorDomains.One(new Domain("example.com")));
    }

    @Test
    @Requirement("RFC 9989 §5.3.1")
    void isWrittenInALabels() {
        assertThat(AuthorDomains.of(List.of("a@Bücher.example")))
                .isEqualTo(new AuthorDomains.One(new Domain("xn--bcher-kva.example")));
    }

    @Test
    @Requirement({"RFC 9989 §4.2", "RFC 9989 §11.5", "J1"})
    void isAbsentWhereTheMessageIsNone() {
        assertThat(AuthorDomains.of(List.of())).isInstanceOf(AuthorDomains.Absent.class);
        assertThat(AuthorDomains.of(List.of("a@example.com", "a@example.com")))
                .isInstanceOf(AuthorDomains.Absent.class);
        for (String from : List.of("", "nobody:;", "a@[192.0.2.1]", "a@", "<a@example.com> b", "a@example.com\u0000")) {
            assertThat(AuthorDomains.of(List.of(from))).as(from).isInstanceOf(AuthorDomains.Absent.class);
        }
    }

    private static DmarcOutcome evaluate(String from) {
        FakeResolver dns = new FakeResolver()
                .txt("_dmarc.example.com", "v=DMARC1; p=none")
                .txt("_dmarc.bank.example", "v=DMARC1; p=reject")
                .txt("_dmarc.shop.example", "v=DMARC1; p=quarantine");
        return new Dmarc(dns, Runnable::run, null)
                .evaluate(
                        AuthorDomains.of(List.of(from)), List.of(new Spf(new Domain("example.com"), AuthResult.PASS)));
    }

    @Test
    @Requirement({"RFC 9989 §5.3.1", "RFC 9989 §11.5"})
    void areJudgedByTheStrictestOfThoseThatFail() {
        DmarcOutcome outcome = evaluate("a@example.com, b@shop.example, c@bank.example");
        assertThat(outcome.result()).isEqualTo(AuthResult.FAIL);
        assertThat(outcome.author()).contains(new Domain("bank.example"));
        assertThat(outcome.policy()).isEqualTo(Policy.REJECT);
        assertThat(evaluate("a@example.com, b@example.net").result()).isEqualTo(AuthResult.NONE);
    }

    @Test
    @Requirement("RFC 9989 §11.5")
    void areNotAllLookedAtWithoutEnd() {
        StringBuilder from = new StringBuilder("a@example.com");
        for (int i = 0; i < 100; i++) {
            from.append(", a@n").append(i).append(".example.net");
        }
        DmarcOutcome outcome = evaluate(from.toString());
        assertThat(outcome.result()).isEqualTo(AuthResult.PERMERROR);
    }
}
