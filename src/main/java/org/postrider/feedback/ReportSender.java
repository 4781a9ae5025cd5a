package org.postrider.feedback;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.dmarc.DmarcRecord;
import org.postrider.mailauth.dmarc.FailureOption;
import org.postrider.mailauth.dmarc.Policy;
import org.postrider.mailauth.dmarc.ReportDestinations;
import org.postrider.mailauth.dmarc.ReportDestinations.Destination;
import org.postrider.report.dmarc.AggregateReport;
import org.postrider.report.dmarc.AggregateReport.Metadata;
import org.postrider.report.dmarc.AggregateReport.PublishedPolicy;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReportMail;

/**
 * Sends the aggregate reports of finished UTC days (RFC 9990 §3.1, §3.5). A report is made of what is in the state database
 * alone, and its id of domain and day: after a crash between handing it over and noting that, it goes out once more under the
 * same name, which receivers know it by (§3.5.4).
 *
 * <p>Thread: one at a time; a call blocks on the DNS, the state database and the outlet.
 */
public final class ReportSender {
    /** Domains' days that one call looks at. */
    static final int DAYS_AT_ONCE_MAX = 500;

    /** How long a destination that the DNS does not tell of is asked for. */
    static final int TRIED_DAYS_MAX = 3;

    /** How long counts and what was sent are kept. */
    static final int KEPT_DAYS = 14;

    private final LedgerTable table;
    private final ReportDestinations destinations;
    private final ReportOutlet outlet;
    private final InstantSource clock;
    private final Supplier<ReportSettings> settings;

    public ReportSender(
            LedgerTable table,
            Resolver resolver,
            ReportOutlet outlet,
            InstantSource clock,
            Supplier<ReportSettings> settings) {
        this.table = table;
        this.destinations = new ReportDestinations(resolver);
        this.outlet = outlet;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * What one call did.
     *
     * @param sent mails handed over
     * @param failures of single reports, for people; they are tried again
     */
    public record Round(int sent, List<String> failures) {
        public Round {
            failures = List.copyOf(failures);
        }
    }

    /**
     * Sends what is due. To be called every few minutes.
     *
     * @throws IOException where the state database fails
     */
    public Round send() throws IOException {
        Instant now = clock.instant();
        long today = ReportDay.of(now);
        table.expire(today - KEPT_DAYS);
        int sent = 0;
        List<String> failures = new ArrayList<>();
        for (LedgerTable.Day day : table.open(today, DAYS_AT_ONCE_MAX)) {
            if (ReportDay.due(day.day(), day.domain(), settings.get().spread()).isAfter(now)) {
                continue;
            }
            try {
                sent += send(day, now, today - day.day() > TRIED_DAYS_MAX);
            } catch (IOException e) {
                failures.add("report to " + day.domain() + ": " + e.getMessage());
            }
        }
        return new Round(sent, failures);
    }

    private int send(LedgerTable.Day day, Instant now, boolean last) throws IOException {
        Optional<DmarcRecord> record = DmarcRecord.parse(day.record()).flatMap(DmarcRecord::applied);
        List<Row> rows = table.rows(day);
        Optional<Domain> domain = Domain.parse(day.domain());
        if (record.isEmpty() || domain.isEmpty() || rows.isEmpty()) {
            table.settle(day);
            return 0;
        }
        AggregateReport report = report(day, record.get(), rows);
        String id = report.metadata().reportId();
        List<String> done = new ArrayList<>(table.settled(id));
        int sent = 0;
        boolean open = false;
        for (Destination each : destinations.of(domain.get(), record.get(), ReportDestinations.Kind.AGGREGATE)) {
            String uri = each.uri().text();
            Optional<String> outcome = done.contains(uri) ? Optional.of("") : settle(each, report, now, last);
            open |= outcome.isEmpty();
            if (outcome.isPresent() && !done.contains(uri)) {
                done.add(uri);
                table.settle(id, uri, day.day(), outcome.get(), now.toEpochMilli());
                sent += outcome.get().equals("sent") ? 1 : 0;
            }
        }
        if (!open) {
            table.settle(day);
        }
        return sent;
    }

    /** What became of one destination; empty where that is still open. */
    private Optional<String> settle(Destination destination, AggregateReport report, Instant now, boolean last)
            throws IOException {
        return switch (destination) {
            case Destination.Verified(var uri) -> {
                Optional<Mailbox> to = uri.mailbox();
                if (to.isPresent()) {
                    submit(report, to.get(), now);
                }
                yield Optional.of(to.isPresent() ? "sent" : "not a mailbox");
            }
            case Destination.Refused(var _, String reason) -> Optional.of("refused: " + reason);
            case Destination.Unknown(var _, String detail) ->
                last ? Optional.of("given up: " + detail) : Optional.empty();
        };
    }

    private void submit(AggregateReport report, Mailbox to, Instant now) throws IOException {
        ReportSettings ours = settings.get();
        AggregateReportMail mail =
                new AggregateReportMail(report, ours.submitter().ascii(), ours.from(), to, now);
        outlet.submit(new ReportOutlet.Mail(ours.from(), to, false, mail.message()));
    }

    private AggregateReport report(LedgerTable.Day day, DmarcRecord record, List<Row> rows) {
        ReportSettings ours = settings.get();
        Instant begin = ReportDay.begin(day.day());
        Instant end = ReportDay.end(day.day());
        List<String> problems = new ArrayList<>(record.problems());
        if (day.leftOut() > 0) {
            problems.add(day.leftOut() + " messages of further sources are not listed");
        }
        return new AggregateReport(
                new Metadata(
                        ours.organization(),
                        ours.contact().text(),
                        "",
                        AggregateReportMail.reportId(ours.submitter().ascii(), day.domain(), begin, end),
                        begin,
                        end,
                        String.join("; ", problems),
                        ours.generator()),
                published(day.domain(), record),
                rows);
    }

    private static PublishedPolicy published(String domain, DmarcRecord record) {
        return new PublishedPolicy(
                domain,
                DmarcOutcome.Discovery.TREEWALK.text(),
                record.domainPolicy().text(),
                record.sp().map(Policy::text).orElse(record.subdomainPolicy().text()),
                record.absentDomainPolicy().text(),
                record.adkim().text(),
                record.aspf().text(),
                record.failureOptions().stream().map(FailureOption::text).collect(Collectors.joining(":")),
                record.testing() ? "y" : "n");
    }
}
