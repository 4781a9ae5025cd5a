package org.postrider.tlsreport;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.message.MessageBuilder;
import org.postrider.tlspolicy.TlsReport;

/**
 * The mail that carries a report on TLS (RFC 8460 §5.3).
 *
 * <p>It must be signed with DKIM by the organization that reports, and go out with {@code TlsWish.OPTIONAL}: a report on TLS that
 * does not work must not wait for TLS (RFC 8460 §3).
 *
 * @param domain whose report it is
 * @param submitter the domain that reports
 */
public record TlsReportMail(Domain domain, Domain submitter, Mailbox from, Mailbox to) {
    private static final int LINE_CHARS = 76;

    /** The octets of the message, its lines ended by CRLF. */
    public byte[] write(TlsReport report, Instant now) {
        String id = identifier(report.id());
        String boundary = "=_tlsrpt_" + id;
        String header = new MessageBuilder()
                .mailbox("From", "", from)
                .mailbox("To", "", to)
                .date(now)
                .structured("Message-ID", "<" + id + "@" + submitter.ascii() + ">")
                .text(
                        "Subject",
                        "Report Domain: " + domain.ascii() + " Submitter: " + submitter.ascii() + " Report-ID: <" + id
                                + "@" + submitter.ascii() + ">")
                .structured("TLS-Report-Domain", domain.ascii())
                .structured("TLS-Report-Submitter", submitter.ascii())
                .structured("TLS-Required", "No")
                .structured("Auto-Submitted", "auto-generated")
                .structured("MIME-Version", "1.0")
                .structured("Content-Type", "multipart/report; report-type=\"tlsrpt\"; boundary=\"" + boundary + "\"")
                .header();
        String name = fileName(report, id);
        String body = String.join(
                "\r\n",
                List.of(
                        "",
                        "--" + boundary,
                        "Content-Type: text/plain; charset=us-ascii",
                        "",
                        "This is an aggregate TLS report from " + submitter.ascii() + " on " + domain.ascii() + ",",
                        "from " + report.start() + " to " + report.end() + ".",
                        "",
                        "--" + boundary,
                        "Content-Type: application/tlsrpt+gzip",
                        "Content-Transfer-Encoding: base64",
                        "Content-Disposition: attachment; filename=\"" + name + "\"",
                        "",
                        Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\r', '\n'})
                                .encodeToString(TlsReportJson.packed(TlsReportJson.write(report))),
                        "--" + boundary + "--",
                        ""));
        return (header + body).getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 8460 §5.1: submitter, domain, both ends of the time in seconds, and what makes it unique. */
    private String fileName(TlsReport report, String id) {
        return submitter.ascii() + "!" + domain.ascii() + "!" + report.start().getEpochSecond() + "!"
                + report.end().getEpochSecond() + "!" + id + ".json.gz";
    }

    /** What may stand in a Message-ID and in a boundary. */
    private static String identifier(String id) {
        String safe = id.replaceAll("[^A-Za-z0-9._-]", "-");
        return safe.substring(0, Math.min(safe.length(), 48));
    }
}
