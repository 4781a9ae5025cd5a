package org.postrider.feedback;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;
import org.postrider.state.StateException;
import org.postrider.tlspolicy.TlsCounts;
import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlsreport.TlsReportJson;

/**
 * How sessions went, a report in the making for each domain and day, and the reports that others sent. Kept as the JSON that
 * travels, which holds all there is. Thread: any; calls block.
 */
final class TlsLedgerTable {
    /**
     * Policies of one domain and day that are told apart: a domain that changes its policy with every message is not to fill
     * the disk. Sessions under others are in a sum for each type of policy.
     */
    static final int POLICIES_MAX = 50;

    static final Migration MIGRATION = new Migration(
            "feedback",
            2,
            List.of("""
        CREATE TABLE feedback_tls_day (
          day BIGINT NOT NULL, domain TEXT NOT NULL, report TEXT NOT NULL, settled INTEGER NOT NULL,
          PRIMARY KEY (day, domain)
        )""", """
        CREATE TABLE feedback_tls_received (
          reporter TEXT NOT NULL, report_id TEXT NOT NULL, end_at BIGINT NOT NULL, received_at BIGINT NOT NULL,
          report TEXT NOT NULL, PRIMARY KEY (reporter, report_id)
        )""", "CREATE INDEX feedback_tls_received_end ON feedback_tls_received (end_at)"));

    private final StateDatabase state;

    /** A domain's day of which reports are due. */
    record Day(long day, String domain, List<TlsReport.Result> results) {
        Day {
            results = List.copyOf(results);
        }
    }

    TlsLedgerTable(StateDatabase state) {
        this.state = state;
    }

    int add(List<TlsCounts.Tally> tallies) throws StateException {
        return state.write(connection -> {
            for (TlsCounts.Tally tally : tallies) {
                add(connection, tally);
            }
            return tallies.size();
        });
    }

    private static void add(Connection connection, TlsCounts.Tally tally) throws SQLException {
        long day = tally.day().toEpochDay();
        String domain = tally.domain().ascii();
        List<TlsReport.Result> sum = TlsReport.sum(found(connection, day, domain), tally.results(), POLICIES_MAX);
        try (PreparedStatement put =
                connection.prepareStatement("INSERT INTO feedback_tls_day (day, domain, report, settled)"
                        + " VALUES (?, ?, ?, 0) ON CONFLICT (day, domain) DO UPDATE SET report = excluded.report")) {
            String text = text(day, sum);
            LedgerTable.bind(put, day, domain, text).executeUpdate();
        }
    }

    private static List<TlsReport.Result> found(Connection connection, long day, String domain) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT report FROM feedback_tls_day WHERE day = ? AND domain = ?");
                ResultSet rows = LedgerTable.bind(select, day, domain).executeQuery()) {
            return rows.next() ? results(rows.getString(1)) : List.of();
        }
    }

    private static String text(long day, List<TlsReport.Result> results) {
        TlsReport report = new TlsReport("", ReportDay.begin(day), ReportDay.end(day), "", "", results);
        return new String(TlsReportJson.write(report), StandardCharsets.UTF_8);
    }

    /** What a text of ours says; nothing where it is none. */
    private static List<TlsReport.Result> results(String text) {
        return report(text).map(TlsReport::results).orElse(List.of());
    }

    static Optional<TlsReport> report(String text) {
        return switch (TlsReportJson.read(text.getBytes(StandardCharsets.UTF_8))) {
            case TlsReportJson.Parsed.Valid(TlsReport report, int _) -> Optional.of(report);
            case TlsReportJson.Parsed.Invalid _ -> Optional.empty();
        };
    }

    /** The days that are over and not settled, the oldest first. */
    List<Day> open(long before, int limit) throws StateException {
        return state.read(connection -> {
            List<Day> days = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("SELECT day, domain, report FROM"
                            + " feedback_tls_day WHERE day < ? AND settled = 0 ORDER BY day, domain LIMIT ?");
                    ResultSet rows =
                            LedgerTable.bind(select, before, (long) limit).executeQuery()) {
                while (rows.next()) {
                    days.add(new Day(rows.getLong(1), rows.getString(2), results(rows.getString(3))));
                }
            }
            return days;
        });
    }

    int settle(Day day) throws StateException {
        return state.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE feedback_tls_day SET settled = 1 WHERE day = ? AND domain = ?")) {
                return LedgerTable.bind(update, day.day(), day.domain()).executeUpdate();
            }
        });
    }

    /** Forgets days before this one. */
    int expire(long before) throws StateException {
        return state.write(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM feedback_tls_day WHERE day < ?")) {
                return LedgerTable.bind(delete, before).executeUpdate();
            }
        });
    }
}
