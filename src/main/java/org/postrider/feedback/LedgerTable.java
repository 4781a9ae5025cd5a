package org.postrider.feedback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;
import org.postrider.state.StateException;

/** What was counted, and which reports of it were sent. Thread: any; calls block. */
public final class LedgerTable {
    /** Different rows of one domain and day: those beyond are counted as left out. */
    static final int ROWS_MAX = 10_000;

    /** What the database needs to know before it is opened. */
    public static final List<Migration> MIGRATIONS = List.of(
            new Migration(
                    "feedback",
                    1,
                    List.of(
                            """
        CREATE TABLE feedback_dmarc_day (
          day BIGINT NOT NULL, domain TEXT NOT NULL, record TEXT NOT NULL, distinct_rows BIGINT NOT NULL,
          left_out BIGINT NOT NULL, settled INTEGER NOT NULL, PRIMARY KEY (day, domain)
        )""",
                            """
        CREATE TABLE feedback_dmarc_row (
          day BIGINT NOT NULL, domain TEXT NOT NULL, row_key TEXT NOT NULL, facts TEXT NOT NULL,
          messages BIGINT NOT NULL, PRIMARY KEY (day, domain, row_key)
        )""",
                            """
        CREATE TABLE feedback_sent (
          report_id TEXT NOT NULL, destination TEXT NOT NULL, day BIGINT NOT NULL, outcome TEXT NOT NULL,
          at BIGINT NOT NULL, PRIMARY KEY (report_id, destination)
        )""",
                            """
        CREATE TABLE feedback_received (
          reporter TEXT NOT NULL, domain TEXT NOT NULL, report_id TEXT NOT NULL, begin_at BIGINT NOT NULL,
          end_at BIGINT NOT NULL, received_at BIGINT NOT NULL, policy TEXT NOT NULL, messages BIGINT NOT NULL,
          left_out BIGINT NOT NULL, PRIMARY KEY (reporter, domain, report_id)
        )""",
                            "CREATE INDEX feedback_received_end ON feedback_received (end_at)",
                            """
        CREATE TABLE feedback_received_row (
          reporter TEXT NOT NULL, domain TEXT NOT NULL, report_id TEXT NOT NULL, number INTEGER NOT NULL,
          facts TEXT NOT NULL, messages BIGINT NOT NULL, PRIMARY KEY (reporter, domain, report_id, number)
        )""")),
            TlsLedgerTable.MIGRATION,
            new Migration(
                    "feedback",
                    3,
                    List.of(
                            "ALTER TABLE feedback_received ADD COLUMN voucher TEXT NOT NULL DEFAULT ''",
                            "ALTER TABLE feedback_tls_received ADD COLUMN voucher TEXT NOT NULL DEFAULT ''")));

    private final StateDatabase state;

    /** A domain's day of which reports are due. */
    record Day(long day, String domain, String record, long leftOut) {}

    public LedgerTable(StateDatabase state) {
        this.state = state;
    }

    int add(Map<DmarcLedger.Key, DmarcLedger.Counted> counted) throws StateException {
        return state.write(connection -> {
            for (Map.Entry<DmarcLedger.Key, DmarcLedger.Counted> each : counted.entrySet()) {
                add(connection, each.getKey(), each.getValue());
            }
            return counted.size();
        });
    }

    private static void add(Connection connection, DmarcLedger.Key key, DmarcLedger.Counted counted)
            throws SQLException {
        try (PreparedStatement day = connection.prepareStatement(
                        "INSERT INTO feedback_dmarc_day (day, domain, record, distinct_rows, left_out, settled)"
                                + " VALUES (?, ?, ?, 0, 0, 0) ON CONFLICT (day, domain)"
                                + " DO UPDATE SET record = excluded.record");
                PreparedStatement known = connection.prepareStatement("UPDATE feedback_dmarc_row"
                        + " SET messages = messages + ? WHERE day = ? AND domain = ? AND row_key = ?")) {
            bind(day, key.day(), key.domain(), counted.record()).executeUpdate();
            bind(known, counted.messages(), key.day(), key.domain(), digest(key.row()));
            if (known.executeUpdate() == 0) {
                addRow(connection, key, counted);
            }
        }
    }

