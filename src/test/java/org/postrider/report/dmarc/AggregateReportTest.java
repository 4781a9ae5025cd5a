package org.postrider.report.dmarc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.report.dmarc.AggregateReport.Disposition;
import org.postrider.report.dmarc.AggregateReport.DkimResult;
import org.postrider.report.dmarc.AggregateReport.Metadata;
import org.postrider.report.dmarc.AggregateReport.PublishedPolicy;
import org.postrider.report.dmarc.AggregateReport.Reason;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReport.SpfResult;
import org.postrider.report.dmarc.ReportReading.Why;
import org.postrider.testing.Requirement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Aggregate reports, written and read. */
class AggregateReportTest {
    private static final Path SAMPLES = Path.of("../shared/conformance/dmarc");
    private static final Instant BEGIN = Instant.ofEpochSecond(1_763_942_400);
    private static final Instant END = BEGIN.plusSeconds(86_400);

    static AggregateReport sample() {
        Row passing = new Row(
                "2001:db8::1",
                12,
                Disposition.PASS,
                true,
                false,
                List.of(),
                "example.com",
                Optional.of(""),
                "example.net",
                List.of(new DkimResult("example.com", "s1", "pass", "")),
                List.of(new SpfResult("mail.example.org", "mfrom", "softfail", "")));
        Row failing = new Row(
                "192.0.2.7",
                1,
                Disposition.QUARANTINE,
                false,
                false,
                List.of(new Reason("local_policy", "<&\u0001 é>")),
                "a.example.com",
                Optional.empty(),
                "",
                List.of(),
                List.of());
        return new AggregateReport(
                new Metadata(
                        "Example \u0000Net",
                        "dmarc@example.net",
                        "",
                        AggregateReportMail.reportId("example.net", "example.com", BEGIN, END),
                        BEGIN,
                        END,
                        "sp is not a policy: x",
                        "Postrider"),
                new PublishedPolicy("example.com", "treewalk", "reject", "none", "none", "r", "s", "0:d", "n"),
                List.of(passing, failing));
    }

    @Test
    @Requirement({"RFC 9990 §3.1.1", "RFC 9990 §A"})
    void isValidByTheSchemaOfTheText() throws Exception {
        Path schema = SAMPLES.resolve("rfc9990.xsd");
        assumeTrue(Files.exists(schema), "the schema of RFC 9990 is not here");
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(schema.toFile())
                .newValidator()
                .validate(new StreamSource(new ByteArrayInputStream(AggregateReportWriter.xml(sample()))));
    }

    private static AggregateReport read(ReportReading reading) {
        assertThat(reading).isInstanceOf(ReportReading.Read.class);
        return ((ReportReading.Read) reading).report();
    }

    @Test
    @Requirement("RFC 9990 §3.1.1")
    void isReadAgainAsItWasWritten() {
        ReportReading reading = AggregateReportReader.fromXml(AggregateReportWriter.xml(sample()));
        AggregateReport again = read(reading);
        assertThat(again.policy()).isEqualTo(sample().policy());
        assertThat(again.rows().getFirst()).isEqualTo(sample().rows().getFirst());
        assertThat(again.rows().get(1).reasons()).containsExactly(new Reason("local_policy", "<&? é>"));
        assertThat(again.metadata().organization()).isEqualTo("Example ?Net");
        assertThat(((ReportReading.Read) reading).current()).isTrue();
    }

    @Test
    @Requirement({"RFC 9990 §3.5.1", "RFC 9990 §3.5.2"})
    void travelsAsAnAttachmentWithTheNameOfTheText() throws IOException {
        AggregateReportMail mail = new AggregateReportMail(
                sample(),
                "mail.example.net",
                new Mailbox("dmarc", new Domain("example.net")),
                new Mailbox("reports", new Domain("example.com")),
                END);
        String id = sample().metadata().reportId();
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(mail.fileName()).isEqualTo("mail.example.net!example.com!1763942400!1764028800!" + id + ".xml.gz");
        assertThat(mail.subject())
                .matches("Report Domain: example\\.com Submitter: mail\\.example\\.net Report-ID: <" + id + ">");
        String text = new String(mail.message(), StandardCharsets.UTF_8);
        assertThat(text.lines()).allMatch(line -> line.length() <= 998);
        assertThat(text).contains("Content-Type: application/gzip\r\n").contains("Auto-Submitted: auto-generated\r\n");
        assertThat(text.replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
        assertThat(read(AggregateReportReader.fromMail(new ByteArrayInputStream(mail.message())))
                        .messages())
                .isEqualTo(13);
        assertThat(mail.message()).isEqualTo(mail.message());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "001.xml", "002.xml", "003.xml", "004.xml", "005.xml", "100.eml", "101.eml", "102.eml", "103.eml",
                "104.eml"
            })
    @Requirement({"RFC 9990 §3.1.1", "RFC 9990 §3.2"})
    void agreesOnTheReportsOfOthers(String name) throws IOException {
        Path file = SAMPLES.resolve(name);
        assumeTrue(Files.exists(file), "the samples of aggregate reports are not here");
        AggregateReport report = read(
                name.endsWith(".eml")
                        ? AggregateReportReader.fromMail(Files.newInputStream(file))
                        : AggregateReportReader.fromFile(Files.readAllBytes(file)));
        JsonNode wanted = new ObjectMapper()
                .readTree(SAMPLES.resolve(name.replaceAll("\\.\\w+$", ".json")).toFile());
        JsonNode metadata = wanted.get("report_metadata");
        assertThat(report.metadata().organization())
                .isEqualTo(metadata.get("org_name").asString());
        assertThat(report.metadata().reportId())
                .isEqualTo(metadata.get("report_id").asString());
        assertThat(report.metadata().begin().getEpochSecond())
                .isEqualTo(metadata.get("date_range").get("begin").asLong());
        assertThat(report.metadata().end().getEpochSecond())
                .isEqualTo(metadata.get("date_range").get("end").asLong());
        JsonNode policy = wanted.get("policy_published");
        assertThat(report.policy().domain()).isEqualTo(policy.get("domain").asString());
        assertThat(report.policy().p()).isEqualTo(policy.get("p").asString().toLowerCase(Locale.ROOT));
        List<String> rows = new ArrayList<>();
        wanted.get("record").forEach(row -> rows.add(summary(row)));
        assertThat(report.rows().stream().map(AggregateReportTest::summary)).containsExactlyElementsOf(rows);
    }

