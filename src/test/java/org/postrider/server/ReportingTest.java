package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.endtoend.CollectingSink;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.Letters;
import org.postrider.feedback.ReportSummary;
import org.postrider.feedback.TlsSummary;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.message.MimeParts;
import org.postrider.report.dmarc.AggregateReport;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReportReader;
import org.postrider.report.dmarc.ReportReading;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.FakeDnsServer;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.PolicyHost;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tlspolicy.AppliedPolicy;
import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlsreport.TlsReportJson;
import org.postrider.tlsreport.TlsReportMail;

/** A running server that reports and is reported to, over a midnight that the test lets pass. */
@Timeout(90)
class ReportingTest {
    private static final String STRANGER = "198.51.100.7";
    private static final Path CONFORMANCE = Path.of("../shared/conformance");
    private static final TestCertificate KEY = TestCertificate.authority("dkim").issueRsa("dkim");

    @TempDir
    private Path directory = Path.of("");

    private final FakeDnsServer dns = FakeDnsServer.start();
    private CollectingSink store;
    private CollectingSink reader;
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");

    ReportingTest() throws IOException {
        store = CollectingSink.start();
        reader = CollectingSink.start();
    }

    @BeforeEach
    void publish() throws IOException {
        Files.writeString(directory.resolve("dkim.pem"), KEY.keyPem());
        dns.add("sender.test", 300, "MX", "10 mx.sender.test.")
                .add("sender.test", 300, "TXT", "\"v=spf1 -all\"")
                .add("_dmarc.sender.test", 300, "TXT", "\"v=DMARC1; p=reject; rua=mailto:dmarc@reader.test\"")
                .add("sender.test._report._dmarc.reader.test", 300, "TXT", "\"v=DMARC1\"")
                .add("reader.test", 300, "MX", "10 mx.reader.test.")
                .add("mx.reader.test", 300, "A", "127.0.0.1");
    }

    @AfterEach
    void end() throws IOException {
        dns.close();
        store.close();
        reader.close();
    }

