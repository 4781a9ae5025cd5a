package org.postrider.http;

import java.util.List;
import org.postrider.feedback.ReportSummary;
import org.postrider.feedback.TlsSummary;

/** The JSON of reports on the control interface; summaries are those of {@code feedback}. */
public final class ReportViews {
    private ReportViews() {}

    /**
     * A report to be taken in.
     *
     * @param content of the file, as base64
     */
    public record Order(String content) {
        /** Not what may be megabytes. */
        @Override
        public String toString() {
            return "Order";
        }
    }

    /**
     * What became of it.
     *
     * @param outcome {@code kept}, {@code kept-tls}, {@code known} or {@code refused}
     * @param reporter whose it is; empty where it was refused
     * @param domain that it is about
     * @param messages that it counts, of a report on TLS: sessions; 0 where it was not kept
     * @param detail why it was refused
     */
    public record Taken(String outcome, String reporter, String domain, long messages, String detail) {}

    /** What the reports of some days come to. */
    public record Summaries(List<ReportSummary> dmarc, List<TlsSummary> tls) {
        public Summaries {
            dmarc = List.copyOf(dmarc);
            tls = List.copyOf(tls);
        }
    }
}
