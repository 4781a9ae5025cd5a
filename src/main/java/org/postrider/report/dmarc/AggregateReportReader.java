package org.postrider.report.dmarc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.postrider.message.MimeParts;
import org.postrider.report.dmarc.AggregateReport.Disposition;
import org.postrider.report.dmarc.AggregateReport.DkimResult;
import org.postrider.report.dmarc.AggregateReport.Metadata;
import org.postrider.report.dmarc.AggregateReport.PublishedPolicy;
import org.postrider.report.dmarc.AggregateReport.Reason;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReport.SpfResult;
import org.postrider.report.dmarc.ReportReading.Refused;
import org.postrider.report.dmarc.ReportReading.Why;

/**
 * Reads aggregate reports: XML in the form of RFC 9990 or the older one, plain or packed, from mail or a file. Elements are
 * known by their local names, so that every namespace will do; what is not known is passed over (RFC 9990 §3.2). Nothing
 * outside of the report is ever asked for.
 *
 * <p>Thread: confined.
 */
public final class AggregateReportReader {
    /** Rows of one report. */
    public static final int RECORDS_MAX = 50_000;

    private static final long COUNT_MAX = 1_000_000_000_000L;

    private @Nullable Metadata metadata;
    private @Nullable PublishedPolicy policy;
    private final List<Row> rows = new ArrayList<>();

    private AggregateReportReader() {}

    /** Reads a message with a report in one of its parts (RFC 9990 §3.5.2), as senders of all kinds label them. */
    public static ReportReading fromMail(InputStream message) throws IOException {
        MimeParts parts = MimeParts.of(message, Unpacking.MAIL_OCTETS_MAX);
        ReportReading last = new Refused(
                Why.NO_REPORT, parts.fault() == null ? "no part of the message is a report" : parts.fault());
        for (MimeParts.Part part : parts.parts()) {
            if (!mayBeReport(part)) {
                continue;
            }
            if (part.cut()) {
                return new Refused(Why.TOO_LARGE, "the message has more than " + Unpacking.MAIL_OCTETS_MAX + " octets");
            }
            last = fromFile(part.content());
            if (last instanceof ReportReading.Read) {
                return last;
            }
        }
        return last;
    }

    private static boolean mayBeReport(MimeParts.Part part) {
        String name = part.fileName().orElse("").toLowerCase(Locale.ROOT);
        boolean named = Stream.of(".xml", ".gz", ".zip").anyMatch(name::endsWith);
        return switch (part.mediaType()) {
            case "application/gzip",
                    "application/x-gzip",
                    "application/zip",
                    "application/x-zip-compressed",
                    "application/x-zip",
                    "application/xml",
                    "text/xml" -> true;
            default -> named && part.content().length > 0;
        };
    }

