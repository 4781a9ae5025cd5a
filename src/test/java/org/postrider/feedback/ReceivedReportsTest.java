package org.postrider.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.feedback.ReceivedReports.Taken;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.report.dmarc.AggregateReport;
import org.postrider.report.dmarc.AggregateReport.Disposition;
import org.postrider.report.dmarc.AggregateReport.Metadata;
import org.postrider.report.dmarc.AggregateReport.PublishedPolicy;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReportMail;
import org.postrider.report.dmarc.AggregateReportWriter;
import org.postrider.report.dmarc.ReportReading;
import org.postrider.state.StateDatabase;
import org.postrider.testing.Requirement;

/** Reports of others: kept once, and summed up. */
class ReceivedReportsTest {
    private static final Instant END = Instant.parse("2026-11-24T23:59:59Z");

    @TempDir
    Path folder;

    private StateDatabase state;
    private ReceivedReports reports;
    private Instant now = END.plusSeconds(3600);

    @BeforeEach
    void start() throws IOException {
        state = StateDatabase.open(folder.resolve("state.db"), LedgerTable.MIGRATIONS);
        reports = new ReceivedReports(state, () -> now);
    }

    @AfterEach
    void stop() {
        state.close();
    }

    private static Row row(String source, long count, boolean passes, String author) {
        Disposition disposition = passes ? Disposition.PASS : Disposition.REJECT;
        return new Row(
                source,
                count,
                disposition,
                passes,
                false,
                List.of(),
                author,
                Optional.empty(),
                "",
                List.of(),
                List.of());
    }

    private static AggregateReport report(String reporter, String id, Row... rows) {
        return new AggregateReport(
                new Metadata(reporter, "r@" + reporter, "", id, END.minusSeconds(86_399), END, "", ""),
                new PublishedPolicy("example.com", "", "reject", "", "", "", "", "", ""),
                List.of(rows));
    }

    private Taken take(AggregateReport report) throws IOException {
        return reports.takeFile(AggregateReportWriter.xml(report));
    }

    @Test
    void tellsWhoSendsWhatPassesAndWhatFails() throws IOException {
        assertThat(take(report(
                        "Google.example",
                        "1",
                        row("192.0.2.1", 10, true, "example.com"),
                        row("203.0.113.9", 3, false, "example.com"),
                        row("192.0.2.1", 1, true, "news.example.com"))))
                .isEqualTo(new Taken.Kept("google.example", "example.com", 14));
        take(report("yahoo.example", "1", row("192.0.2.1", 5, true, "Example.com")));
        List<ReportSummary> summary = reports.summary(Optional.empty(), 7, false);
        assertThat(summary).extracting(ReportSummary::domain).containsExactly("example.com", "news.example.com");
        ReportSummary first = summary.getFirst();
        assertThat(first.reports()).isEqualTo(2);
        assertThat(first.messages()).isEqualTo(18);
        assertThat(first.passed()).isEqualTo(15);
        assertThat(first.sources())
                .containsExactly(
                        new ReportSummary.Source(
                                "192.0.2.1", 15, 15, 15, 0, 0, List.of("google.example", "yahoo.example")),
                        new ReportSummary.Source("203.0.113.9", 3, 0, 0, 0, 3, List.of("google.example")));
        assertThat(reports.summary(Optional.of("news.example.com"), 7, false)).hasSize(1);
        now = now.plus(Duration.ofDays(30));
        assertThat(reports.summary(Optional.empty(), 7, false)).isEmpty();
    }

    @Test
    @Requirement("RFC 9990 §3.5.4")
    void countsAReportOnce() throws IOException {
        AggregateReport report = report("a.example", "id1", row("192.0.2.1", 10, true, "example.com"));
        take(report);
        AggregateReportMail mail = new AggregateReportMail(
                report,
                "a.example",
                new Mailbox("r", new Domain("a.example")),
                new Mailbox("r", new Domain("example.com")),
                END);
        assertThat(reports.takeMail(new ByteArrayInputStream(mail.message()), false))
                .isEqualTo(new Taken.KnownAlready("a.example", "example.com"));
        assertThat(reports.takeFile(mail.message())).isInstanceOf(Taken.KnownAlready.class);
        assertThat(reports.summary(Optional.empty(), 7, false).getFirst().messages())
                .isEqualTo(10);
    }

