package org.postrider.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
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
import org.postrider.feedback.ReceivedReports.Taken;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.state.StateDatabase;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;
import org.postrider.tlspolicy.AppliedPolicy;
import org.postrider.tlspolicy.PolicyType;
import org.postrider.tlspolicy.ResultType;
import org.postrider.tlspolicy.TlsLedger;
import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlsreport.TlsReportJson;
import org.postrider.tlsreport.TlsReportMail;

/** From sessions that are counted to the reports that go out, across restarts; and what others report. */
class TlsReportingTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final Domain PEER = new Domain("example.com");
    private static final TlsLedger.Flaw FLAW =
            new TlsLedger.Flaw(ResultType.CERTIFICATE_EXPIRED, "", "mx.example.com", "192.0.2.1", "it has ended");
    private static final ReportSettings SETTINGS = new ReportSettings(
            "Example Net",
            new Domain("example.net"),
            new Mailbox("tls", new Domain("example.net")),
            new Mailbox("postmaster", new Domain("example.net")),
            ReportSettings.SPREAD,
            "Postrider");

    @TempDir
    private Path folder = Path.of("");

    private FakeResolver dns = new FakeResolver();
    private final List<ReportOutlet.Mail> mails = new ArrayList<>();
    private final List<byte[]> posts = new ArrayList<>();
    private boolean webFails;
    private Instant now = NOON;
    private StateDatabase state;
    private TlsCounting counting;
    private TlsReportSender sender;

    TlsReportingTest() {
        publish("v=TLSRPTv1; rua=mailto:tls@example.com,https://reports.example.com/v1");
    }

    private void publish(String record) {
        dns = new FakeResolver().txt("_smtp._tls.example.com", record);
    }

    @BeforeEach
    void start() throws IOException {
        state = StateDatabase.open(folder.resolve("state.db"), LedgerTable.MIGRATIONS);
        counting = new TlsCounting(state, () -> now);
        sender = new TlsReportSender(
                state, new TlsReportSender.Ways(dns, mails::add, this::post), () -> now, () -> SETTINGS);
    }

    @AfterEach
    void stop() {
        state.close();
    }

    private void restart() throws IOException {
        counting.flush();
        stop();
        start();
    }

    private void post(URI to, String mediaType, byte[] content) throws IOException {
        if (webFails) {
            throw new IOException(to.getHost() + " answers 503");
        }
        assertThat(mediaType).isEqualTo("application/tlsrpt+gzip");
        posts.add(content);
    }

    private void count(int good, int bad) {
        for (int i = 0; i < good + bad; i++) {
            counting.count(new TlsLedger.Session(PEER, AppliedPolicy.NONE, i < good ? null : FLAW));
        }
    }

    private void passMidnight() {
        now = Instant.parse("2026-11-25T00:00:00Z").plus(ReportSettings.SPREAD).plus(ReportDay.COUNTED_WITHIN);
    }

    private static TlsReport report(byte[] packed) {
        assertThat(TlsReportJson.read(packed)).isInstanceOf(TlsReportJson.Parsed.Valid.class);
        return ((TlsReportJson.Parsed.Valid) TlsReportJson.read(packed)).report();
    }

    @Test
    @Requirement({"RFC 8460 §3", "RFC 8460 §4.1"})
    void aDayIsSummedUpOverRestartsAndReportedOnce() throws IOException {
        count(3, 1);
        restart();
        count(2, 1);
        restart();
        assertThat(sender.send().sent()).as("the day is not over").isZero();
        passMidnight();
        assertThat(sender.send().sent()).isEqualTo(2);
        restart();
        assertThat(sender.send().sent()).isZero();
        assertThat(mails).singleElement().satisfies(mail -> {
            assertThat(mail.to().text()).isEqualTo("tls@example.com");
            assertThat(mail.withoutTls()).isTrue();
        });
        TlsReport report = report(posts.getFirst());
        assertThat(report.contact()).isEqualTo("postmaster@example.net");
        TlsReport.Result result = report.results().getFirst();
        assertThat(result.successful()).isEqualTo(5);
        assertThat(result.failed()).isEqualTo(2);
        assertThat(result.failures()).containsExactly(new TlsReport.Failure(FLAW, 2));
    }

    @Test
    @Requirement("RFC 8460 §5.5")
    void whatIsNotTakenIsTriedAgainForADayAndTheRestIsNotSentTwice() throws IOException {
        count(1, 0);
        counting.flush();
        webFails = true;
        passMidnight();
        ReportSender.Round round = sender.send();
        assertThat(round.sent()).isEqualTo(1);
        assertThat(round.failures()).singleElement().asString().contains("reports.example.com answers 503");
        assertThat(sender.send().failures()).as("left alone for an hour").isEmpty();
        webFails = false;
        now = now.plus(Duration.ofHours(2));
        assertThat(sender.send().sent()).isEqualTo(1);
        assertThat(mails).hasSize(1);
        assertThat(posts).hasSize(1);
    }

    @Test
    void afterADayItIsGivenUp() throws IOException {
        count(1, 0);
        counting.flush();
        webFails = true;
        passMidnight();
        sender.send();
        now = now.plus(Duration.ofHours(30));
        assertThat(sender.send().failures()).hasSize(1);
        now = now.plus(Duration.ofHours(2));
        webFails = false;
        assertThat(sender.send().sent()).isZero();
        assertThat(posts).isEmpty();
    }

    @Test
    void aDomainThatChangesItsPolicyWithEveryMessageIsReportedInFull() throws IOException {
        int policies = TlsLedgerTable.POLICIES_MAX + 30;
        for (int i = 0; i < policies; i++) {
            AppliedPolicy policy =
                    new AppliedPolicy(PolicyType.STS, List.of("max_age: " + i), List.of("mx.example.com"));
            counting.count(new TlsLedger.Session(PEER, policy, FLAW));
            if (i % 10 == 0) {
                counting.flush();
            }
        }
        restart();
        passMidnight();
        assertThat(sender.send().sent()).isPositive();
        TlsReport report = report(posts.getFirst());
        assertThat(report.results()).hasSize(TlsLedgerTable.POLICIES_MAX + 1);
        assertThat(report.results().getLast().policy().strings()).isEmpty();
        assertThat(report.results().stream().mapToLong(TlsReport.Result::failed).sum())
                .isEqualTo(policies);
    }

    @Test
    void whoAsksForNothingGetsNothing() throws IOException {
        publish("v=spf1 -all");
        restart();
        count(1, 0);
        counting.flush();
        passMidnight();
        assertThat(sender.send()).isEqualTo(new ReportSender.Round(0, List.of()));
        publish("v=TLSRPTv1; rua=mailto:tls@example.com");
        restart();
        assertThat(sender.send().sent()).as("the day is settled").isZero();
    }

    @Test
    @Requirement({"RFC 8460 §4.4", "E6"})
    void reportsOfOthersAreTakenOnceAndSummedUp() throws IOException {
        ReceivedReports received = new ReceivedReports(state, () -> now);
        TlsReport.Result result =
                new TlsReport.Result(AppliedPolicy.NONE, "Example.NET", 7, 3, List.of(new TlsReport.Failure(FLAW, 3)));
        TlsReport theirs = new TlsReport(
                "Company X", NOON.minus(Duration.ofDays(1)), NOON, "x@example.com", "id-1", List.of(result));
        byte[] packed = TlsReportJson.packed(TlsReportJson.write(theirs));
        assertThat(received.takeFile(packed)).isEqualTo(new Taken.TlsKept("company x", "example.net", 10));
        assertThat(received.takeFile(TlsReportJson.write(theirs)))
                .isEqualTo(new Taken.KnownAlready("company x", "example.net"));
        assertThat(received.takeFile(TlsReportJson.packed(new byte[64 << 20]))).isInstanceOf(Taken.Refused.class);
        TlsSummary summary =
                received.tlsSummary(Optional.of("example.net"), 7, false).getFirst();
        assertThat(summary.policies()).containsExactly(new TlsSummary.Policy("no-policy-found", 7, 3));
        assertThat(summary.failures())
                .containsExactly(new TlsSummary.Failure("certificate-expired", "mx.example.com", 3, "it has ended"));
        now = now.plus(Duration.ofDays(500));
        received.expire();
        assertThat(received.tlsSummary(Optional.empty(), 36_500, false)).isEmpty();
    }

    @Test
    @Requirement({"RFC 8460 §3", "E6"})
    void aReportOfOthersThatNobodyVouchesForIsCountedOnlyWhereThatIsAskedFor() throws IOException {
        ReceivedReports received = new ReceivedReports(state, () -> now);
        TlsReport.Result result = new TlsReport.Result(AppliedPolicy.NONE, "example.net", 7, 3, List.of());
        TlsReport theirs = new TlsReport(
                "Company X", NOON.minus(Duration.ofDays(1)), NOON, "x@example.com", "id-1", List.of(result));
        Domain theirDomain = new Domain("company.example");
        byte[] mail = new TlsReportMail(
                        new Domain("example.net"),
                        theirDomain,
                        new Mailbox("tls", theirDomain),
                        new Mailbox("tls", new Domain("example.net")))
                .write(theirs, NOON);
        assertThat(received.takeMail(new ByteArrayInputStream(mail), false)).isInstanceOf(Taken.TlsKept.class);
        TlsSummary usual =
                received.tlsSummary(Optional.of("example.net"), 7, false).getFirst();
        assertThat(usual.reports()).isZero();
        assertThat(usual.policies()).isEmpty();
        assertThat(usual.unauthenticated()).isEqualTo(1);
        TlsSummary all =
                received.tlsSummary(Optional.of("example.net"), 7, true).getFirst();
        assertThat(all.reports()).isEqualTo(1);
        assertThat(all.reporters()).containsExactly("company x (not authentic)");

        assertThat(received.takeFile(mail)).as("brought by a person").isInstanceOf(Taken.TlsKept.class);
        assertThat(received.tlsSummary(Optional.of("example.net"), 7, false)
                        .getFirst()
                        .reporters())
                .containsExactly("company x");
    }
}
