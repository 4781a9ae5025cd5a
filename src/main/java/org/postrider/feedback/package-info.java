/**
 * What we tell domain owners of their mail, and what they and receivers tell us: reports counted, kept in the state
 * database, sent once a day, and taken in.
 *
 * <pre>
 *   reception ── DmarcLedger.count ──► state ──► ReportSender ────► ReportOutlet (the spool)
 *            └── FailureReporting ──────────────────────────────────► ReportOutlet
 *   delivery ─── TlsCounting.count ──► state ──► TlsReportSender ─► ReportOutlet, ReportPost
 *   mail, files ── ReceivedReports.take ──► state ──► ReportSummary, TlsSummary
 * </pre>
 *
 * <p>Formats are written and read in {@code report} and {@code tlsreport}; what is counted comes from {@code mailauth} and
 * {@code tlspolicy}. Must not know how mail is sent: it goes out through a {@link org.postrider.feedback.ReportOutlet}.
 *
 * <p>STANDARDS: RFC 9990 (aggregate reports: §3.5 delivery, §4 external destinations), RFC 9991 (failure
 * reports), RFC 9989 §5.3.8, RFC 8460 (reports on TLS: §3 destinations, §4.1 days, §5 delivery).
 *
 * <p>Thread: any; counting never blocks, all else waits for the state database.
 */
@NullMarked
package org.postrider.feedback;

import org.jspecify.annotations.NullMarked;
