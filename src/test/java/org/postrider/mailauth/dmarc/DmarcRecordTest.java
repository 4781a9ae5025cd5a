package org.postrider.mailauth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mailauth.dmarc.DmarcRecord.PublicSuffix;
import org.postrider.testing.Requirement;

/** Records as domains publish them, and as they should not. */
class DmarcRecordTest {
    private static DmarcRecord record(String text) {
        return DmarcRecord.parse(text).orElseThrow();
    }

    @Test
    @Requirement("RFC 9989 §4.7")
    void readsAllTags() {
        DmarcRecord record = record(
                "v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=s; psd=n; t=y; fo=1:d:s; "
                        + "rua=mailto:a@example.com, mailto:b%2Bc@example.net!10m,https://example.org/r; ruf=mailto:f@example.com");
        assertThat(record.p()).contains(Policy.REJECT);
        assertThat(record.sp()).contains(Policy.QUARANTINE);
        assertThat(record.np()).contains(Policy.NONE);
        assertThat(record.adkim()).isEqualTo(Alignment.STRICT);
        assertThat(record.aspf()).isEqualTo(Alignment.STRICT);
        assertThat(record.publicSuffix()).isEqualTo(PublicSuffix.NO);
        assertThat(record.testing()).isTrue();
        assertThat(record.failureOptions())
                .containsExactlyInAnyOrder(FailureOption.ANY_FAILED, FailureOption.DKIM, FailureOption.SPF);
        assertThat(record.rua())
                .extracting(ReportUri::text)
                .containsExactly("mailto:a@example.com", "mailto:b%2Bc@example.net", "https://example.org/r");
        assertThat(record.rua().get(2).mailbox()).isEmpty();
        assertThat(record.ruf()).hasSize(1);
        assertThat(record.problems()).isEmpty();
    }

    @Test
    @Requirement("RFC 9989 §4.7")
    void hasTheDefaultsOfTheText() {
        DmarcRecord record = record("v=DMARC1;p=none");
        assertThat(record.adkim()).isEqualTo(Alignment.RELAXED);
        assertThat(record.aspf()).isEqualTo(Alignment.RELAXED);
        assertThat(record.publicSuffix()).isEqualTo(PublicSuffix.UNKNOWN);
        assertThat(record.testing()).isFalse();
        assertThat(record.failureOptions()).containsExactly(FailureOption.ALL_FAILED);
        assertThat(record.rua()).isEmpty();
        assertThat(record.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v=spf1 -all",
                "v=DMARC2; p=none",
                "v=dmarc1; p=none",
                "p=none; v=DMARC1",
                " v=DMARC1; p=none",
                "v=DMARC1p=none",
                "DMARC1; p=none",
                "v=DMARC1, p=none"
            })
    @Requirement("RFC 9989 §4.7")
    void isNoRecordWithoutItsVersionInFront(String text) {
        assertThat(DmarcRecord.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=DMARC1; p=reject",
                "v = DMARC1 ; p = reject ;",
                "V=DMARC1;P=REJECT;;",
                "v=DMARC1; pct=50; rf=afrf; ri=3600; p=reject",
                "v=DMARC1; new=tag; p=reject; adkim=x; aspf=; fo=9; psd=q; t=maybe",
                "v=DMARC1; p=reject; garbage; =; 1=2"
            })
    @Requirement("RFC 9989 §4.8")
    void ignoresWhatItDoesNotKnowAndWhatIsMalformed(String text) {
        DmarcRecord record = record(text);
        assertThat(record.applied().orElseThrow().domainPolicy()).isEqualTo(Policy.REJECT);
        assertThat(record.adkim()).isEqualTo(Alignment.RELAXED);
        assertThat(record.aspf()).isEqualTo(Alignment.RELAXED);
        assertThat(record.failureOptions()).containsExactly(FailureOption.ALL_FAILED);
        assertThat(record.testing()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "v=DMARC1,                                            false",
        "v=DMARC1; rua=mailto:r@example.com,                  true",
        "v=DMARC1; p=monitor; rua=mailto:r@example.com,       true",
        "v=DMARC1; p=monitor; rua=nowhere,                    false",
        "v=DMARC1; p=reject; sp=bad; rua=mailto:r@example.com, true",
        "v=DMARC1; p=reject; np=; rua=mailto:r@example.com,   true",
        "v=DMARC1; p=reject; p=none; rua=mailto:r@example.com, true",
        "v=DMARC1; p=reject; sp=bad,                          false"
    })
    @Requirement("RFC 9989 §4.10.1")
    void asksForNothingWhereItsPolicyIsMalformed(String text, boolean applies) {
        Optional<DmarcRecord> applied = record(text).applied();
        assertThat(applied.isPresent()).isEqualTo(applies);
        applied.ifPresent(record -> assertThat(record.absentDomainPolicy()).isEqualTo(Policy.NONE));
        applied.ifPresent(record -> assertThat(record.domainPolicy()).isEqualTo(Policy.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0:1", "d:d", "1:", "x", ""})
    @Requirement("RFC 9989 §4.8")
    void takesNoMalformedFailureOptions(String fo) {
        assertThat(record("v=DMARC1; p=none; fo=" + fo).failureOptions()).containsExactly(FailureOption.ALL_FAILED);
        assertThat(record("v=DMARC1; p=none; fo=" + fo).problems()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mailto:r@example.com,            true",
        "MAILTO:r+tag@example.com,        true",
        "mailto:r@example.com!50k,        true",
        "mailto:r@example.com?subject=x,  true",
        "mailto:r@example.com!much,       false",
        "mailto:r@[192.0.2.1],            false",
        "mailto:r,                        false",
        "r@example.com,                   false",
        "mailto:a@b%0d%0aBcc:c@d,         false"
    })
    @Requirement("RFC 9990 §3.5")
    void leavesOutWhatIsNoUri(String uri, boolean taken) {
        assertThat(record("v=DMARC1; p=none; rua=" + uri).rua()).hasSize(taken ? 1 : 0);
    }

    @Test
    void tellsProblemsInAsciiAndNotWithoutEnd() {
        DmarcRecord record = record("v=DMARC1; p=é" + "x".repeat(500) + "; rua=mailto:r@example.com");
        assertThat(record.problems())
                .allMatch(problem -> problem.length() <= 80 && problem.chars().allMatch(c -> c < 0x7f));
    }
}