    private Node start(String report) throws IOException {
        String text = """
            hostname = "mx.ours.test"
            [[listener]]
            address = "127.0.0.1:0"
            role = "mx"
            proxy-protocol = true
            [[listener]]
            address = "127.0.0.1:0"
            role = "relay"
            [proxy]
            networks = ["127.0.0.1/32"]
            [http]
            address = "127.0.0.1:0"
            [dns]
            servers = ["127.0.0.1:%d"]
            [delivery]
            port = %d
            private-networks = ["127.0.0.0/8"]
            [[domain]]
            name = "ours.test"
            deliver = "smtp:127.0.0.1:%d"
            [[dkim-key]]
            domain = "ours.test"
            selector = "s1"
            key = "file:dkim.pem"
            [timeouts]
            drain = "5s"
            [report]
            %s
            """.formatted(
                        dns.address().getPort(),
                        reader.address().getPort(),
                        store.address().getPort(),
                        report);
        Configuration configuration = switch (ConfigurationFile.parse(text, directory, "test.toml")) {
            case ConfigurationFile.Result.Valid(var valid, var _) -> valid;
            case ConfigurationFile.Result.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
        return Node.start(
                configuration,
                new Node.Options(false, () -> new ConfigurationFile.Result.Valid(configuration, List.of()), () -> now));
    }

    private static InetSocketAddress mx(Node node) {
        return node.smtpAddresses().getFirst();
    }

    private static InetSocketAddress relay(Node node) {
        return node.smtpAddresses().getLast();
    }

    private void passMidnight() {
        now = now.plus(Duration.ofHours(17));
    }

    private static void verifies(byte[] message) {
        String key = Base64.getEncoder()
                .encodeToString(KEY.certificate().getPublicKey().getEncoded());
        FakeResolver keys = new FakeResolver().txt("s1._domainkey.ours.test", "v=DKIM1; k=rsa; p=" + key);
        assertThat(new SampleMail(message)
                        .verify(keys, DkimSettings.DEFAULT, Instant.now().plusSeconds(5))
                        .results())
                .singleElement()
                .satisfies(result ->
                        assertThat(result.result()).as(result.reason()).isEqualTo(AuthResult.PASS));
    }

    private static byte[] attachment(byte[] message, String type) throws IOException {
        return MimeParts.of(new ByteArrayInputStream(message), 1 << 20).parts().stream()
                .filter(part -> part.mediaType().equals(type))
                .findFirst()
                .orElseThrow()
                .content();
    }

    @Test
    @Requirement({"RFC 9990 §3.1", "RFC 9990 §3.5.2", "RFC 9989 §5.3.8"})
    void mailThatFailsDmarcIsReportedTheNextDayOverARestart() throws Exception {
        try (Node node = start("dmarc-send = true\norganization = \"Ours\"")) {
            try (Dialogue client = Dialogue.claiming(STRANGER, mx(node)).ehlo()) {
                client.deliver("alice@sender.test", Letters.letter("forged"), "bob@ours.test");
            }
            store.awaitOne("forged");
            node.reporting().send();
            assertThat(reader.count()).as("the day is not over").isZero();
        }
        passMidnight();
        byte[] message;
        try (Node node = start("dmarc-send = true\norganization = \"Ours\"")) {
            node.reporting().send();
            SinkServer.Received received = reader.awaitOne();
            message = received.content();
            assertThat(received.reversePath()).isEqualTo("postmaster@mx.ours.test");
            assertThat(received.recipients()).containsExactly("dmarc@reader.test");
        }
        try (Node node = start("dmarc-send = true")) {
            node.reporting().send();
        }
        assertThat(reader.count()).as("no second one after a restart").isEqualTo(1);
        verifies(message);
        assertThat(new String(message, StandardCharsets.UTF_8)).contains("Auto-Submitted: auto-generated");
        ReportReading reading = AggregateReportReader.fromMail(new ByteArrayInputStream(message));
        assertThat(reading).isInstanceOf(ReportReading.Read.class);
        AggregateReport report = ((ReportReading.Read) reading).report();
        assertThat(report.policy().domain()).isEqualTo("sender.test");
        Row row = report.rows().getFirst();
        assertThat(row.source()).isEqualTo(STRANGER);
        assertThat(row.disposition()).isEqualTo(AggregateReport.Disposition.QUARANTINE);
        assertThat(row.envelopeFrom()).isEqualTo(Optional.of("sender.test"));
        assertThat(row.spf().getFirst().result()).isEqualTo("fail");
        assertThat(row.passed()).isFalse();
        validBySchema(attachment(message, "application/gzip"));
    }

    @Test
    @Requirement("RFC 9990 §3.1.1")
    void whatIsOnlyWatchedIsNotReportedAsDone() throws Exception {
        String report = "dmarc-send = true\n[policy]\nenforce = false";
        try (Node node = start(report)) {
            try (Dialogue client = Dialogue.claiming(STRANGER, mx(node)).ehlo()) {
                client.deliver("alice@sender.test", Letters.letter("forged"), "bob@ours.test");
            }
            store.awaitOne("forged");
            node.reporting().flush();
            passMidnight();
            node.reporting().send();
            ReportReading reading = AggregateReportReader.fromMail(
                    new ByteArrayInputStream(reader.awaitOne().content()));
            assertThat(reading).isInstanceOf(ReportReading.Read.class);
            Row row = ((ReportReading.Read) reading).report().rows().getFirst();
            assertThat(row.disposition()).isEqualTo(AggregateReport.Disposition.NONE);
            assertThat(row.reasons().getFirst().type()).isEqualTo("local_policy");
        }
    }

    private static void validBySchema(byte[] packed) throws Exception {
        Path schema = CONFORMANCE.resolve("dmarc/rfc9990.xsd");
        assumeTrue(Files.exists(schema), "the schema of RFC 9990 is not here");
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(schema.toFile())
                .newValidator()
                .validate(new StreamSource(new GZIPInputStream(new ByteArrayInputStream(packed))));
    }

    @Test
    @Requirement({"RFC 9991 §2", "RFC 9991 §4", "RFC 9990 §4"})
    void singleFailuresAreToldToThoseWhoAgreedAndRarely() throws Exception {
        dns.remove("_dmarc.sender.test")
                .add(
                        "_dmarc.sender.test",
                        300,
                        "TXT",
                        "\"v=DMARC1; p=none; ruf=mailto:ruf@reader.test,mailto:victim@other.test\"");
        try (Node node = start("failure-reports = true\nfailure-rate = 1")) {
            try (Dialogue client = Dialogue.claiming(STRANGER, mx(node)).ehlo()) {
                client.deliver("alice@sender.test", Letters.letter("forged"), "bob@ours.test");
                client.deliver("alice@sender.test", Letters.letter("again"), "bob@ours.test");
            }
            store.await(2);
            SinkServer.Received told = reader.awaitOne();
            assertThat(told.recipients()).containsExactly("ruf@reader.test");
            verifies(told.content());
            assertThat(new String(told.content(), StandardCharsets.UTF_8))
                    .contains("Feedback-Type: auth-failure", "Auth-Failure: dmarc", "Source-IP: " + STRANGER)
                    .contains("Reported-Domain: sender.test", "Delivery-Result: delivered", "Subject: forged")
                    .doesNotContain("bob@", "Hello");
        }
        assertThat(reader.count()).as("one an hour").isEqualTo(1);
    }

    @Test
    @Requirement({"RFC 8460 §3", "RFC 8460 §4.1", "RFC 8460 §5.3"})
    void sessionsAreReportedTheNextDayByMailAndByPost() throws Exception {
        TestCertificate untrusted = TestCertificate.authority("nobody").issue("post.test");
        try (PolicyHost post = PolicyHost.start(untrusted).answers("201 Created", "Content-Type: text/plain", "")) {
            dns.add("post.test", 300, "A", "127.0.0.1")
                    .add(
                            "_smtp._tls.reader.test",
                            300,
                            "TXT",
                            "\"v=TLSRPTv1; rua=mailto:tls@reader.test,https://post.test:" + post.port() + "/v1?a=b\"");
            try (Node node = start("tls-send = true")) {
                try (Dialogue client = new Dialogue(relay(node)).ehlo()) {
                    client.deliver("bob@ours.test", Letters.letter("sent"), "carol@reader.test");
                }
                reader.awaitOne("sent");
            }
            passMidnight();
            byte[] message;
            try (Node node = start("tls-send = true")) {
                node.reporting().send();
                message = reader.awaitOne("TLS-Report-Domain: reader.test").content();
            }
            try (Node node = start("tls-send = true")) {
                node.reporting().send();
            }
            assertThat(reader.count()).isEqualTo(2);
            verifies(message);
            assertThat(new String(message, StandardCharsets.UTF_8))
                    .contains("TLS-Required: No", "TLS-Report-Submitter: mx.ours.test", "report-type=\"tlsrpt\"");
            told(attachment(message, "application/tlsrpt+gzip"));
            assertThat(post.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request)
                            .startsWith("POST /v1?a=b HTTP/1.1\r\nHost: post.test:")
                            .contains("Content-Type: application/tlsrpt+gzip\r\n"));
            told(post.bodies().getFirst());
        }
    }

