package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.feedback.LedgerTable;
import org.postrider.feedback.ReceivedReports;
import org.postrider.mail.Domain;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;
import org.postrider.queue.Accepted;
import org.postrider.server.config.Reports;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Draft;
import org.postrider.spool.RamSpool;
import org.postrider.state.StateDatabase;
import org.postrider.testing.Requirement;
import org.postrider.tlspolicy.AppliedPolicy;
import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlsreport.TlsReportMail;

@Timeout(60)
class ReportIntakeTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Domain OURS = new Domain("ours.test");
    private static final Mailbox ADDRESS = new Mailbox("reports", OURS);
    private static final InstantSource CLOCK = () -> NOW;

    @TempDir
    private Path folder = Path.of("");

    private final RamSpool spool = new RamSpool();
    private final BlockingQueue<Accepted> queued = new LinkedBlockingQueue<>();

    private ReportIntake intake(StateDatabase state) {
        Reports settings = new Reports(
                false, false, Optional.empty(), Optional.empty(), Optional.empty(), false, 20, List.of(ADDRESS), true);
        ReportIntake.Doors doors = new ReportIntake.Doors(
                spool, new ReceivedReports(state, CLOCK), CLOCK, new MailHostPool(), queued::add, _ -> {});
        return new ReportIntake(doors, () -> settings);
    }

    private static Envelope envelope(Mailbox to) {
        return new Envelope(ReversePath.NULL, MailParameters.PLAIN, List.of(Recipient.of(new ForwardPath(to))));
    }

    private Accepted message(byte[] content) throws IOException {
        Envelope envelope = envelope(ADDRESS);
        try (Draft draft = spool.draft(content.length)) {
            draft.write(content, 0, content.length);
            Commit commit = spool.commit(draft, new Arrival(envelope, NOW, "smtp"), new byte[0], List.of());
            QueueId id = ((Commit.Durable) commit).id();
            return Accepted.of(id, NOW, envelope, List.of(Optional.empty()), host -> host);
        }
    }

    private static byte[] report() {
        Domain reporter = new Domain("reporter.test");
        TlsReport report = new TlsReport(
                "Reporter",
                NOW.minusSeconds(3_600),
                NOW,
                "r@reporter.test",
                "id-1",
                List.of(new TlsReport.Result(AppliedPolicy.NONE, OURS.ascii(), 1, 0, List.of())));
        return new TlsReportMail(OURS, reporter, new Mailbox("r", reporter), ADDRESS).write(report, NOW);
    }

    @Test
    void concernsItsAddressesInAnyCase() throws Exception {
        try (StateDatabase state = StateDatabase.open(folder.resolve("state.db"), LedgerTable.MIGRATIONS);
                ReportIntake intake = intake(state)) {
            assertThat(intake.concerns(envelope(new Mailbox("Reports", OURS)))).isTrue();
            assertThat(intake.concerns(envelope(new Mailbox("bob", OURS)))).isFalse();
        }
    }

    @Test
    @Requirement("E6")
    void whatIsNoReportOrABrokenOneGoesOn() throws Exception {
        try (StateDatabase state = StateDatabase.open(folder.resolve("state.db"), LedgerTable.MIGRATIONS);
                ReportIntake intake = intake(state)) {
            byte[] broken = new String(report(), StandardCharsets.US_ASCII)
                    .replace("H4sI", "H4sX")
                    .getBytes(StandardCharsets.US_ASCII);
            intake.take(message("Subject: hello\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII)));
            intake.take(message(broken));
            assertThat(queued.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(queued.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(intake.refused()).isEqualTo(2);
            assertThat(intake.taken()).isZero();
        }
    }

    @Test
    void whatWasNotReadAtTheEndIsReadAfterTheNextStart() throws Exception {
        try (StateDatabase state = StateDatabase.open(folder.resolve("state.db"), LedgerTable.MIGRATIONS)) {
            Accepted accepted = message(report());
            ReportIntake before = intake(state);
            before.close();
            before.take(accepted);
            assertThat(queued).as("it waits in the spool").isEmpty();
            try (ReportIntake after = intake(state)) {
                after.take(accepted);
                assertThat(queued.poll(30, TimeUnit.SECONDS)).isEqualTo(accepted);
                assertThat(after.taken()).isEqualTo(1);
                after.take(accepted);
                assertThat(queued.poll(30, TimeUnit.SECONDS))
                        .as("again after a crash")
                        .isNotNull();
            }
            assertThat(new ReceivedReports(state, CLOCK).tlsSummary(Optional.of("ours.test"), 7, true))
                    .singleElement()
                    .satisfies(summary -> assertThat(summary.reports()).isEqualTo(1));
        }
    }
}
