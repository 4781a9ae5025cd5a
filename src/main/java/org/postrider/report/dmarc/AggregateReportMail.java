package org.postrider.report.dmarc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.postrider.mail.Mailbox;
import org.postrider.message.MessageBuilder;
import org.postrider.message.TransferEncoding;

/**
 * The mail that brings an aggregate report (RFC 9990 §3.5.2). Sent again, it has the same name, id and content.
 *
 * @param report with a {@link #reportId} of letters and digits
 * @param submitter the domain that reports
 * @param from who sends it; its domain must pass DMARC
 * @param date what the mail says that it was written at
 */
public record AggregateReportMail(AggregateReport report, String submitter, Mailbox from, Mailbox to, Instant date) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    public AggregateReportMail {
        if (!report.metadata().reportId().chars().allMatch(c -> c < 0x7f && Character.isLetterOrDigit(c))) {
            throw new IllegalArgumentException(
                    "a report id that is no unique-id: " + report.metadata().reportId());
        }
    }

    /**
     * An id that says of a period and a domain always the same (§3.1.4: as {@code unique-id} it has letters and digits
     * alone).
     */
    public static String reportId(String submitter, String policyDomain, Instant begin, Instant end) {
        String whole = submitter + "!" + policyDomain + "!" + begin.getEpochSecond() + "!" + end.getEpochSecond();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has SHA-256", e);
        }
    }

    /** The name of the attached file. */
    public String fileName() {
        AggregateReport.Metadata metadata = report.metadata();
        return submitter + "!" + report.policy().domain() + "!"
                + metadata.begin().getEpochSecond() + "!" + metadata.end().getEpochSecond() + "!" + metadata.reportId()
                + ".xml.gz";
    }

    public String subject() {
        return "Report Domain: " + report.policy().domain() + " Submitter: " + submitter + " Report-ID: <"
                + report.metadata().reportId() + ">";
    }

    /** The whole message, ASCII but for addresses. */
    public byte[] message() {
        String id = report.metadata().reportId();
        String boundary = "=_" + id;
        MessageBuilder header = new MessageBuilder()
                .mailbox("From", "", from)
                .mailbox("To", "", to)
                .date(date)
                .text("Subject", subject())
                .structured("Message-ID", "<" + id + "@" + submitter + ">")
                // RFC 3834 §5: no answer is wanted.
                .structured("Auto-Submitted", "auto-generated")
                .structured("MIME-Version", "1.0")
                .structured("Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
        String text = header.header() + "\r\n--" + boundary + "\r\n"
                + "Content-Type: text/plain; charset=us-ascii\r\n\r\n" + words()
                + "\r\n--" + boundary + "\r\n"
                + "Content-Type: application/gzip\r\n"
                + "Content-Transfer-Encoding: base64\r\n"
                + "Content-Disposition: attachment;\r\n filename=\"" + fileName() + "\"\r\n\r\n"
                + TransferEncoding.base64Lines(gzip(AggregateReportWriter.xml(report)))
                + "\r\n--" + boundary + "--\r\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String words() {
        return "This is a DMARC aggregate report (RFC 9990) of " + submitter + "\r\n"
                + "about mail that names " + report.policy().domain() + "\r\n"
                + "or a domain below it as its author's, from "
                + DAY.format(report.metadata().begin()) + "\r\n"
                + "to " + DAY.format(report.metadata().end()) + ": " + report.messages() + " messages.\r\n";
    }

    private static byte[] gzip(byte[] xml) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(xml);
        } catch (IOException e) {
            throw new UncheckedIOException("an array was not written to", e);
        }
        return out.toByteArray();
    }
}