    private Taken mail(String aboveIt, String reporter, long messages) throws IOException {
        AggregateReportMail mail = new AggregateReportMail(
                report(reporter, "id1", row("192.0.2.1", messages, true, "example.com")),
                reporter,
                new Mailbox("r", new Domain("sender.example")),
                new Mailbox("r", new Domain("example.com")),
                END);
        byte[] above = (aboveIt + "Received: from there by us; Tue, 24 Nov 2026 10:00:00 +0000\r\n"
                        + "Authentication-Results: us.test; dmarc=pass header.from=sender.example\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(above);
        whole.writeBytes(mail.message());
        return reports.takeMail(new ByteArrayInputStream(whole.toByteArray()), false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Authentication-Results: us.test; spf=pass smtp.mailfrom=\"x;dmarc=pass\"; dmarc=fail\r\n",
                "Authentication-Results: us.test; dkim=pass header.d=sender.example; dmarc=none\r\n"
            })
    @Requirement({"RFC 9990 §8.2", "E6"})
    void whatNobodyVouchesForIsCountedOnlyWhereThatIsAskedFor(String aboveIt) throws IOException {
        assertThat(mail(aboveIt, "google.example", 10)).isInstanceOf(Taken.Kept.class);

        ReportSummary usual = reports.summary(Optional.empty(), 7, false).getFirst();
        assertThat(usual.messages()).isZero();
        assertThat(usual.reports()).isZero();
        assertThat(usual.unauthenticated()).isEqualTo(1);
        ReportSummary all = reports.summary(Optional.empty(), 7, true).getFirst();
        assertThat(all.messages()).isEqualTo(10);
        assertThat(all.reports()).isEqualTo(1);
        assertThat(all.unauthenticated()).isEqualTo(1);
        assertThat(all.sources().getFirst().reporters()).containsExactly("google.example (not authentic)");
    }

    @Test
    @Requirement("RFC 9990 §8.2")
    void anAuthenticReportTakesThePlaceOfAForgedOneAndKeepsIt() throws IOException {
        String passed = "Authentication-Results: filter.us.test; x-spam=none\r\n"
                + "Authentication-Results: us.test; spf=none; dmarc=pass header.from=sender.example\r\n";
        mail("", "google.example", 10);
        assertThat(mail(passed, "google.example", 3)).isInstanceOf(Taken.Kept.class);
        assertThat(mail("", "google.example", 7)).isInstanceOf(Taken.KnownAlready.class);
        assertThat(mail(passed, "google.example", 7)).isInstanceOf(Taken.KnownAlready.class);

        ReportSummary summary = reports.summary(Optional.empty(), 7, true).getFirst();
        assertThat(summary.messages()).isEqualTo(3);
        assertThat(summary.unauthenticated()).isZero();
        assertThat(summary.sources().getFirst().reporters()).containsExactly("google.example (sender.example)");
    }

    @Test
    void saysWhyItTakesNone() throws IOException {
        assertThat(reports.takeFile("Subject: hello\r\n\r\nno report".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Taken.Refused.class)
                .extracting(taken -> ((Taken.Refused) taken).why())
                .isEqualTo(ReportReading.Why.MALFORMED);
    }

    @Test
    @Requirement("E6")
    void keepsTheLargestRowsOfAReportWithoutEnd() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ReceivedReports.ROWS_MAX + 50; i++) {
            rows.add(row("2001:db8::" + Integer.toHexString(i + 1), i + 1, true, "example.com"));
        }
        take(report("a.example", "id1", rows.toArray(Row[]::new)));
        ReportSummary summary = reports.summary(Optional.empty(), 7, false).getFirst();
        assertThat(summary.sources()).hasSize(ReceivedReports.SOURCES_MAX);
        assertThat(summary.sources().getFirst().messages()).isEqualTo(ReceivedReports.ROWS_MAX + 50);
        assertThat(summary.leftOut()).isPositive();
    }

    @Test
    void forgetsOldReports() throws IOException {
        take(report("a.example", "id1", row("192.0.2.1", 10, true, "example.com")));
        reports.expire();
        assertThat(reports.summary(Optional.empty(), 3_000, false)).hasSize(1);
        now = now.plus(Duration.ofDays(401));
        reports.expire();
        assertThat(reports.summary(Optional.empty(), 3_000, false)).isEmpty();
    }
}