    private static void addRow(Connection connection, DmarcLedger.Key key, DmarcLedger.Counted counted)
            throws SQLException {
        try (PreparedStatement room = connection.prepareStatement("UPDATE feedback_dmarc_day"
                        + " SET distinct_rows = distinct_rows + 1"
                        + " WHERE day = ? AND domain = ? AND distinct_rows < ?");
                PreparedStatement row = connection.prepareStatement("INSERT INTO feedback_dmarc_row"
                        + " (day, domain, row_key, facts, messages) VALUES (?, ?, ?, ?, ?)");
                PreparedStatement leftOut = connection.prepareStatement(
                        "UPDATE feedback_dmarc_day" + " SET left_out = left_out + ? WHERE day = ? AND domain = ?")) {
            if (bind(room, key.day(), key.domain(), (long) ROWS_MAX).executeUpdate() == 1) {
                bind(row, key.day(), key.domain(), digest(key.row()), key.row(), counted.messages())
                        .executeUpdate();
            } else {
                bind(leftOut, counted.messages(), key.day(), key.domain()).executeUpdate();
            }
        }
    }

    /** Texts and numbers, in their order. */
    static PreparedStatement bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof Long number) {
                statement.setLong(i + 1, number);
            } else {
                statement.setString(i + 1, String.valueOf(values[i]));
            }
        }
        return statement;
    }

    static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has SHA-256", e);
        }
    }

    /** The days that are over and not settled, the oldest first. */
    List<Day> open(long before, int limit) throws StateException {
        return state.read(connection -> {
            List<Day> days = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("SELECT day, domain, record, left_out"
                            + " FROM feedback_dmarc_day WHERE day < ? AND settled = 0 ORDER BY day, domain LIMIT ?");
                    ResultSet rows = bind(select, before, (long) limit).executeQuery()) {
                while (rows.next()) {
                    days.add(new Day(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getLong(4)));
                }
            }
            return days;
        });
    }

    List<Row> rows(Day day) throws StateException {
        return state.read(connection -> {
            List<Row> found = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("SELECT facts, messages"
                            + " FROM feedback_dmarc_row WHERE day = ? AND domain = ? ORDER BY messages DESC, row_key");
                    ResultSet rows = bind(select, day.day(), day.domain()).executeQuery()) {
                while (rows.next()) {
                    found.add(RowText.row(rows.getString(1), rows.getLong(2)));
                }
            }
            return found;
        });
    }

    /** To whom this report has gone, or will not go. */
    List<String> settled(String reportId) throws StateException {
        return state.read(connection -> {
            List<String> destinations = new ArrayList<>();
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT destination FROM feedback_sent WHERE report_id = ?");
                    ResultSet rows = bind(select, reportId).executeQuery()) {
                while (rows.next()) {
                    destinations.add(rows.getString(1));
                }
            }
            return destinations;
        });
    }

    int settle(String reportId, String destination, long day, String outcome, long at) throws StateException {
        return state.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO feedback_sent (report_id, destination, day, outcome, at) VALUES (?, ?, ?, ?, ?)"
                            + " ON CONFLICT (report_id, destination) DO UPDATE SET outcome = excluded.outcome")) {
                return bind(insert, reportId, destination, day, outcome, at).executeUpdate();
            }
        });
    }

    int settle(Day day) throws StateException {
        return state.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE feedback_dmarc_day SET settled = 1 WHERE day = ? AND domain = ?")) {
                return bind(update, day.day(), day.domain()).executeUpdate();
            }
        });
    }

    /** Forgets days before this one. */
    int expire(long before) throws StateException {
        return state.write(connection -> {
            int gone = 0;
            for (String table : List.of("feedback_dmarc_day", "feedback_dmarc_row", "feedback_sent")) {
                try (PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM " + table + " WHERE day < ?")) {
                    gone += bind(delete, before).executeUpdate();
                }
            }
            return gone;
        });
    }
}
