package org.postrider.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postrider.report.ReturnedMail.Recipient;

/**
 * Reads what comes back: delivery reports (RFC 3464), complaints (RFC 5965), and the reports of hosts that write neither but
 * plain words: qmail, Exim, old Postfix, and others like them.
 *
 * <p>Bounded: of a message its first {@link MailPart#OCTETS_MAX} octets, of these {@link MailPart#PARTS_MAX} parts, of a
 * report {@link #RECIPIENTS_MAX} recipients.
 *
 * <p>Thread: any.
 */
public final class BounceReader {
    public static final int RECIPIENTS_MAX = 1_000;

    /** Of what a report says to people. */
    private static final int WORDS_CHARACTERS_MAX = 64 << 10;

    private BounceReader() {}

    /**
     * @param message a whole message, header and body, lines ending in CRLF or LF. Never throws, whatever it is
     */
    public static ReturnedMail read(byte[] message) {
        List<MailPart> parts = MailPart.of(message);
        Optional<MailPart> feedback = first(parts, "message/feedback-report");
        if (feedback.isPresent()) {
            return complaint(feedback.get(), parts);
        }
        String words = words(parts);
        List<Recipient> recipients = new ArrayList<>();
        for (MailPart part : parts) {
            if (isDeliveryStatus(part.type())) {
                recipients.addAll(DeliveryStatus.recipients(part.text(), words));
            }
        }
        if (recipients.isEmpty() && words.contains("Final-Recipient:")) {
            recipients.addAll(DeliveryStatus.recipients(words, words));
        }
        if (recipients.isEmpty()) {
            recipients.addAll(WordyBounce.recipients(parts, words));
        }
        return recipients.isEmpty()
                ? new ReturnedMail.Unknown()
                : new ReturnedMail.Bounce(recipients.subList(0, Math.min(recipients.size(), RECIPIENTS_MAX)));
    }

    /** RFC 3464 §2.1, RFC 6533 §5. */
    private static boolean isDeliveryStatus(String type) {
        return type.equals("message/delivery-status") || type.equals("message/global-delivery-status");
    }

    private static Optional<MailPart> first(List<MailPart> parts, String type) {
        return parts.stream().filter(part -> part.type().equals(type)).findFirst();
    }

    /** What the report says to people: its first part of text. */
    private static String words(List<MailPart> parts) {
        return parts.stream()
                .filter(part -> part.type().startsWith("text/")
                        && !part.type().equals("text/rfc822-headers")
                        && !part.text().isBlank())
                .findFirst()
                .map(part -> part.text().length() > WORDS_CHARACTERS_MAX
                        ? new MailPart(part.type(), part.header(), part.text().substring(0, WORDS_CHARACTERS_MAX))
                        : part)
                .map(part -> part.type().equals("text/html")
                        ? part.text().replaceAll("<[a-zA-Z/!][^>@]{0,500}>", " ")
                        : part.text())
                .orElse("");
    }

    /** RFC 5965 §3. Who complains is often hidden; the message itself then tells whom it went to. */
    private static ReturnedMail complaint(MailPart report, List<MailPart> parts) {
        Map<String, String> fields = MailPart.header(report.text());
        List<String> recipients = new ArrayList<>();
        for (String line : report.text().split("\n", -1)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("original-rcpt-to:") || lower.startsWith("removal-recipient:")) {
                MailText.addAddress(line.substring(line.indexOf(':') + 1), recipients);
            }
        }
        if (recipients.isEmpty()) {
            MailText.original(parts)
                    .ifPresent(original -> MailText.addAddresses(original.getOrDefault("to", ""), recipients));
        }
        String type = fields.getOrDefault("feedback-type", "other").strip().toLowerCase(Locale.ROOT);
        return new ReturnedMail.Complaint(
                SafeText.ascii(type, 50), recipients.subList(0, Math.min(recipients.size(), RECIPIENTS_MAX)));
    }
}
