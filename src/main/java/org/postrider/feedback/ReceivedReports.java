package org.postrider.feedback;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.postrider.mail.Ascii;
import org.postrider.mailauth.HeaderSection;
import org.postrider.report.dmarc.AggregateReport;
import org.postrider.report.dmarc.AggregateReport.Disposition;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReportReader;
import org.postrider.report.dmarc.ReportReading;
import org.postrider.state.StateDatabase;
import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlsreport.TlsReportJson;
import org.postrider.tlsreport.TlsReportReader;

/**
 * Reports of DMARC and of TLS that others sent us: taken in from mail or files, kept, summed up. A report that is there already is
 * not counted twice (RFC 9990 §3.5.4). What mail brought that was not authentic is kept apart: it is summed up only where that
 * is asked for, and gives way to an authentic report of the same name.
 *
 * <p>Thread: any; calls block on the state database.
 */
public final class ReceivedReports {
    /** Rows that are kept of one report: those with most messages; the others are counted as left out. */
    static final int ROWS_MAX = 2_000;

    /** Sources that a summary lists for one domain. */
    static final int SOURCES_MAX = 100;

    /** Rows that a summary is made of. */
    private static final int SUMMED_MAX = 200_000;

    private static final int DOMAINS_MAX = 1_000;
    /** What the reports of one day may take in the state database, whoever sends them. */
    static final long DAY_CHARS_MAX = 200_000_000;
    /** What of it those may take whom nobody vouches for. */
    static final long UNVOUCHED_DAY_CHARS_MAX = DAY_CHARS_MAX / 2;

    private static final int MAIL_OCTETS_MAX = 20 << 20;
    private static final Duration KEPT = Duration.ofDays(400);
    private static final int NAME_CHARS_MAX = 255;

    private static final Taken TOO_MUCH =
            new Taken.Refused(ReportReading.Why.TOO_LARGE, "the reports of this day take too much room");

    private final StateDatabase state;
    private final InstantSource clock;
    private final Object door = new Object();
    private long day;
    private long charsToday;

    public ReceivedReports(StateDatabase state, InstantSource clock) {
        this.state = state;
        this.clock = clock;
    }

    /** What became of a report. */
    public sealed interface Taken {
        /** @param domain the policy domain */
        record Kept(String reporter, String domain, long messages) implements Taken {}

        /** @param domain whose TLS it is about; where there are several, the first */
        record TlsKept(String reporter, String domain, long sessions) implements Taken {}

        record KnownAlready(String reporter, String domain) implements Taken {}

        /** It is none, or none that we take. */
        record Refused(ReportReading.Why why, String detail) implements Taken {
            /** For people. */
            public String text() {
                return why.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + detail;
            }
        }
    }

    /**
     * Takes the report that a message brings, on DMARC or on TLS.
     *
     * @param message from our spool, with the fields that were put above it when it came
     * @param ours whether it is of our own making
     */
    public Taken takeMail(InputStream message, boolean ours) throws IOException {
        byte[] octets = message.readNBytes(MAIL_OCTETS_MAX + 1);
        return octets.length > MAIL_OCTETS_MAX
                ? new Taken.Refused(ReportReading.Why.TOO_LARGE, "more than " + MAIL_OCTETS_MAX + " octets")
                : takeMail(octets, ours ? Voucher.OURS : Voucher.of(HeaderSection.of(octets, octets.length)));
    }

    private Taken takeMail(byte[] message, Voucher voucher) throws IOException {
        ReportReading reading = AggregateReportReader.fromMail(new ByteArrayInputStream(message));
        if (reading instanceof ReportReading.Read) {
            return take(reading, voucher);
        }
        Optional<TlsReportJson.Parsed> tls =
                TlsReportReader.fromMail(new ByteArrayInputStream(message), MAIL_OCTETS_MAX);
        return tls.isPresent() ? take(tls.get(), voucher) : take(reading, voucher);
    }

    /**
     * Takes a file: XML, such packed with gzip or zip, JSON, such packed with gzip, or a whole message with one. Whoever can
     * bring it vouches for it.
     */
    public Taken takeFile(byte[] content) throws IOException {
        ReportReading reading = AggregateReportReader.fromFile(content);
        if (reading instanceof ReportReading.Refused(ReportReading.Why why, String _)
                && why == ReportReading.Why.MALFORMED) {
            TlsReportJson.Parsed tls = TlsReportJson.read(content);
            Taken mail = tls instanceof TlsReportJson.Parsed.Valid
                    ? take(tls, Voucher.OURS)
                    : takeMail(content, Voucher.OURS);
            boolean none =
                    mail instanceof Taken.Refused(ReportReading.Why no, String _) && no == ReportReading.Why.NO_REPORT;
            return none ? take(reading, Voucher.OURS) : mail;
        }
        return take(reading, Voucher.OURS);
    }

