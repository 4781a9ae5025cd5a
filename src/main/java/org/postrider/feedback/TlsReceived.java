package org.postrider.feedback;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlsreport.TlsReportJson;

/** Reports on TLS that others sent us, kept and summed up. Thread: any; calls block on the state database. */
final class TlsReceived {
    /** Reports that a summary is made of, the newest. */
    static final int SUMMED_MAX = 5_000;

    /** Kinds of failures that a summary lists for one domain. */
    static final int FAILURES_MAX = 50;

    private static final int RESULTS_MAX = 200;
    private static final int RESULT_FAILURES_MAX = 50;
    private static final int DOMAINS_MAX = 1_000;
    private static final int KINDS_MAX = 5_000;

    private TlsReceived() {}

    /** What is kept of it: so many results, the failures that hit most sessions. */
    static TlsReport bounded(TlsReport report) {
        List<TlsReport.Result> results = report.results().stream()
                .limit(RESULTS_MAX)
                .map(each -> new TlsReport.Result(
                        each.policy(),
                        each.domain(),
                        each.successful(),
                        each.failed(),
                        each.failures().stream()
                                .sorted(Comparator.comparingLong(TlsReport.Failure::sessions)
                                        .reversed())
                                .limit(RESULT_FAILURES_MAX)
                                .toList()))
                .toList();
        return new TlsReport(
                report.organization(), report.start(), report.end(), report.contact(), report.id(), results);
    }

    /** Whether it was not there before, or only such that nobody vouched for. */
    static boolean keep(Connection connection, TlsReport report, String reporter, Voucher voucher, long now)
            throws SQLException {
        String id = ReceivedReports.name(report.id());
        String text = new String(TlsReportJson.write(report), StandardCharsets.UTF_8);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO feedback_tls_received"
                + " (reporter, report_id, end_at, received_at, report, voucher) VALUES (?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (reporter, report_id) DO UPDATE SET end_at = excluded.end_at,"
                + " received_at = excluded.received_at, report = excluded.report, voucher = excluded.voucher"
                + " WHERE feedback_tls_received.voucher = '' AND excluded.voucher <> ''")) {
            return LedgerTable.bind(insert, reporter, id, report.end().toEpochMilli(), now, text, voucher.name())
                            .executeUpdate()
                    > 0;
        }
    }

    static int expire(Connection connection, long before) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM feedback_tls_received WHERE end_at < ? OR received_at < ?")) {
            return LedgerTable.bind(delete, before, before).executeUpdate();
        }
    }

    static List<TlsSummary> summary(Connection connection, Optional<String> domain, long since, boolean all)
            throws SQLException {
        Map<String, Sums> sums = new TreeMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT reporter, report, voucher FROM"
                        + " feedback_tls_received WHERE end_at >= ?"
                        + " ORDER BY CASE WHEN voucher = '' THEN 1 ELSE 0 END, end_at DESC, report_id LIMIT ?");
                ResultSet rows =
                        LedgerTable.bind(select, since, (long) SUMMED_MAX).executeQuery()) {
            while (rows.next()) {
                Voucher voucher = new Voucher(rows.getString(3));
                String reporter = voucher.named(rows.getString(1));
                Optional<TlsReport> report = TlsLedgerTable.report(rows.getString(2));
                Set<String> seen = new TreeSet<>();
                for (TlsReport.Result result : report.map(TlsReport::results).orElse(List.of())) {
                    String name = ReceivedReports.name(result.domain());
                    boolean wanted = domain.isEmpty() || domain.get().equals(name);
                    if (wanted && (sums.containsKey(name) || sums.size() < DOMAINS_MAX)) {
                        Sums ofDomain = sums.computeIfAbsent(name, _ -> new Sums());
                        boolean first = seen.add(name);
                        ofDomain.unvouched += first && !voucher.isAnybody() ? 1 : 0;
                        if (all || voucher.isAnybody()) {
                            ofDomain.add(result, reporter, first);
                        }
                    }
                }
            }
        }
        return sums.entrySet().stream()
                .map(each -> each.getValue().summary(each.getKey()))
                .toList();
    }

    /** Of one domain. */
    private static final class Sums {
        private int reports;
        private int unvouched;
        private final Map<String, long[]> policies = new TreeMap<>();
        private final Map<Kind, Told> failures = new TreeMap<>();
        private final Set<String> reporters = new TreeSet<>();

        private record Kind(String type, String host) implements Comparable<Kind> {
            @Override
            public int compareTo(Kind other) {
                return Comparator.comparing(Kind::type)
                        .thenComparing(Kind::host)
                        .compare(this, other);
            }
        }

        private record Told(long sessions, String reason) {}

        void add(TlsReport.Result result, String reporter, boolean first) {
            reports += first ? 1 : 0;
            reporters.add(reporter);
            long[] sessions = policies.computeIfAbsent(result.policy().type().word(), _ -> new long[2]);
            sessions[0] += result.successful();
            sessions[1] += result.failed();
            for (TlsReport.Failure failure : result.failures()) {
                Kind kind = new Kind(
                        failure.flaw().type().word(),
                        ReceivedReports.name(failure.flaw().receivingHost()));
                if (failures.containsKey(kind) || failures.size() < KINDS_MAX) {
                    Told told = new Told(
                            failure.sessions(),
                            ReceivedReports.line(failure.flaw().reason()));
                    failures.merge(
                            kind,
                            told,
                            (one, other) -> new Told(
                                    one.sessions + other.sessions, one.reason.isEmpty() ? other.reason : one.reason));
                }
            }
        }

        TlsSummary summary(String domain) {
            List<TlsSummary.Policy> kinds = new ArrayList<>();
            policies.forEach((type, sessions) -> kinds.add(new TlsSummary.Policy(type, sessions[0], sessions[1])));
            List<TlsSummary.Failure> all = new ArrayList<>();
            failures.forEach(
                    (kind, told) -> all.add(new TlsSummary.Failure(kind.type, kind.host, told.sessions, told.reason)));
            all.sort(Comparator.comparingLong(TlsSummary.Failure::sessions).reversed());
            long leftOut = all.stream()
                    .skip(FAILURES_MAX)
                    .mapToLong(TlsSummary.Failure::sessions)
                    .sum();
            return new TlsSummary(
                    domain,
                    reports,
                    unvouched,
                    kinds,
                    all.subList(0, Math.min(FAILURES_MAX, all.size())),
                    leftOut,
                    List.copyOf(reporters));
        }
    }
}
