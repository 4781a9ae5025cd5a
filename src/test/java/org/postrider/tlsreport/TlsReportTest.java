package org.postrider.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.MailboxGrammar;
import org.postrider.testing.Requirement;
import org.postrider.tlspolicy.AppliedPolicy;
import org.postrider.tlspolicy.PolicyType;
import org.postrider.tlspolicy.ResultType;
import org.postrider.tlspolicy.TlsLedger.Flaw;
import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlsreport.TlsReportJson.Parsed;

final class TlsReportTest {
    private static final Path SAMPLES = Path.of("../shared/conformance/tlsrpt");
    private static final TlsReport REPORT = new TlsReport(
            "Example \"Org\"",
            Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2026-01-01T23:59:59Z"),
            "mailto:tls@example.org",
            "2026-01-01T00:00:00Z_example.net",
            List.of(
                    new TlsReport.Result(
                            new AppliedPolicy(PolicyType.STS, List.of("version: STSv1"), List.of("*.example.net")),
                            "example.net",
                            7,
                            3,
                            List.of(new TlsReport.Failure(
                                    new Flaw(ResultType.DANE_REQUIRED, "192.0.2.1", "mx.example.net", "192.0.2.2", "x"),
                                    3))),
                    new TlsReport.Result(AppliedPolicy.NONE, "example.net", 1, 0, List.of())));

    private static Parsed.Valid valid(byte[] octets) {
        Parsed parsed = TlsReportJson.read(octets);
        assertThat(parsed).isInstanceOf(Parsed.Valid.class);
        return (Parsed.Valid) parsed;
    }

    private static byte[] sample(String name) throws IOException {
        Path file = SAMPLES.resolve(name);
        assumeTrue(Files.exists(file), "no samples of TLS reports in " + SAMPLES.toAbsolutePath());
        return Files.readAllBytes(file);
    }

    @Test
    @Requirement("RFC 8460 §4.4")
    void readsWhatItWritesPackedOrNot() {
        byte[] json = TlsReportJson.write(REPORT);

        assertThat(valid(json)).isEqualTo(new Parsed.Valid(REPORT, 0));
        assertThat(valid(TlsReportJson.packed(json))).isEqualTo(new Parsed.Valid(REPORT, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rpt01.json", "rpt02.json", "rpt03.json"})
    @Requirement("RFC 8460 §4.4")
    void readsReportsOfOthers(String name) throws IOException {
        assertThat(valid(sample(name)).report().results()).isNotEmpty();
    }

    @Test
    void tellsWhatOthersReport() throws IOException {
        TlsReport report = valid(sample("rpt01.json")).report();
        TlsReport.Result result = report.results().getFirst();

        assertThat(report.organization()).isEqualTo("Company-X");
        assertThat(result.successful()).isEqualTo(5_326);
        assertThat(result.failed()).isEqualTo(303);
        assertThat(result.failures())
                .extracting(failure -> failure.flaw().type())
                .containsExactly(
                        ResultType.CERTIFICATE_EXPIRED,
                        ResultType.STARTTLS_NOT_SUPPORTED,
                        ResultType.VALIDATION_FAILURE);
    }

    @Test
    @Requirement("E6")
    void doesNotUnpackABomb() {
        byte[] bomb = TlsReportJson.packed(new byte[TlsReportJson.UNPACKED_OCTETS_MAX + 1]);

        assertThat(bomb.length).isLessThan(TlsReportJson.OCTETS_MAX);
        assertThat(TlsReportJson.read(bomb)).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    void refusesWhatIsNoReport() {
        byte[] packed = TlsReportJson.packed(TlsReportJson.write(REPORT));
        packed[packed.length / 2] ^= 0x55;

        assertThat(TlsReportJson.read(packed)).isInstanceOf(Parsed.Invalid.class);
        assertThat(TlsReportJson.read(new byte[TlsReportJson.OCTETS_MAX + 1])).isInstanceOf(Parsed.Invalid.class);
        for (String text :
                List.of("", "[]", "{", "{}", "7", "[".repeat(1_000), "{\"date-range\":{\"start-datetime\":7}}")) {
            assertThat(TlsReportJson.read(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isInstanceOf(Parsed.Invalid.class);
        }
    }

    @Test
    @Requirement("RFC 8460 §5.3")
    void goesAsMailWithItsReportPacked() {
        TlsReportMail mail = new TlsReportMail(
                new Domain("example.net"),
                new Domain("example.org"),
                MailboxGrammar.mailbox("tls@example.org").orElseThrow(),
                MailboxGrammar.mailbox("rua@example.net").orElseThrow());
        String text = new String(mail.write(REPORT, Instant.parse("2026-01-02T01:00:00Z")), StandardCharsets.UTF_8);
        String unfolded = text.replace("\r\n ", " ");

        assertThat(unfolded)
                .contains(
                        "TLS-Report-Domain: example.net\r\n",
                        "TLS-Report-Submitter: example.org\r\n",
                        "TLS-Required: No\r\n",
                        "Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=",
                        "Subject: Report Domain: example.net Submitter: example.org Report-ID: <",
                        "filename=\"example.org!example.net!1767225600!1767311999!");
        int start = text.indexOf("\r\n\r\n", text.indexOf("application/tlsrpt+gzip")) + 4;
        byte[] packed = Base64.getMimeDecoder().decode(text.substring(start, text.indexOf("\r\n--", start)));
        assertThat(valid(packed).report()).isEqualTo(REPORT);
    }
}