    private Taken take(TlsReportJson.Parsed reading, Voucher voucher) throws IOException {
        return switch (reading) {
            case TlsReportJson.Parsed.Invalid(String why) ->
                new Taken.Refused(ReportReading.Why.MALFORMED, "the report on TLS " + why);
            case TlsReportJson.Parsed.Valid(TlsReport report, int _) -> {
                TlsReport bounded = TlsReceived.bounded(report);
                if (!hasRoom(TlsReportJson.write(bounded).length, voucher)) {
                    yield TOO_MUCH;
                }
                String reporter = name(report.organization());
                String domain = report.results().isEmpty()
                        ? ""
                        : name(report.results().getFirst().domain());
                boolean kept = state.write(
                        connection -> TlsReceived.keep(connection, bounded, reporter, voucher, clock.millis()));
                long sessions = report.results().stream()
                        .mapToLong(result -> result.successful() + result.failed())
                        .sum();
                yield kept ? new Taken.TlsKept(reporter, domain, sessions) : new Taken.KnownAlready(reporter, domain);
            }
        };
    }

    private Taken take(ReportReading reading, Voucher voucher) throws IOException {
        return switch (reading) {
            case ReportReading.Refused(ReportReading.Why why, String detail) -> new Taken.Refused(why, detail);
            case ReportReading.Read(AggregateReport report, boolean _, int _) -> {
                long chars = report.rows().stream()
                        .limit(ROWS_MAX)
                        .mapToLong(row -> RowText.text(row).length())
                        .sum();
                if (!hasRoom(chars, voucher)) {
                    yield TOO_MUCH;
                }
                String reporter = name(report.metadata().organization());
                String domain = name(report.policy().domain());
                boolean kept = state.write(connection -> keep(connection, report, reporter, domain, voucher));
                yield kept
                        ? new Taken.Kept(reporter, domain, report.messages())
                        : new Taken.KnownAlready(reporter, domain);
            }
        };
    }

    /** Since the last start; enough to keep strangers from filling the disk. */
    private boolean hasRoom(long chars, Voucher voucher) {
        long most = voucher.isAnybody() ? DAY_CHARS_MAX : UNVOUCHED_DAY_CHARS_MAX;
        long today = ReportDay.of(clock.instant());
        synchronized (door) {
            charsToday = today == day ? charsToday : 0;
            day = today;
            if (chars > most - charsToday) {
                return false;
            }
            charsToday += chars;
            return true;
        }
    }

    /** Of unknown origin: one line, in lower case, of bounded length. */
    static String name(String text) {
        return line(Ascii.lower(text));
    }

    /** Of unknown origin: one line of bounded length. */
    static String line(String text) {
        StringBuilder line = new StringBuilder();
        text.chars().limit(NAME_CHARS_MAX).forEach(c -> line.append(c < ' ' || c == 0x7f ? '?' : (char) c));
        return line.toString();
    }

