package org.postrider.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.mailauth.verify.Origin;
import org.postrider.mailauth.verify.Verification;
import org.postrider.mailauth.verify.Verified;
import org.postrider.report.dmarc.FailureReport;
import org.postrider.report.dmarc.FailureReportReader;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** Which failures of which messages are told, and what of them. */
class FailureReportingTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Domain US = new Domain("mx.example.net");
    private static final ReportSettings SETTINGS = new ReportSettings(
            "Example Net",
            US,
            new Mailbox("dmarc", new Domain("example.net")),
            new Mailbox("postmaster", new Domain("example.net")),
            ReportSettings.SPREAD,
            "Postrider");
    private static final DkimKeyPair KEY = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
    private static final String LETTER = "From: Ann <ann@example.com>\nTo: bob@example.net\nSubject: hello\n\nbody\n";
    private static final String SENDERS_HOST = "192.0.2.1";
    private static final String STRANGER = "198.51.100.7";

    private final FakeResolver dns = new FakeResolver()
            .txt("example.com", "v=spf1 ip4:192.0.2.1 -all")
            .txt("list.example", "unrelated")
            .txt("list.example", "v=spf1 exp=\"x\" ~all");
    private final List<FailureReport> told = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private final FailureReporting reporting =
            new FailureReporting(dns, this::submit, Runnable::run, InstantSource.fixed(NOW), () -> SETTINGS);

    private void submit(ReportOutlet.Mail mail) throws IOException {
        assertThat(mail.to().text()).isEqualTo("ruf@example.com");
        messages.add(new String(mail.message(), StandardCharsets.UTF_8));
        told.add(FailureReportReader.read(new ByteArrayInputStream(mail.message()))
                .orElseThrow());
    }

    private void asks(String options) {
        dns.forget("_dmarc.example.com")
                .txt("_dmarc.example.com", "v=DMARC1; p=none; ruf=mailto:ruf@example.com; fo=" + options);
    }

    private SampleMail signedBy(String domain, String letter) {
        Domain signer = new Domain(domain);
        DkimRecord record = DkimRecord.of(signer, "s", KEY);
        dns.forget(record.name().ascii()).txt(record.name().ascii(), record.text());
        DkimIdentity identity = new DkimIdentity(signer, "s", new KeySigner(CryptoProviders.jdk(), Runnable::run, KEY));
        SampleMail mail = SampleMail.of(letter);
        return mail.below(
                mail.sign(new DkimSigner(CryptoProviders.jdk(), List.of(identity), DkimSigner.Form.DEFAULT), NOW));
    }

    private static SampleMail changed(SampleMail mail, String from, String to) {
        String text = new String(mail.octets(), StandardCharsets.ISO_8859_1);
        return new SampleMail(text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    }

    private void receive(String client, String mailFrom, SampleMail mail) {
        receive(client, mailFrom, mail, 100);
    }

    private void receive(String client, String mailFrom, SampleMail mail, int hourMax) {
        MessageVerifier verifier = new MessageVerifier(
                new MessageVerifier.Ports(
                        dns, Runnable::run, InstantSource.fixed(NOW), System::nanoTime, CryptoProviders.best()),
                US.ascii(),
                DkimSettings.DEFAULT,
                null);
        Verification verification = verifier.begin(new Origin(
                InetAddress.ofLiteral(client), "helo.example", mailFrom, Optional.empty(), Optional.empty()));
        verification.write(mail.octets(), 0, mail.octets().length);
        Verified verified = verification.end();
        reporting.verified(verified, "delivered", hourMax);
    }

    @Test
    @Requirement({"RFC 9991 §4", "RFC 9989 §4.7"})
    void aFailureOfDmarcIsToldWithTheSignatureAndThePolicyThatWouldHaveDone() {
        asks("0");
        receive(STRANGER, "ann@example.com", changed(signedBy("example.com", LETTER), "\r\nbody", "\r\nother"));

        FailureReport report = told.getFirst();
        assertThat(told).hasSize(1);
        assertThat(report.failure()).isEqualTo("dmarc");
        assertThat(report.alignment()).containsExactly("dkim", "spf");
        assertThat(report.dkim()).isEqualTo(new FailureReport.Signature("example.com", "@example.com", "s"));
        assertThat(report.spfDns()).isEqualTo("txt : example.com : \"v=spf1 ip4:192.0.2.1 -all\"");
        assertThat(messages.getFirst()).contains("Subject: DMARC failure report for example.com");
    }

    @Test
    @Requirement("RFC 9991 §4")
    void aFailureOfDmarcTellsNothingOfWhatWouldNotHaveAligned() {
        asks("0");
        receive(STRANGER, "ann@list.example", changed(signedBy("list.example", LETTER), "\r\nbody", "\r\nother"));

        assertThat(told.getFirst().dkim()).isEqualTo(FailureReport.Signature.NONE);
        assertThat(told.getFirst().spfDns()).isEmpty();
    }

    @Test
    @Requirement({"RFC 9991 §3", "RFC 9989 §4.7", "RFC 6591 §3"})
    void aSignatureThatFailedIsToldThoughAnotherWayPasses() {
        asks("d");
        receive(SENDERS_HOST, "ann@example.com", signedBy("list.example", LETTER));
        assertThat(told).as("nothing failed").isEmpty();

        receive(SENDERS_HOST, "ann@example.com", changed(signedBy("list.example", LETTER), "\r\nbody", "\r\nother"));
        assertThat(told).extracting(FailureReport::failure).containsExactly("bodyhash");
        assertThat(told.getFirst().dkim()).isEqualTo(new FailureReport.Signature("list.example", "@list.example", "s"));
        assertThat(told.getFirst().alignment()).containsExactly("dkim");
        assertThat(messages.getFirst()).contains("Subject: DKIM failure report for example.com");

        receive(SENDERS_HOST, "ann@example.com", changed(signedBy("list.example", LETTER), "hello", "other"));
        SampleMail old = signedBy("list.example", LETTER);
        dns.forget("s._domainkey.list.example").txt("s._domainkey.list.example", "v=DKIM1; k=ed25519; p=");
        receive(SENDERS_HOST, "ann@example.com", old);
        assertThat(told).extracting(FailureReport::failure).containsExactly("bodyhash", "signature", "revoked");
    }

    @Test
    @Requirement({"RFC 9991 §3", "RFC 9989 §4.7", "RFC 6591 §3"})
    void spfThatFailedIsToldThoughAnotherWayPasses() {
        asks("s");
        receive(SENDERS_HOST, "ann@example.com", signedBy("example.com", LETTER));
        assertThat(told).as("nothing failed").isEmpty();

        receive(STRANGER, "list@list.example", signedBy("example.com", LETTER));
        assertThat(told).extracting(FailureReport::failure).containsExactly("spf");
        assertThat(told.getFirst().spfDns()).isEqualTo("txt : list.example : \"v=spf1 exp=\\\"x\\\" ~all\"");
        assertThat(told.getFirst().dkim()).isEqualTo(FailureReport.Signature.NONE);
        assertThat(messages.getFirst()).contains("Subject: SPF failure report for example.com");
    }

    @Test
    @Requirement("RFC 9991 §2")
    void eachReportOfAMessageCountsOfThoseAnHour() {
        asks("1:d:s");
        receive(STRANGER, "ann@example.com", changed(signedBy("example.com", LETTER), "hello", "other"), 2);
        assertThat(told).extracting(FailureReport::failure).containsExactly("dmarc", "signature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Auto-Submitted: auto-replied\n", "Content-Type: multipart/report; boundary=x\n"})
    void automaticMailIsNotToldOf(String field) {
        asks("1:d:s");
        receive(STRANGER, "ann@example.com", SampleMail.of(field + LETTER));
        receive(STRANGER, "", SampleMail.of(LETTER));
        assertThat(told).isEmpty();
    }

    @Test
    @Requirement("RFC 9991 §2")
    void theRecordOfAPublicSuffixGetsNone() {
        asks("1:d:s; psd=y");
        receive(STRANGER, "ann@example.com", SampleMail.of(LETTER));
        assertThat(told).isEmpty();
    }
}
