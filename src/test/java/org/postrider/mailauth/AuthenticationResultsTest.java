package org.postrider.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthenticationResults.Entry;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier;
import org.postrider.mailauth.dmarc.Dmarc;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** The field that tells what was found out, and the fields of others. */
class AuthenticationResultsTest {
    private static final String US = "mx.example.net";

    @Test
    @Requirement({"RFC 8601 §2.2", "RFC 9989 §9.1"})
    void tellsEachMethodOnALineOfItsOwn() {
        Entry dmarc = new Dmarc(
                        new FakeResolver().txt("_dmarc.example.com", "v=DMARC1; p=quarantine"), Runnable::run, null)
                .evaluate(
                        new Domain("example.com"),
                        List.of(new AuthenticatedIdentifier.Spf(new Domain("example.com"), AuthResult.FAIL)))
                .entry();
        AuthenticationResults results = new AuthenticationResults(
                US,
                List.of(
                        AuthenticationResults.spf(AuthResult.FAIL, "a@example.com", "mail.example.com"),
                        AuthenticationResults.dkim(AuthResult.PASS, "example.org", "s1", "rsa-sha256", "abcdefghijk=")
                                .because("good signature"),
                        dmarc,
                        AuthenticationResults.iprev(AuthResult.PASS, "192.0.2.1")));
        assertThat(results.field()).isEqualTo("""
                Authentication-Results: mx.example.net;
                \tspf=fail smtp.mailfrom=a@example.com;
                \tdkim=pass reason="good signature" header.d=example.org header.s=s1
                \t header.a=rsa-sha256 header.b=abcdefgh;
                \tdmarc=fail policy.dmarc=quarantine header.from=example.com;
                \tiprev=pass policy.iprev=192.0.2.1
                """.replace("\n", "\r\n"));
    }

    @Test
    @Requirement("RFC 8601 §2.2")
    void saysNoneWhereNothingWasLookedAt() {
        assertThat(new AuthenticationResults(US, List.of()).value()).isEqualTo("mx.example.net; none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mx.example.net", "a@example.net", "a=b@example.net", "our host", "[192.0.2.1]", "x\"y"})
    void isReadAgainAsItsWritersWhateverThatCallsItself(String id) {
        assertThat(AuthenticationResults.authservId(new AuthenticationResults(id, List.of()).value()))
                .contains(id);
    }

    @Test
    void letsNoValueBreakOutOfItsPlace() {
        String value = new AuthenticationResults(
                        US,
                        List.of(AuthenticationResults.spf(
                                        AuthResult.PASS, "a\r\nX: y; dkim=pass \"q\\\" é@example.com", "")
                                .because("x\"; dmarc=pass\r\n")))
                .value();
        assertThat(value)
                .isEqualTo("mx.example.net;\r\n\tspf=pass reason=\"x\\\"; dmarc=pass??\"\r\n\t "
                        + "smtp.mailfrom=\"a??X: y; dkim=pass \\\"q\\\\\\\" ?@example.com\"");
        assertThat(AuthenticationResults.spf(AuthResult.PASS, "", "[IPv6:::1]")
                        .properties()
                        .getFirst()
                        .value())
                .isEqualTo("[IPv6:::1]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "mx.example.net; spf=pass|mx.example.net",
                "mx.example.net;none|mx.example.net",
                "mx.example.net 1; none|mx.example.net",
                "(a comment; with (nested) \\) ones) mx.example.net (here) 1 (and here); none|mx.example.net",
                "\"mx.example.net\"; none|mx.example.net",
                "\"mx\\.example.net\" 1; none|mx.example.net",
                "mx.example.net|mx.example.net"
            })
    @Requirement("RFC 8601 §2.2")
    void readsWhoseResultsTheyAre(String value, String id) {
        assertThat(AuthenticationResults.authservId(value)).contains(id);
    }

    @Test
    void readsThemAcrossFolds() {
        assertThat(AuthenticationResults.authservId("\r\n\tmx.example.net\r\n\t1;\r\n\tspf=pass"))
                .contains(US);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mx.example.net; spf=pass",
                "MX.Example.Net; spf=pass",
                "mx.example.net.; spf=pass",
                "\"mx.example.net\"; spf=pass",
                "(c) mx.example.net (d); spf=pass",
                "mx.example.net/1; spf=pass",
                "mx.example.net spf=pass",
                "(open mx.example.net; spf=pass",
                "\"mx.example.net; spf=pass",
                "; spf=pass",
                ""
            })
    @Requirement("RFC 8601 §5")
    void letsNoneStayThatMayPassForOurs(String value) {
        assertThat(AuthenticationResults.mustGo(value, US)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mx.example.org; spf=pass", "example.net; spf=pass", "xmx.example.net; none"})
    @Requirement("RFC 8601 §5")
    void keepsThoseOfOthers(String value) {
        assertThat(AuthenticationResults.mustGo(value, US)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                " dmarc=pass header.from=example.com|PASS",
                " spf=fail; dmarc=fail|FAIL",
                " spf=pass reason=\"x; dmarc=pass\"; dmarc=fail|FAIL",
                " spf=pass (dmarc=pass; dmarc=pass); DMARC = (so) none|NONE",
                " dmarc=pass; dmarc=fail|PASS",
            })
    void findsWhatOthersToldOfOneMethod(String results, AuthResult told) {
        assertThat(AuthenticationResults.told(results, "dmarc")).contains(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " none",
                " spf=pass",
                " xdmarc=pass",
                " spf=pass smtp.mailfrom=dmarc=pass",
                " spf=pass reason=\"; dmarc=pass",
                " spf=pass (; dmarc=pass",
                " dmarc=wonderful",
                " dmarc",
            })
    void findsNothingWhereNothingWasTold(String results) {
        assertThat(AuthenticationResults.told(results, "dmarc")).isEmpty();
    }
}