    /** Reads a report as a file has it: XML, or such packed with gzip or zip. Which of them, its first octets tell. */
    public static ReportReading fromFile(byte[] content) {
        try {
            return fromXml(Unpacking.unpacked(content));
        } catch (Unpacking.TooLarge e) {
            return new Refused(Why.TOO_LARGE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Refused(Why.NOT_UNPACKED, String.valueOf(e.getMessage()));
        }
    }

    /** Reads XML. */
    public static ReportReading fromXml(byte[] xml) {
        AggregateReportReader reader = new AggregateReportReader();
        try {
            return reader.read(XmlNode.reader(new ByteArrayInputStream(xml)));
        } catch (XMLStreamException e) {
            return new Refused(Why.MALFORMED, firstLine(e));
        } catch (XmlNode.TooMuch e) {
            return new Refused(Why.TOO_LARGE, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // The parser of the JDK lets some of its own out where a document is broken in its encoding.
            return new Refused(Why.MALFORMED, firstLine(e));
        }
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse("");
    }

    private ReportReading read(XMLStreamReader xml) throws XMLStreamException, XmlNode.TooMuch {
        XmlNode.toRoot(xml);
        if (!xml.getLocalName().equals("feedback")) {
            return new Refused(Why.NO_REPORT, "its root is no feedback element");
        }
        boolean current = AggregateReportWriter.NAMESPACE.equals(xml.getNamespaceURI());
        int broken = 0;
        while (XmlNode.toNextChild(xml)) {
            XmlNode node = XmlNode.read(xml);
            switch (node.name()) {
                case "report_metadata" -> metadata = metadata(node);
                case "policy_published" -> policy = policy(node);
                case "record" -> {
                    Optional<Row> row = row(node);
                    broken += row.isPresent() ? 0 : 1;
                    row.ifPresent(rows::add);
                }
                default -> {}
            }
            if (rows.size() + broken > RECORDS_MAX) {
                return new Refused(Why.TOO_LARGE, "more than " + RECORDS_MAX + " records");
            }
        }
        return end(current, broken);
    }

    private ReportReading end(boolean current, int broken) {
        if (metadata == null) {
            return new Refused(Why.INCOMPLETE, "no report_metadata with an id and a date_range");
        }
        if (policy == null) {
            return new Refused(Why.INCOMPLETE, "no policy_published with a domain");
        }
        if (rows.isEmpty()) {
            return new Refused(Why.INCOMPLETE, broken + " records, none of them complete");
        }
        return new ReportReading.Read(new AggregateReport(metadata, policy, rows), current, broken);
    }

    private static @Nullable Metadata metadata(XmlNode node) {
        XmlNode range = node.child("date_range").orElse(node);
        Optional<Instant> begin = instant(range.text("begin"));
        Optional<Instant> end = instant(range.text("end"));
        if (begin.isEmpty() || end.isEmpty() || node.text("report_id").isEmpty()) {
            return null;
        }
        return new Metadata(
                node.text("org_name"),
                node.text("email"),
                node.text("extra_contact_info"),
                node.text("report_id"),
                begin.get(),
                end.get(),
                node.text("error"),
                node.text("generator"));
    }

    private static Optional<Instant> instant(String text) {
        return number(text).map(Instant::ofEpochSecond);
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text)).filter(number -> number >= 0 && number <= COUNT_MAX);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static @Nullable PublishedPolicy policy(XmlNode node) {
        if (node.text("domain").isEmpty()) {
            return null;
        }
        return new PublishedPolicy(
                node.text("domain"),
                node.word("discovery_method"),
                node.word("p"),
                node.word("sp"),
                node.word("np"),
                node.word("adkim"),
                node.word("aspf"),
                node.text("fo"),
                node.word("testing"));
    }

    private static Optional<Row> row(XmlNode record) {
        XmlNode row = record.childOrEmpty("row");
        XmlNode evaluated = row.childOrEmpty("policy_evaluated");
        // The old drafts had "identities" here.
        XmlNode identifiers = record.child("identifiers").orElse(record.childOrEmpty("identities"));
        XmlNode results = record.childOrEmpty("auth_results");
        Optional<Long> count = number(row.text("count"));
        if (count.isEmpty()
                || row.text("source_ip").isEmpty()
                || identifiers.text("header_from").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Row(
                row.text("source_ip"),
                count.get(),
                Disposition.parse(evaluated.text("disposition")).orElse(Disposition.NONE),
                evaluated.word("dkim").equals("pass"),
                evaluated.word("spf").equals("pass"),
                evaluated
                        .children("reason")
                        .map(reason -> new Reason(reason.word("type"), reason.text("comment")))
                        .toList(),
                identifiers.text("header_from"),
                identifiers.child("envelope_from").map(XmlNode::text),
                identifiers.text("envelope_to"),
                results.children("dkim").map(AggregateReportReader::dkim).toList(),
                results.children("spf").map(AggregateReportReader::spf).toList()));
    }

    private static DkimResult dkim(XmlNode node) {
        return new DkimResult(
                node.text("domain"), node.text("selector"), node.word("result"), node.text("human_result"));
    }

    private static SpfResult spf(XmlNode node) {
        return new SpfResult(node.text("domain"), node.word("scope"), node.word("result"), node.text("human_result"));
    }
}
