package org.postrider.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
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
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Dkim;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Spf;
import org.postrider.mailauth.dmarc.Disposition;
import org.postrider.mailauth.dmarc.Dmarc;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.report.dmarc.AggregateReport;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReportReader;
import org.postrider.report.dmarc.ReportReading;
import org.postrider.state.StateDatabase;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** From mail that is counted to the reports that go out, across restarts. */
class DmarcReportingTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final ReportSettings SETTINGS = new ReportSettings(
            "Example Net",
            new Domain("mx.example.net"),
            new Mailbox("dmarc", new Domain("example.net")),
            new Mailbox("postmaster", new Domain("example.net")),
            ReportSettings.SPREAD,
            "Postrider");

    @TempDir
    Path folder;

    private final FakeResolver dns = new FakeResolver()
            .txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:reports@example.com,mailto:r@watch.example")
            .txt("_dmarc.quiet.example", "v=DMARC1; p=reject");
    private final List<String> recipients = new ArrayList<>();
    private final List<AggregateReport> sent = new ArrayList<>();
    private final List<byte[]> messages = new ArrayList<>();
    private Instant now = NOON;
    private boolean spoolFails;
    private StateDatabase state;
    private DmarcLedger ledger;
    private ReportSender sender;

    @BeforeEach
    void start() throws IOException {
        state = StateDatabase.open(folder.resolve("state.db"), LedgerTable.MIGRATIONS);
        ledger = new DmarcLedger(new LedgerTable(state));
        sender = new ReportSender(new LedgerTable(state), dns, this::submit, () -> now, () -> SETTINGS);
    }

    @AfterEach
    void stop() {
        state.close();
    }

    private void submit(ReportOutlet.Mail mail) throws IOException {
        byte[] message = mail.message();
        if (spoolFails) {
            throw new IOException("the spool is full");
        }
        recipients.add(mail.to().text());
        messages.add(message);
        ReportReading reading = AggregateReportReader.fromMail(new ByteArrayInputStream(message));
        assertThat(reading).isInstanceOf(ReportReading.Read.class);
        sent.add(((ReportReading.Read) reading).report());
    }

    private Evaluated evaluated(String author, String client, AuthResult spf) {
        DmarcOutcome outcome = new Dmarc(dns, Runnable::run, null)
                .evaluate(
                        new Domain(author),
                        List.of(
                                new Dkim(new Domain("other.example"), "s0", AuthResult.PASS),
                                new Spf(new Domain(author), spf),
                                new Dkim(new Domain(author), "s1", spf)));
        return new Evaluated(
                outcome,
                Disposition.of(outcome, null, false),
                InetAddress.ofLiteral(client),
                Optional.of(new Domain(author)),
                NOON);
    }

    private void count(int times, String author, String client, AuthResult spf) {
        for (int i = 0; i < times; i++) {
            ledger.count(evaluated(author, client, spf));
        }
    }

    private void passMidnight() {
        now = Instant.parse("2026-11-25T00:00:00Z").plus(ReportSettings.SPREAD).plus(ReportDay.COUNTED_WITHIN);
    }

    @Test
    @Requirement({"RFC 9989 §5.3.8", "RFC 9990 §3.1", "RFC 9990 §3.1.1"})
    void reportsAFinishedDayOnceWithARowForEachKindOfMail() throws IOException {
        count(3, "example.com", "192.0.2.1", AuthResult.PASS);
        count(2, "sub.example.com", "2001:db8::1", AuthResult.FAIL);
        ledger.flush();
        count(4, "example.com", "192.0.2.1", AuthResult.PASS);
        count(1, "quiet.example", "192.0.2.1", AuthResult.PASS);
        ledger.flush();
        assertThat(sender.send().sent()).as("the day is not over").isZero();
        passMidnight();
        assertThat(sender.send().sent()).isEqualTo(1);
        assertThat(recipients).containsExactly("reports@example.com");
        AggregateReport report = sent.getFirst();
        assertThat(report.policy().domain()).isEqualTo("example.com");
        assertThat(report.metadata().begin()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
        assertThat(report.metadata().end()).isEqualTo(Instant.parse("2026-11-24T23:59:59Z"));
        assertThat(report.rows()).extracting(Row::count).containsExactly(7L, 2L);
        Row failing = report.rows().get(1);
        assertThat(failing.source()).isEqualTo("2001:db8::1");
        assertThat(failing.headerFrom()).isEqualTo("sub.example.com");
        assertThat(failing.disposition()).isEqualTo(AggregateReport.Disposition.QUARANTINE);
        assertThat(failing.reasons()).hasSize(1);
        assertThat(report.rows().getFirst().dkim().getFirst().domain())
                .as("the aligned one first")
                .isEqualTo("example.com");
        assertThat(sender.send().sent()).isZero();
    }

    @Test
    @Requirement({"RFC 9990 §3.5.1", "RFC 9990 §3.5.4"})
    void sendsUnderTheSameNameAfterARestart() throws IOException {
        count(1, "example.com", "192.0.2.1", AuthResult.PASS);
        ledger.flush();
        passMidnight();
        spoolFails = true;
        assertThat(sender.send().failures()).singleElement().asString().contains("the spool is full");
        spoolFails = false;
        stop();
        start();
        assertThat(sender.send().sent()).isEqualTo(1);
        stop();
        start();
        assertThat(sender.send().sent()).isZero();
        assertThat(new String(messages.getFirst(), StandardCharsets.US_ASCII))
                .contains("mx.example.net!example.com!1795478400!1795564799!"
                        + sent.getFirst().metadata().reportId() + ".xml.gz");
    }

    @Test
    @Requirement("RFC 9990 §4")
    void asksOthersWhetherTheyWantReportsAndWaitsForTheDns() throws IOException {
        String permission = "example.com._report._dmarc.watch.example";
        dns.txt(permission, "v=DMARC1").failing(permission, Answer.Failure.TIMEOUT);
        count(1, "example.com", "192.0.2.1", AuthResult.PASS);
        ledger.flush();
        passMidnight();
        sender.send();
        assertThat(recipients).containsExactly("reports@example.com");
        dns.failing(permission, null);
        sender.send();
        assertThat(recipients).containsExactly("reports@example.com", "r@watch.example");
        sender.send();
        assertThat(recipients).hasSize(2);
    }

    @Test
    void givesUpADestinationThatTheDnsDoesNotTellOf() throws IOException {
        dns.failing("example.com._report._dmarc.watch.example", Answer.Failure.TIMEOUT);
        count(1, "example.com", "192.0.2.1", AuthResult.PASS);
        ledger.flush();
        passMidnight();
        sender.send();
        now = now.plus(Duration.ofDays(ReportSender.TRIED_DAYS_MAX));
        sender.send();
        assertThat(new LedgerTable(state).open(Long.MAX_VALUE, 10)).isEmpty();
        now = now.plus(Duration.ofDays(ReportSender.KEPT_DAYS));
        sender.send();
        assertThat(new LedgerTable(state).settled(sent.getFirst().metadata().reportId()))
                .isEmpty();
    }

    @Test
    void dropsCountsRatherThanGrowWithoutEnd() throws IOException {
        Evaluated sample = evaluated("example.com", "192.0.2.1", AuthResult.PASS);
        for (int i = 0; i < DmarcLedger.WAITING_MAX + 10; i++) {
            InetAddress client = InetAddress.ofLiteral("2001:db8::" + Integer.toHexString(i % 0x10000) + ":1");
            ledger.count(new Evaluated(sample.outcome(), sample.disposition(), client, Optional.empty(), sample.at()));
        }
        assertThat(ledger.dropped()).isEqualTo(10);
        ledger.flush();
        passMidnight();
        sender.send();
        assertThat(sent.getFirst().rows()).hasSize(LedgerTable.ROWS_MAX);
        assertThat(sent.getFirst().metadata().error()).contains("10000 messages of further sources");
    }

    @Test
    void keepsCountsThatCouldNotBeWritten() throws IOException {
        count(2, "example.com", "192.0.2.1", AuthResult.PASS);
        StateDatabase closed = state;
        closed.close();
        assertThatThrownBy(ledger::flush).isInstanceOf(IOException.class);
        count(1, "example.com", "192.0.2.1", AuthResult.PASS);
        state = StateDatabase.open(folder.resolve("state.db"), LedgerTable.MIGRATIONS);
        assertThatThrownBy(ledger::flush).as("it has the closed one").isInstanceOf(IOException.class);
        assertThat(ledger.dropped()).isZero();
    }

    @Test
    void rowsComeBackAsTheyWereKept() {
        Row row = evaluated("example.com", "2001:db8::1", AuthResult.FAIL).row();
        assertThat(RowText.row(RowText.text(row), 1)).isEqualTo(row);
    }
}
