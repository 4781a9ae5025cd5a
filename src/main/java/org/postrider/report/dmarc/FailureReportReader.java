package org.postrider.report.dmarc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postrider.message.MimeParts;

/** Reads reports of failed authentication (RFC 6591); complaints and other feedback are not its business. Thread: any. */
public final class FailureReportReader {
    /** Of the whole message. */
    public static final int OCTETS_MAX = 5 << 20;

    private static final int VALUES_MAX = 50;
    private static final int INCIDENTS_MAX = 1_000_000;

    private final String fields;

    private FailureReportReader(String fields) {
        this.fields = fields;
    }

    /** Empty where the message is no feedback report of type {@code auth-failure}. */
    public static Optional<FailureReport> read(InputStream message) throws IOException {
        List<MimeParts.Part> parts = MimeParts.of(message, OCTETS_MAX).parts();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).mediaType().equals("message/feedback-report")) {
                FailureReportReader reader = new FailureReportReader(text(parts.get(i)));
                boolean failed = reader.first("Feedback-Type").equalsIgnoreCase("auth-failure");
                return failed ? Optional.of(reader.report(originalHeader(parts, i + 1))) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static String text(MimeParts.Part part) {
        String text = new String(part.content(), StandardCharsets.UTF_8);
        return text.replace("\r\n", "\n").replace("\n", "\r\n");
    }

    /** Of a message that follows, or the headers alone. */
    private static String originalHeader(List<MimeParts.Part> parts, int from) {
        for (int i = from; i < parts.size(); i++) {
            String type = parts.get(i).mediaType();
            if (type.equals("text/rfc822-headers") || type.equals("message/rfc822-headers")) {
                return text(parts.get(i));
            }
            if (type.equals("message/rfc822") && i + 1 < parts.size()) {
                return parts.get(i + 1).header();
            }
        }
        return "";
    }

    private String first(String name) {
        List<String> values = MimeParts.fields(fields, name);
        return values.isEmpty() ? "" : values.getFirst();
    }

    /** A path without its angle brackets. */
    private String path(String name) {
        String value = first(name);
        return value.startsWith("<") && value.endsWith(">") ? value.substring(1, value.length() - 1) : value;
    }

    /** Up to the first blank: what follows is a comment. */
    private String word(String name) {
        return first(name).split("[\\s(]", 2)[0];
    }

    private FailureReport report(String originalHeader) {
        return new FailureReport(
                word("Auth-Failure").toLowerCase(Locale.ROOT),
                first("User-Agent"),
                first("Authentication-Results"),
                alignment(),
                new FailureReport.Origin(
                        first("Original-Envelope-Id"),
                        path("Original-Mail-From"),
                        path("Original-Rcpt-To"),
                        word("Source-IP"),
                        word("Source-Port")),
                // The first drafts of RFC 5965 had Received-Date.
                first("Arrival-Date").isEmpty() ? first("Received-Date") : first("Arrival-Date"),
                MimeParts.fields(fields, "Reported-Domain").stream()
                        .limit(VALUES_MAX)
                        .toList(),
                word("Delivery-Result").toLowerCase(Locale.ROOT),
                new FailureReport.Signature(first("DKIM-Domain"), first("DKIM-Identity"), first("DKIM-Selector")),
                first("SPF-DNS"),
                incidents(),
                originalHeader);
    }

    private List<String> alignment() {
        List<String> failed = new ArrayList<>();
        for (String each : first("Identity-Alignment").split(",", VALUES_MAX)) {
            String mechanism = each.strip().split("[\\s(]", 2)[0].toLowerCase(Locale.ROOT);
            if (mechanism.equals("dkim") || mechanism.equals("spf")) {
                failed.add(mechanism);
            }
        }
        return failed;
    }

    private int incidents() {
        try {
            return Math.clamp(Integer.parseInt(word("Incidents")), 1, INCIDENTS_MAX);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
