package org.postrider.tlspolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.testing.Requirement;
import org.postrider.tlspolicy.StsPolicy.Mode;
import org.postrider.tlspolicy.StsPolicy.Parsed;

final class StsPolicyTest {
    private static final String GOOD = """
            version: STSv1
            mode: enforce
            mx: mail.example.com
            mx: *.example.net
            max_age: 604800
            """;

    private static Parsed parse(String text) {
        return StsPolicy.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static StsPolicy valid(String text) {
        assertThat(parse(text)).isInstanceOf(Parsed.Valid.class);
        return ((Parsed.Valid) parse(text)).policy();
    }

    @Test
    @Requirement("RFC 8461 §3.2")
    void readsAPolicyWithEitherLineEnd() {
        StsPolicy expected =
                new StsPolicy(Mode.ENFORCE, List.of("mail.example.com", "*.example.net"), Duration.ofDays(7));

        assertThat(valid(GOOD)).isEqualTo(expected);
        assertThat(valid(GOOD.replace("\n", "\r\n"))).isEqualTo(expected);
        assertThat(valid(GOOD.stripTrailing())).isEqualTo(expected);
        assertThat(valid(expected.text())).isEqualTo(expected);
    }

    @Test
    @Requirement("RFC 8461 §3.2")
    void passesOverWhatItDoesNotKnowAndTakesTheFirstOfTwo() {
        assertThat(valid(GOOD + "x-new.field: whatever \u00fc: it says\nmode: none\nmax_age: 1\n"))
                .isEqualTo(valid(GOOD));
    }

    @Test
    @Requirement("RFC 8461 §3.2")
    void namesNoHostOnlyWhereItIsTakenBack() {
        assertThat(valid("version: STSv1\nmode: none\nmax_age: 60\n").mode()).isEqualTo(Mode.NONE);
        assertThat(parse("version: STSv1\nmode: testing\nmax_age: 60\n")).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    @Requirement("RFC 8461 §3.2")
    void isRememberedForAYearAtMost() {
        assertThat(valid(GOOD.replace("604800", "9999999999")).maxAge()).isEqualTo(StsPolicy.MAX_AGE_MOST);
        assertThat(valid(GOOD.replace("604800", "0")).maxAge()).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 1",
                "mode: enforce\nmx: a.example\nmax_age: 1",
                "version: STSv1\nmx: a.example\nmax_age: 1",
                "version: STSv1\nmode: Enforce\nmx: a.example\nmax_age: 1",
                "version: STSv1\nmode: enforce\nmx: a.example",
                "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -1",
                "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1.5",
                "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 12345678901",
                "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1",
                "version: STSv1\nmode: enforce\nmx: a.*.example\nmax_age: 1",
                "version: STSv1\nmode: enforce\nmx: *.*.example\nmax_age: 1",
                "version: STSv1\nmode: enforce\nmx: a b.example\nmax_age: 1",
                "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\nno field at all",
                "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n-bad: key",
                "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\nx: \u0001",
                "<!DOCTYPE html><html><body>welcome</body></html>"
            })
    @Requirement("RFC 8461 §3.2")
    void refusesWhatIsNoPolicy(String text) {
        assertThat(parse(text)).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    @Requirement("K3")
    void refusesWhatIsTooLongOrNoText() {
        assertThat(parse(GOOD + "x: " + "y".repeat(StsPolicy.OCTETS_MAX))).isInstanceOf(Parsed.Invalid.class);
        assertThat(parse(GOOD + "mx: a.example\n".repeat(StsPolicy.HOSTS_MAX + 1)))
                .isInstanceOf(Parsed.Invalid.class);
        assertThat(StsPolicy.parse(new byte[] {(byte) 0xff, (byte) 0xfe})).isInstanceOf(Parsed.Invalid.class);
    }

    @ParameterizedTest
    @CsvSource({
        "mail.example.com,true",
        "a.example.net,true",
        "MAIL.EXAMPLE.COM,true",
        "example.net,false",
        "a.b.example.net,false",
        "other.example.com,false",
        "net,false"
    })
    @Requirement("RFC 8461 §4.1")
    void aWildcardStandsForOneLabel(String host, boolean covered) {
        assertThat(StsPolicy.isCovered(
                        Domain.parse(host).orElseThrow(), valid(GOOD).hosts()))
                .isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=STSv1; id=20160831085700Z;|20160831085700Z",
                "v=STSv1;id=1|1",
                "v=STSv1 ; id=1 ; x=y|1",
                "v=STSv1; x=y; id=1;|1"
            })
    @Requirement("RFC 8461 §3.1")
    void readsTheRecord(String text, String id) {
        assertThat(StsRecord.parse(List.of("v=spf1 -all", text))).isEqualTo(new StsRecord.Valid(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=STSv1;",
                "v=STSv1; id=",
                "v=STSv1; id=a-b",
                "v=STSv1; id=123456789012345678901234567890123",
                "v=STSv1; x=y",
                "v=STSv1; id=1;; x=y",
                "v=STSv1; id"
            })
    @Requirement("RFC 8461 §3.1")
    void refusesWhatIsNoRecord(String text) {
        assertThat(StsRecord.parse(List.of(text))).isInstanceOf(StsRecord.Invalid.class);
    }

    @Test
    @Requirement("RFC 8461 §3.1")
    void tellsNoneFromTwo() {
        assertThat(StsRecord.parse(List.of())).isEqualTo(new StsRecord.Absent());
        assertThat(StsRecord.parse(List.of("V=STSv1; id=1", "v=STSv10; id=1", "other")))
                .isEqualTo(new StsRecord.Absent());
        assertThat(StsRecord.parse(List.of("v=STSv1; id=1", "v=STSv1; id=1"))).isInstanceOf(StsRecord.Invalid.class);
    }
}
