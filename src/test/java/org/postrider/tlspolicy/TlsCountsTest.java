package org.postrider.tlspolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.testing.Requirement;
import org.postrider.tlspolicy.TlsLedger.Flaw;
import org.postrider.tlspolicy.TlsLedger.Session;

final class TlsCountsTest {
    private static final Domain DOMAIN = new Domain("example.net");
    private static final AppliedPolicy STS =
            AppliedPolicy.of(new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("mx.example.net"), Duration.ofDays(1)));
    private static final Flaw EXPIRED =
            new Flaw(ResultType.CERTIFICATE_EXPIRED, "192.0.2.1", "mx.example.net", "192.0.2.2", "old");

    private Instant now = Instant.parse("2026-01-01T23:59:59Z");
    private final TlsCounts counts = new TlsCounts(() -> now);

    @Test
    @Requirement("RFC 8460 §4.1")
    void sumsUpByDayDomainAndPolicy() {
        counts.count(new Session(DOMAIN, STS, null));
        counts.count(new Session(DOMAIN, STS, EXPIRED));
        counts.count(new Session(DOMAIN, STS, EXPIRED));
        counts.count(new Session(DOMAIN, AppliedPolicy.NONE, null));
        now = now.plusSeconds(1);
        counts.count(new Session(DOMAIN, STS, null));

        List<TlsCounts.Tally> tallies = counts.take();
        assertThat(tallies)
                .extracting(TlsCounts.Tally::day)
                .containsExactly(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 2));
        assertThat(tallies.getFirst().results())
                .containsExactly(
                        new TlsReport.Result(STS, "example.net", 1, 2, List.of(new TlsReport.Failure(EXPIRED, 2))),
                        new TlsReport.Result(AppliedPolicy.NONE, "example.net", 1, 0, List.of()));
        assertThat(counts.take()).isEmpty();
    }

    @Test
    void partsOfADayAddUp() {
        List<TlsReport.Result> part =
                List.of(new TlsReport.Result(STS, "example.net", 1, 2, List.of(new TlsReport.Failure(EXPIRED, 2))));

        assertThat(TlsReport.sum(part, part, 1))
                .containsExactly(
                        new TlsReport.Result(STS, "example.net", 2, 4, List.of(new TlsReport.Failure(EXPIRED, 4))));
    }

    private static AppliedPolicy policy(int number) {
        return new AppliedPolicy(PolicyType.STS, List.of("max_age: " + number), List.of("mx.example.net"));
    }

    @Test
    void sessionsUnderPoliciesThatAreTooManyToTellApartStillCount() {
        for (int i = 0; i < TlsCounts.POLICIES_MAX + 5; i++) {
            counts.count(new Session(DOMAIN, policy(i), i % 2 == 0 ? null : EXPIRED));
        }
        List<TlsReport.Result> results = counts.take().getFirst().results();
        assertThat(counts.lost()).isZero();
        assertThat(results).hasSize(TlsCounts.POLICIES_MAX + 1);
        assertThat(results.getLast())
                .isEqualTo(new TlsReport.Result(
                        new AppliedPolicy(PolicyType.STS, List.of(), List.of()),
                        "example.net",
                        3,
                        2,
                        List.of(new TlsReport.Failure(EXPIRED, 2))));

        List<TlsReport.Result> sum = TlsReport.sum(results, results, 10);
        assertThat(sum).hasSize(11);
        assertThat(sum.stream()
                        .mapToLong(each -> each.successful() + each.failed())
                        .sum())
                .isEqualTo(2 * (TlsCounts.POLICIES_MAX + 5));
        assertThat(TlsReport.sum(sum, results, 10)).hasSize(11);
    }

    @Test
    void holdsNoMoreThanItMay() {
        for (int i = 0; i < TlsCounts.DOMAINS_MAX + 5; i++) {
            counts.count(new Session(new Domain("d" + i + ".example"), STS, null));
        }
        for (int i = 0; i < TlsReport.FAILURES_MAX + 5; i++) {
            Flaw flaw = new Flaw(ResultType.VALIDATION_FAILURE, "", "h" + i, "", "");
            counts.count(new Session(new Domain("d0.example"), STS, flaw));
        }

        assertThat(counts.lost()).isEqualTo(5);
        TlsReport.Result first = counts.take().getFirst().results().getFirst();
        assertThat(first.failed()).isEqualTo(TlsReport.FAILURES_MAX + 5);
        assertThat(first.failures()).hasSize(TlsReport.FAILURES_MAX);
    }

    @Test
    @Requirement("RFC 8460 §3")
    void readsWhereReportsAreToGo() {
        assertThat(TlsReportRecord.parse(List.of(
                                "other", "v=TLSRPTv1; rua=mailto:a@example.net , https://r.example/v1,ftp://x.example"))
                        .orElseThrow()
                        .targets())
                .containsExactly(URI.create("mailto:a@example.net"), URI.create("https://r.example/v1"));
        assertThat(TlsReportRecord.parse(List.of("v=TLSRPTv1;rua=mailto:a@example.net;x=y;")))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=TLSRPTv1;",
                "v=TLSRPTv1; rua=",
                "v=TLSRPTv2; rua=mailto:a@b.example",
                "v=TLSRPTv1; rua=mailto:nobody",
                "v=TLSRPTv1; rua=http://x.example/",
                "v=TLSRPTv1; rua=:::,%"
            })
    @Requirement("RFC 8460 §3")
    void refusesWhatNamesNobody(String text) {
        assertThat(TlsReportRecord.parse(List.of(text))).isEmpty();
    }

    @Test
    @Requirement("RFC 8460 §3")
    void twoRecordsAreAsGoodAsNone() {
        String record = "v=TLSRPTv1; rua=mailto:a@example.net";

        assertThat(TlsReportRecord.parse(List.of(record, record))).isEmpty();
    }
}