    private static void told(byte[] packed) {
        assertThat(TlsReportJson.read(packed)).isInstanceOf(TlsReportJson.Parsed.Valid.class);
        TlsReport report = ((TlsReportJson.Parsed.Valid) TlsReportJson.read(packed)).report();
        assertThat(report.start()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
        assertThat(report.id()).isEqualTo("2026-11-24_reader.test");
        TlsReport.Result result = report.results().getFirst();
        assertThat(result.domain()).isEqualTo("reader.test");
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.failures().getFirst().flaw().receivingHost()).isEqualTo("mx.reader.test");
    }

    /** Some have LF alone at the ends of their lines, which SMTP has not. */
    private static byte[] content(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return SampleMail.of(text.endsWith("\n") ? text : text + "\n").octets();
    }

    @Test
    @Requirement({"RFC 9990 §3.5.4", "RFC 8460 §5.3", "E6"})
    void reportsThatComeByMailAreTakenInAndStillDelivered() throws Exception {
        assumeTrue(Files.isDirectory(CONFORMANCE), "no test data of others in " + CONFORMANCE);
        List<Path> files;
        try (Stream<Path> dmarc = Files.list(CONFORMANCE.resolve("dmarc"));
                Stream<Path> tls = Files.list(CONFORMANCE.resolve("tlsrpt"))) {
            files = Stream.concat(dmarc, tls)
                    .filter(file -> file.toString().endsWith(".eml"))
                    .sorted()
                    .toList();
        }
        try (Node node = start("intake = [\"dmarc@ours.test\"]")) {
            try (Dialogue client = Dialogue.claiming(STRANGER, mx(node)).ehlo()) {
                for (Path file : files) {
                    client.deliver("noreply@sender.test", content(file), "DMARC@ours.test");
                }
                client.deliver("noreply@sender.test", Letters.letter("no report"), "dmarc@ours.test");
            }
            store.await(files.size() + 1);
            List<ReportSummary> dmarc = node.reporting().received().summary(Optional.empty(), 36_500, true);
            List<TlsSummary> tls = node.reporting().received().tlsSummary(Optional.empty(), 36_500, true);
            assertThat(dmarc).isNotEmpty();
            assertThat(tls).extracting(TlsSummary::domain).contains("company-y.example");
            TlsSummary summary = tls.stream()
                    .filter(each -> each.domain().equals("company-y.example"))
                    .findFirst()
                    .orElseThrow();
            assertThat(summary.policies()).contains(new TlsSummary.Policy("sts", 5326, 303));
            assertThat(summary.failures().getFirst().type()).isEqualTo("starttls-not-supported");
        }
    }

