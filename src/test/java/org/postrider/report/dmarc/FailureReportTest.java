package org.postrider.report.dmarc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.testing.Requirement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reports of single messages that failed. */
class FailureReportTest {
    private static final Path SAMPLES = Path.of("../shared/conformance/arf");

    private final FailureReportWriter writer = new FailureReportWriter(
            "secret".getBytes(StandardCharsets.UTF_8),
            "mx.example.net",
            new Mailbox("dmarc", new Domain("example.net")));

    private static FailureReport report(String header) {
        return new FailureReport(
                "dmarc",
                "Postrider/1",
                "mx.example.net; dmarc=fail policy.dmarc=reject header.from=example.com",
                List.of("dkim", "spf"),
                new FailureReport.Origin(
                        "4Wq1", "forger@example.org\r\nBcc: x@y", "carol@example.net", "192.0.2.7", "4711"),
                "Tue, 24 Nov 2026 10:00:00 +0000",
                List.of("example.com"),
                "spam",
                new FailureReport.Signature("example.com", "@example.com", "s1"),
                "txt : example.com : v=spf1 -all",
                3,
                header);
    }

    private String written(String header) {
        byte[] message =
                writer.message(report(header), new Mailbox("ruf", new Domain("example.com")), "abc123", Instant.EPOCH);
        return new String(message, StandardCharsets.UTF_8);
    }

    @Test
    @Requirement({"RFC 9991 §4", "RFC 6591 §3"})
    void isReadAgainAsItWasWritten() throws IOException {
        String message = written("From: boss@example.com\r\nSubject: x\r\n");
        FailureReport again = FailureReportReader.read(
                        new ByteArrayInputStream(message.getBytes(StandardCharsets.UTF_8)))
                .orElseThrow();
        assertThat(again.failure()).isEqualTo("dmarc");
        assertThat(again.alignment()).containsExactly("dkim", "spf");
        assertThat(again.dkim()).isEqualTo(report("").dkim());
        assertThat(again.spfDns()).isEqualTo(report("").spfDns());
        assertThat(again.incidents()).isEqualTo(3);
        assertThat(again.origin().sourceIp()).isEqualTo("192.0.2.7");
        assertThat(again.originalHeader()).startsWith("From: boss@example.com\r\nSubject: x\r\n");
        assertThat(message).contains("report-type=feedback-report");
    }

    @Test
    @Requirement("RFC 9991 §7")
    void showsNoMoreThanItMust() {
        String message = written("From: boss@example.com\r\nTo: Carol <carol@example.net>,\r\n\tdave@example.net\r\n"
                + "X-Secret: 1\r\n folded secret\r\nSubject: see http://evil.example/ é\r\nReceived: from inside\r\n");
        assertThat(message)
                .doesNotContain("carol@")
                .doesNotContain("dave@")
                .doesNotContain("ecret")
                .doesNotContain("inside")
                .doesNotContain("http:")
                .contains("hxxp://evil.example/ ?")
                .contains("From: boss@example.com");
        assertThat(message).as("a value breaks out of no field").doesNotContain("\nBcc");
        String again = written("To: carol@example.net\r\n");
        String digest = again.lines()
                .filter(line -> line.startsWith("To: "))
                .reduce((_, last) -> last)
                .orElseThrow();
        assertThat(message).as("the same for the same recipient").contains(digest.substring(4, 20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"001", "002", "003", "004", "005"})
    @Requirement({"RFC 6591 §3", "RFC 5965 §3"})
    void agreesOnTheReportsOfOthers(String name) throws IOException {
        Path file = SAMPLES.resolve(name + ".eml");
        assumeTrue(Files.exists(file), "the samples of feedback reports are not here");
        JsonNode wanted =
                new ObjectMapper().readTree(SAMPLES.resolve(name + ".json").toFile());
        Optional<FailureReport> read = FailureReportReader.read(Files.newInputStream(file));
        assertThat(read.isPresent())
                .isEqualTo(wanted.get("feedback_type").asString().equals("AuthFailure"));
        read.ifPresent(report -> {
            assertThat(report.failure())
                    .isEqualTo(wanted.get("auth_failure").asString().toLowerCase(Locale.ROOT));
            assertThat(report.userAgent()).isEqualTo(wanted.get("user_agent").asString());
            assertThat(report.origin().sourceIp())
                    .isEqualTo(wanted.get("source_ip").asString());
            assertThat(report.origin().mailFrom())
                    .isEqualTo(wanted.get("original_mail_from").asString().replaceAll("[<>]", ""));
            assertThat(report.dkim().domain())
                    .isEqualTo(wanted.get("dkim_domain").asString(""));
            assertThat(report.reportedDomains())
                    .hasSize(wanted.get("reported_domain").size());
            assertThat(report.originalHeader()).contains("From:");
        });
    }
}
