package org.postrider.report.dmarc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postrider.mail.Mailbox;
import org.postrider.message.MessageBuilder;

/**
 * Writes failure reports (RFC 9991 §4) that show little: a few header fields and no body, recipients redacted (RFC 6590),
 * links made harmless. How often they are sent is the caller's to bound (RFC 9991 §2).
 *
 * <p>Thread: any.
 */
public final class FailureReportWriter {
    private static final int VALUE_CHARS_MAX = 800;
    private static final int HEADER_CHARS_MAX = 16 << 10;

    /** What a domain's owner needs to find the message or its forger; all else stays with the recipient. */
    private static final Set<String> SHOWN = Set.of(
            "from", "sender", "to", "cc", "subject", "date", "message-id", "dkim-signature", "mime-version", "list-id");

    private static final Set<String> REDACTED = Set.of("to", "cc");
    private static final Pattern LOCAL_PART = Pattern.compile("[^\\s<>,;:()\"@]{1,100}(?=@)");
    private static final Pattern LINK = Pattern.compile("(?i)http(?=s?://)");

    private final byte[] key;
    private final String submitter;
    private final Mailbox from;

    /**
     * @param key secret, so that nobody can try addresses against the redacted ones; the same recipient looks the same for
     *     as long as it is kept (RFC 6590 §2)
     * @param submitter the domain that reports
     */
    public FailureReportWriter(byte[] key, String submitter, Mailbox from) {
        this.key = key.clone();
        this.submitter = submitter;
        this.from = from;
    }

    /** The whole message. What it tells of the failed one is of unknown origin and made safe here. */
    public byte[] message(FailureReport report, Mailbox to, String id, Instant date) {
        String boundary = "=_" + id;
        MessageBuilder header = new MessageBuilder()
                .mailbox("From", "", from)
                .mailbox("To", "", to)
                .date(date)
                .text(
                        "Subject",
                        subject(report) + " failure report for " + line(String.join(", ", report.reportedDomains())))
                .structured("Message-ID", "<" + id + "@" + submitter + ">")
                .structured("Auto-Submitted", "auto-generated")
                .structured("MIME-Version", "1.0")
                .structured(
                        "Content-Type", "multipart/report; report-type=feedback-report; boundary=\"" + boundary + "\"");
        String text = header.header() + "\r\n--" + boundary + "\r\n"
                + "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
                + "This is a report of failed authentication (RFC 6591, RFC 9991) for mail received\r\n"
                + "from " + line(report.origin().sourceIp()) + " on " + line(report.arrival()) + ".\r\n"
                + "\r\n--" + boundary + "\r\nContent-Type: message/feedback-report\r\n\r\n" + feedback(report)
                + "\r\n--" + boundary + "\r\nContent-Type: text/rfc822-headers\r\n\r\n"
                + shown(report.originalHeader()) + "\r\n--" + boundary + "--\r\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String subject(FailureReport report) {
        return switch (report.failure()) {
            case "dmarc" -> "DMARC";
            case "spf" -> "SPF";
            default -> "DKIM";
        };
    }

    private String feedback(FailureReport report) {
        StringBuilder fields = new StringBuilder();
        add(fields, "Feedback-Type", "auth-failure");
        add(fields, "Version", "1");
        add(fields, "User-Agent", report.userAgent());
        add(fields, "Auth-Failure", report.failure());
        add(fields, "Authentication-Results", report.authenticationResults());
        // RFC 9991 §4: what failed, or "none" where all that was tried succeeded.
        add(
                fields,
                "Identity-Alignment",
                report.alignment().isEmpty() ? "none" : String.join(", ", report.alignment()));
        add(fields, "Original-Envelope-Id", report.origin().envelopeId());
        add(fields, "Original-Mail-From", report.origin().mailFrom());
        add(fields, "Original-Rcpt-To", redacted(report.origin().recipient()));
        add(fields, "Arrival-Date", report.arrival());
        add(fields, "Source-IP", report.origin().sourceIp());
        add(fields, "Source-Port", report.origin().sourcePort());
        report.reportedDomains().forEach(domain -> add(fields, "Reported-Domain", domain));
        add(fields, "Delivery-Result", report.delivery());
        add(fields, "DKIM-Domain", report.dkim().domain());
        add(fields, "DKIM-Identity", report.dkim().identity());
        add(fields, "DKIM-Selector", report.dkim().selector());
        add(fields, "SPF-DNS", report.spfDns());
        if (report.incidents() > 1) {
            add(fields, "Incidents", String.valueOf(report.incidents()));
        }
        return fields.toString();
    }

    private static void add(StringBuilder fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.append(name).append(": ").append(line(value)).append("\r\n");
        }
    }

    /** One line of printable ASCII. */
    private static String line(String value) {
        StringBuilder line = new StringBuilder();
        value.replace("\r\n", "")
                .chars()
                .limit(VALUE_CHARS_MAX)
                .forEach(c -> line.append(c == '\t' ? ' ' : c < ' ' || c > 0x7e ? '?' : (char) c));
        return line.toString().strip();
    }

    /** The header section as it may be seen. */
    String shown(String header) {
        StringBuilder shown = new StringBuilder();
        String name = "";
        for (String line : header.split("\r?\n", -1)) {
            boolean folded = line.startsWith(" ") || line.startsWith("\t");
            int colon = line.indexOf(':');
            if (!folded) {
                name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            }
            if (!SHOWN.contains(name) || line.isBlank() || shown.length() > HEADER_CHARS_MAX) {
                continue;
            }
            String safe = LINK.matcher(REDACTED.contains(name) ? redacted(line) : line)
                    .replaceAll("hxxp");
            shown.append(folded ? " " : "").append(line(safe)).append("\r\n");
        }
        return shown.toString();
    }

    /** RFC 6590 §2: each local-part becomes a digest of itself and the key. */
    private String redacted(String text) {
        Matcher matcher = LOCAL_PART.matcher(text);
        return matcher.replaceAll(found -> digest(found.group()));
    }

    private String digest(String localPart) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(key);
            byte[] digest = sha.digest(localPart.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(digest)
                    .substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has SHA-256", e);
        }
    }
}