    @Test
    @Requirement({"RFC 9990 §8.2", "RFC 8460 §3"})
    void aReportIsCountedWhereTheMailThatBringsItIsAuthentic() throws Exception {
        dns.add("good.test", 300, "MX", "10 mx.sender.test.")
                .add("good.test", 300, "TXT", "\"v=spf1 ip4:" + STRANGER + " -all\"")
                .add("_dmarc.good.test", 300, "TXT", "\"v=DMARC1; p=reject\"");
        Domain ours = new Domain("ours.test");
        try (Node node = start("intake = [\"dmarc@ours.test\"]")) {
            try (Dialogue client = Dialogue.claiming(STRANGER, mx(node)).ehlo()) {
                for (String domain : List.of("good.test", "sender.test")) {
                    Domain reporter = new Domain(domain);
                    TlsReport report = new TlsReport(
                            domain,
                            now.minusSeconds(3_600),
                            now,
                            "r@" + domain,
                            "id-1",
                            List.of(new TlsReport.Result(AppliedPolicy.NONE, "ours.test", 1, 0, List.of())));
                    byte[] mail = new TlsReportMail(
                                    ours, reporter, new Mailbox("r", reporter), new Mailbox("dmarc", ours))
                            .write(report, now);
                    client.deliver("r@" + domain, mail, "dmarc@ours.test");
                }
            }
            store.await(2);
            TlsSummary summary = node.reporting()
                    .received()
                    .tlsSummary(Optional.of("ours.test"), 7, false)
                    .getFirst();
            assertThat(summary.reporters()).containsExactly("good.test");
            assertThat(summary.unauthenticated()).isEqualTo(1);
        }
    }

    @Test
    void aReportThatIsTakenInNeedNotBeDelivered() throws Exception {
        Path file = CONFORMANCE.resolve("tlsrpt/rpt01.eml");
        assumeTrue(Files.exists(file), "no test data of others in " + CONFORMANCE);
        try (Node node = start("intake = [\"dmarc@ours.test\"]\nkeep = false")) {
            try (Dialogue client = Dialogue.claiming(STRANGER, mx(node)).ehlo()) {
                byte[] report = content(file);
                client.deliver("noreply@sender.test", report, "dmarc@ours.test", "carol@ours.test");
                client.deliver("noreply@sender.test", report, "dmarc@ours.test");
                client.deliver("noreply@sender.test", Letters.letter("a question"), "dmarc@ours.test");
            }
            store.awaitOne("a question");
            assertThat(store.awaitRecipients(2)).containsExactlyInAnyOrder("carol@ours.test", "dmarc@ours.test");
        }
        try (Node node = start("intake = [\"dmarc@ours.test\"]\nkeep = false")) {
            assertThat(node.reporting().received().tlsSummary(Optional.of("company-y.example"), 36_500, true))
                    .singleElement()
                    .satisfies(summary -> assertThat(summary.reports()).isEqualTo(1));
        }
        assertThat(store.awaitRecipients(2)).hasSize(2);
    }

    @Test
    @Requirement("RFC 3464 §2")
    void noticesOfOurOwnAreSigned() throws Exception {
        try (Node node = start("")) {
            try (Dialogue client = new Dialogue(relay(node)).ehlo()) {
                client.deliver("carol@reader.test", Letters.letter("lost"), "bob@nowhere.test");
            }
            byte[] notice = reader.awaitOne("lost").content();
            assertThat(new String(notice, StandardCharsets.UTF_8)).contains("multipart/report");
            verifies(notice);
        }
    }
}
