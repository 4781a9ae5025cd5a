package org.postrider.report.dmarc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.postrider.report.dmarc.AggregateReport.DkimResult;
import org.postrider.report.dmarc.AggregateReport.Metadata;
import org.postrider.report.dmarc.AggregateReport.PublishedPolicy;
import org.postrider.report.dmarc.AggregateReport.Reason;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReport.SpfResult;

/** Writes aggregate reports as XML in the form of RFC 9990 Appendix A. Thread: confined. */
public final class AggregateReportWriter {
    /** Signatures of one row; the receiver has put those that matter first (RFC 9990 §3.1.3). */
    public static final int SIGNATURES_MAX = 100;

    static final String NAMESPACE = "urn:ietf:params:xml:ns:dmarc-2.0";

    private static final int TEXT_CHARS_MAX = 1_000;

    private final XMLStreamWriter xml;

    private AggregateReportWriter(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /** The report in UTF-8. Characters that XML has no place for become question marks. */
    public static byte[] xml(AggregateReport report) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            new AggregateReportWriter(xml).write(report);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("an array was not written to", e);
        }
        return out.toByteArray();
    }

    private void write(AggregateReport report) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("feedback");
        xml.writeDefaultNamespace(NAMESPACE);
        text("version", "1.0");
        write(report.metadata());
        write(report.policy());
        for (Row row : report.rows()) {
            write(row);
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void write(Metadata metadata) throws XMLStreamException {
        begin("report_metadata");
        text("org_name", metadata.organization());
        text("email", metadata.email());
        maybe("extra_contact_info", metadata.contact());
        text("report_id", metadata.reportId());
        begin("date_range");
        text("begin", String.valueOf(metadata.begin().getEpochSecond()));
        text("end", String.valueOf(metadata.end().getEpochSecond()));
        end();
        maybe("error", metadata.error());
        maybe("generator", metadata.generator());
        end();
    }

    private void write(PublishedPolicy policy) throws XMLStreamException {
        begin("policy_published");
        text("domain", policy.domain());
        maybe("discovery_method", policy.discovery());
        text("p", policy.p());
        maybe("sp", policy.sp());
        maybe("np", policy.np());
        maybe("adkim", policy.adkim());
        maybe("aspf", policy.aspf());
        maybe("fo", policy.fo());
        maybe("testing", policy.testing());
        end();
    }

    private void write(Row row) throws XMLStreamException {
        begin("record");
        begin("row");
        text("source_ip", row.source());
        text("count", String.valueOf(row.count()));
        begin("policy_evaluated");
        text("disposition", row.disposition().text());
        text("dkim", row.dkimAligned() ? "pass" : "fail");
        text("spf", row.spfAligned() ? "pass" : "fail");
        for (Reason reason : row.reasons()) {
            begin("reason");
            text("type", reason.type());
            maybe("comment", reason.comment());
            end();
        }
        end();
        end();
        begin("identifiers");
        text("header_from", row.headerFrom());
        if (row.envelopeFrom().isPresent()) {
            text("envelope_from", row.envelopeFrom().get());
        }
        maybe("envelope_to", row.envelopeTo());
        end();
        begin("auth_results");
        for (DkimResult dkim :
                row.dkim().subList(0, Math.min(SIGNATURES_MAX, row.dkim().size()))) {
            begin("dkim");
            text("domain", dkim.domain());
            text("selector", dkim.selector());
            text("result", dkim.result());
            maybe("human_result", dkim.comment());
            end();
        }
        for (SpfResult spf : row.spf().subList(0, Math.min(1, row.spf().size()))) {
            begin("spf");
            text("domain", spf.domain());
            maybe("scope", spf.scope());
            text("result", spf.result());
            maybe("human_result", spf.comment());
            end();
        }
        end();
        end();
    }

    private void begin(String name) throws XMLStreamException {
        xml.writeStartElement(name);
    }

    private void end() throws XMLStreamException {
        xml.writeEndElement();
    }

    private void maybe(String name, String text) throws XMLStreamException {
        if (!text.isEmpty()) {
            text(name, text);
        }
    }

    private void text(String name, String text) throws XMLStreamException {
        begin(name);
        xml.writeCharacters(clean(text));
        end();
    }

    /** XML 1.0 §2.2: most control characters and lone surrogates cannot be written, escaped or not. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .limit(TEXT_CHARS_MAX)
                .map(c -> c < ' ' || c == 0x7f || (c >= 0xd800 && c < 0xe000) || (c & 0xfffe) == 0xfffe ? '?' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