    private boolean keep(Connection connection, AggregateReport report, String reporter, String domain, Voucher voucher)
            throws SQLException {
        String id = name(report.metadata().reportId());
        List<Row> rows = report.rows().stream()
                .sorted(Comparator.comparingLong(Row::count).reversed())
                .toList();
        long leftOut = rows.stream().skip(ROWS_MAX).mapToLong(Row::count).sum();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO feedback_received (reporter, domain,"
                        + " report_id, begin_at, end_at, received_at, policy, messages, left_out, voucher)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (reporter, domain, report_id) DO UPDATE"
                        + " SET begin_at = excluded.begin_at, end_at = excluded.end_at,"
                        + " received_at = excluded.received_at, policy = excluded.policy,"
                        + " messages = excluded.messages, left_out = excluded.left_out, voucher = excluded.voucher"
                        + " WHERE feedback_received.voucher = '' AND excluded.voucher <> ''");
                PreparedStatement old = connection.prepareStatement(
                        "DELETE FROM feedback_received_row" + " WHERE reporter = ? AND domain = ? AND report_id = ?");
                PreparedStatement row = connection.prepareStatement("INSERT INTO feedback_received_row"
                        + " (reporter, domain, report_id, number, facts, messages) VALUES (?, ?, ?, ?, ?, ?)")) {
            LedgerTable.bind(
                    insert,
                    reporter,
                    domain,
                    id,
                    report.metadata().begin().toEpochMilli(),
                    report.metadata().end().toEpochMilli(),
                    clock.millis(),
                    name(report.policy().p()),
                    report.messages(),
                    leftOut,
                    voucher.name());
            if (insert.executeUpdate() == 0) {
                return false;
            }
            LedgerTable.bind(old, reporter, domain, id).executeUpdate();
            for (int i = 0; i < Math.min(ROWS_MAX, rows.size()); i++) {
                Row each = rows.get(i);
                LedgerTable.bind(row, reporter, domain, id, (long) i, RowText.text(each), each.count());
                row.addBatch();
            }
            return row.executeBatch().length > 0;
        }
    }

    /**
     * Sums up the reports whose period ended in the last days.
     *
     * @param domain of the author, or the policy's; all where it is empty
     * @param all whether those count, too, that nobody vouches for
     */
    public List<ReportSummary> summary(Optional<String> domain, int days, boolean all) throws IOException {
        long since = clock.instant().minus(Duration.ofDays(days)).toEpochMilli();
        Map<String, Sums> sums =
                state.read(connection -> sums(connection, domain.map(ReceivedReports::name), since, all));
        return sums.entrySet().stream()
                .map(each -> each.getValue().summary(each.getKey()))
                .sorted(Comparator.comparingLong(ReportSummary::messages).reversed())
                .toList();
    }

    /**
     * Sums up the reports on TLS whose time ended in the last days.
     *
     * @param domain whose TLS it is; all where it is empty
     * @param all whether those count, too, that nobody vouches for
     */
    public List<TlsSummary> tlsSummary(Optional<String> domain, int days, boolean all) throws IOException {
        long since = clock.instant().minus(Duration.ofDays(days)).toEpochMilli();
        return state.read(connection -> TlsReceived.summary(connection, domain.map(ReceivedReports::name), since, all));
    }

    private static Map<String, Sums> sums(Connection connection, Optional<String> domain, long since, boolean all)
            throws SQLException {
        Map<String, Sums> sums = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT r.reporter, r.report_id, w.facts,"
                                + " w.messages, r.domain, r.voucher FROM feedback_received r JOIN feedback_received_row w"
                                + " ON w.reporter = r.reporter AND w.domain = r.domain AND w.report_id = r.report_id"
                                + " WHERE r.end_at >= ? ORDER BY CASE WHEN r.voucher = '' THEN 1 ELSE 0 END, r.end_at DESC, r.report_id, w.number LIMIT ?");
                ResultSet rows =
                        LedgerTable.bind(select, since, (long) SUMMED_MAX).executeQuery()) {
            while (rows.next()) {
                Row row = RowText.row(rows.getString(3), rows.getLong(4));
                String author = name(row.headerFrom());
                boolean wanted = domain.isEmpty()
                        || domain.get().equals(author)
                        || domain.get().equals(rows.getString(5));
                if (wanted && (sums.containsKey(author) || sums.size() < DOMAINS_MAX)) {
                    Sums ofAuthor = sums.computeIfAbsent(author, _ -> new Sums());
                    String report = rows.getString(1) + " " + rows.getString(2);
                    Voucher voucher = new Voucher(rows.getString(6));
                    if (!voucher.isAnybody()) {
                        ofAuthor.unvouched.add(report);
                    }
                    if (all || voucher.isAnybody()) {
                        ofAuthor.add(row, voucher.named(rows.getString(1)), report);
                    }
                }
            }
        }
        return sums;
    }

    /** Forgets reports older than those that are of use. */
    public void expire() throws IOException {
        long before = clock.instant().minus(KEPT).toEpochMilli();
        var _ = state.write(connection -> {
            try (PreparedStatement rows = connection.prepareStatement("DELETE FROM feedback_received_row"
                            + " WHERE EXISTS (SELECT 1 FROM feedback_received r WHERE (r.end_at < ? OR r.received_at < ?)"
                            + " AND r.reporter = feedback_received_row.reporter"
                            + " AND r.domain = feedback_received_row.domain"
                            + " AND r.report_id = feedback_received_row.report_id)");
                    PreparedStatement reports = connection.prepareStatement(
                            "DELETE FROM feedback_received WHERE end_at < ? OR received_at < ?")) {
                // A report may claim to be about any time, but came when it came.
                LedgerTable.bind(rows, before, before).executeUpdate();
                TlsReceived.expire(connection, before);
                return LedgerTable.bind(reports, before, before).executeUpdate();
            }
        });
    }

    /** Of one author domain. */
    private static final class Sums {
        private final Set<String> reports = new TreeSet<>();
        private final Set<String> unvouched = new TreeSet<>();
        private final Map<String, Tally> sources = new TreeMap<>();

        private static final class Tally {
            private long messages;
            private long passed;
            private long dkim;
            private long spf;
            private long stopped;
            private final Set<String> reporters = new TreeSet<>();
        }

        void add(Row row, String reporter, String report) {
            reports.add(report);
            Tally tally = sources.computeIfAbsent(SourceAddress.text(row.source()), _ -> new Tally());
            tally.messages += row.count();
            tally.passed += row.passed() ? row.count() : 0;
            tally.dkim += row.dkimAligned() ? row.count() : 0;
            tally.spf += row.spfAligned() ? row.count() : 0;
            boolean stopped = row.disposition() == Disposition.QUARANTINE || row.disposition() == Disposition.REJECT;
            tally.stopped += stopped ? row.count() : 0;
            tally.reporters.add(reporter);
        }

        ReportSummary summary(String domain) {
            List<ReportSummary.Source> all = new ArrayList<>();
            sources.forEach((address, tally) -> all.add(new ReportSummary.Source(
                    address,
                    tally.messages,
                    tally.passed,
                    tally.dkim,
                    tally.spf,
                    tally.stopped,
                    List.copyOf(tally.reporters))));
            all.sort(Comparator.comparingLong(ReportSummary.Source::messages).reversed());
            long leftOut = all.stream()
                    .skip(SOURCES_MAX)
                    .mapToLong(ReportSummary.Source::messages)
                    .sum();
            return new ReportSummary(
                    domain,
                    reports.size(),
                    unvouched.size(),
                    all.subList(0, Math.min(SOURCES_MAX, all.size())),
                    leftOut);
        }
    }
}
