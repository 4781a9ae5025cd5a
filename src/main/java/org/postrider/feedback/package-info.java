/**
 * What we tell domain owners of their mail, and what they and receivers tell us: reports counted, kept in the state
 * database, sent once a day, and taken in.
 *
 * <pre>
 *   reception ── DmarcLedger.count ──► state ──► ReportSender ──► ReportOutlet (the spool)
 *   mail, files ── ReceivedReports.take ──► state ──► ReportSummary
 * </pre>
 *
 * <p>Formats are written and read in {@code report}; what is counted comes from {@code mailauth.dmarc}. Reports about TLS
 * (RFC 8460) have their place here beside those about DMARC. Must not know how mail is sent: it goes out through a {@link
 * org.postrider.feedback.ReportOutlet}.
 *
 * <p>STANDARDS: RFC 9990 (aggregate reports: §3.5 delivery, §4 external destinations), RFC 9989 §5.3.8.
 *
 * <p>Thread: any; counting never blocks, all else waits for the state database.
 */
@NullMarked
package org.postrider.feedback;

import org.jspecify.annotations.NullMarked;