    private static String summary(JsonNode record) {
        JsonNode row = record.get("row");
        JsonNode evaluated = row.get("policy_evaluated");
        StringBuilder results = new StringBuilder();
        for (String method : List.of("dkim", "spf")) {
            for (JsonNode each : record.get("auth_results").get(method)) {
                results.append(' ').append(each.get("domain").asString());
                results.append('=').append(each.get("result").asString().toLowerCase(Locale.ROOT));
            }
        }
        return String.join(
                " ",
                row.get("source_ip").asString(),
                row.get("count").asString(),
                evaluated.get("disposition").asString().toLowerCase(Locale.ROOT),
                evaluated.get("dkim").asString().toLowerCase(Locale.ROOT),
                evaluated.get("spf").asString().toLowerCase(Locale.ROOT),
                record.get("identifiers").get("header_from").asString(),
                record.get("identifiers").get("envelope_from").asString() + results);
    }

    private static String summary(Row row) {
        StringBuilder results = new StringBuilder();
        row.dkim()
                .forEach(each ->
                        results.append(' ').append(each.domain()).append('=').append(each.result()));
        row.spf()
                .forEach(each ->
                        results.append(' ').append(each.domain()).append('=').append(each.result()));
        return String.join(
                " ",
                row.source(),
                String.valueOf(row.count()),
                row.disposition().text(),
                row.dkimAligned() ? "pass" : "fail",
                row.spfAligned() ? "pass" : "fail",
                row.headerFrom(),
                row.envelopeFrom().orElse("") + results);
    }

    private static Why refused(byte[] content) {
        ReportReading reading = AggregateReportReader.fromFile(content);
        assertThat(reading).isInstanceOf(ReportReading.Refused.class);
        return ((ReportReading.Refused) reading).why();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @Requirement("RFC 9990 §8")
    void isNotTakenWithADocumentType() {
        String body = new String(AggregateReportWriter.xml(sample()), StandardCharsets.UTF_8);
        String doctype = "<!DOCTYPE feedback [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY y \"&x;&x;\">]>";
        String changed = body.replace("<feedback", doctype + "<feedback").replace("Postrider", "&y;");
        assertThat(refused(utf8(changed))).isEqualTo(Why.MALFORMED);
        assertThat(refused(utf8(body.replace("Postrider", "&y;")))).isEqualTo(Why.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no xml",
                "<feedback>",
                "<feedback/>",
                "<other/>",
                "<feedback><record/></feedback>",
                "PK",
                "\u001f\u008b"
            })
    void isRefusedWithAReasonWhereItIsNone(String text) {
        assertThat(refused(text.getBytes(StandardCharsets.ISO_8859_1)))
                .isIn(Why.MALFORMED, Why.INCOMPLETE, Why.NO_REPORT, Why.NOT_UNPACKED);
    }

    @Test
    @Requirement("E6")
    void isRefusedWhereItIsABomb() throws IOException {
        byte[] zeros = new byte[64 << 20];
        ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(zeros);
        }
        assertThat(refused(gzipped.toByteArray())).isEqualTo(Why.TOO_LARGE);
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(zipped)) {
            zip.putNextEntry(new ZipEntry("report.xml"));
            zip.write(zeros);
        }
        assertThat(refused(zipped.toByteArray())).isEqualTo(Why.TOO_LARGE);
        assertThat(refused(utf8("<feedback>" + "<a>".repeat(1_000)))).isEqualTo(Why.TOO_LARGE);
        assertThat(refused(utf8("<feedback><record>" + "<a/>".repeat(20_000)))).isEqualTo(Why.TOO_LARGE);
    }

    @Test
    void leavesOutARecordThatTellsNothing() {
        String body = new String(AggregateReportWriter.xml(sample()), StandardCharsets.UTF_8);
        ReportReading reading = AggregateReportReader.fromXml(utf8(body.replace("<count>12<", "<count>-12<")));
        assertThat(read(reading).rows()).hasSize(1);
        assertThat(((ReportReading.Read) reading).brokenRecords()).isEqualTo(1);
    }
}
