package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.filter.ClientFacts;
import org.postrider.filter.DefaultAction;
import org.postrider.filter.FilterAddress;
import org.postrider.filter.FilterSession;
import org.postrider.filter.FilterSettings;
import org.postrider.filter.FilteredMessage;
import org.postrider.filter.Filters;
import org.postrider.filter.Timeouts;
import org.postrider.filter.Verdict;
import org.postrider.mail.Domain;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.message.HeaderLimits;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.FakeResolver;

/**
 * Debian's opendkim, as a milter, verifies what we sign, and we what it signs: chance messages in all canonical forms.
 *
 * <p>Not with its own test mode ({@code opendkim -t}): that one takes the blank after a field's colon away and puts one there
 * always, so that a signature in simple form over {@code Subject:x} fails in it, whoever made it. A milter is told the octets.
 */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(300)
final class OpendkimTest {
    private static final Domain HOST = new Domain("mx.example.org");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern DKIM_RESULT = Pattern.compile("dkim=(\\w+)");
    private static final FakeResolver DNS = new FakeResolver();

    @TempDir
    private Path directory;

    private Filters filters;

    @SuppressWarnings("NullAway.Init") // set before each test
    OpendkimTest() {}

    @BeforeEach
    void start() throws IOException {
        for (DkimRecord record : ChanceMail.records()) {
            DNS.forget(record.name().ascii()).txt(record.name().ascii(), record.text());
        }
        Files.writeString(directory.resolve("keys"), ChanceMail.keyFile());
        Files.writeString(directory.resolve("rsa.pem"), ChanceMail.RSA.pem());
        Path staging = Files.createDirectories(directory.resolve("staging"));
        filters = new Filters(staging, InstantSource.system(), System::nanoTime, _ -> {});
    }

    @AfterEach
    void stop() {
        filters.close();
    }

    /** What comes of messages that pass an opendkim. */
    private interface Work {
        void with(FilterSession session) throws IOException;
    }

    private void opendkim(String configuration, Work work) throws IOException, InterruptedException {
        InetSocketAddress address = ServerProcess.freeAddress();
        Path conf = Files.writeString(
                directory.resolve("opendkim.conf"),
                "Socket inet:%d@127.0.0.1\nRequireSafeKeys no\nSyslog no\n%s"
                        .formatted(address.getPort(), configuration));
        List<String> command = List.of(Peer.unpacked("opendkim") + "/usr/sbin/opendkim", "-f", "-x", conf.toString());
        FilterSettings settings = new FilterSettings(
                List.of(new FilterSettings.Milter(
                        "opendkim",
                        new FilterAddress(address),
                        new Timeouts(PATIENCE, PATIENCE, PATIENCE),
                        DefaultAction.TEMPFAIL)),
                Optional.empty(),
                100_000,
                HeaderLimits.DEFAULT);
        try (FilterPeer _ = FilterPeer.start(directory, Map.of(), address, command);
                FilterSession session = filters.session(settings)) {
            work.with(session);
        }
    }

    /** The message as it is after opendkim. */
    private static SampleMail passed(FilterSession session, SampleMail mail) throws IOException {
        InetAddress host = InetAddress.ofLiteral("127.0.0.1");
        ClientFacts client = new ClientFacts(
                new InetSocketAddress(host, 40_000),
                new InetSocketAddress(host, 25),
                HOST,
                "mx",
                Optional.empty(),
                "mail.example.net",
                null,
                null);
        ReversePath sender =
                MailboxGrammar.reversePath("<a@example.net>", 0).orElseThrow().path();
        Recipient recipient = Recipient.of(MailboxGrammar.forwardPath("<b@example.org>", 0, HOST)
                .orElseThrow()
                .path());
        assertThat(session.sender(client, sender, MailParameters.PLAIN, 0)).isNull();
        assertThat(session.recipient(recipient)).isNull();
        Envelope envelope = new Envelope(sender, MailParameters.PLAIN, List.of(recipient));
        try (FilteredMessage message = session.inspect(envelope).orElseThrow()) {
            byte[] octets = mail.octets();
            message.write(octets, 0, octets.length);
            Verdict verdict = message.judge(new QueueId(7), "");
            assertThat(verdict).isInstanceOf(Verdict.Passed.class);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ((Verdict.Passed) verdict).content().writeTo(out::write);
            return new SampleMail(out.toByteArray());
        }
    }

    @Test
    void opendkimVerifiesWhatWeSign() throws IOException, InterruptedException {
        Instant now = Instant.now();
        List<String> expected = new ArrayList<>();
        List<String> told = new ArrayList<>();
        String configuration = "Mode v\nInternalHosts 192.0.2.1\nAuthservID us.test\nTestPublicKeys %s\n"
                .formatted(directory.resolve("keys"));
        opendkim(configuration, session -> {
            for (int i = 0; i < ChanceMail.MESSAGES; i++) {
                SampleMail letter = ChanceMail.letter(i);
                SampleMail signed = letter.below(letter.sign(ChanceMail.signer(i), now));
                SampleMail verified = passed(session, ChanceMail.sent(i, signed));
                told.add(i + results(verified));
                expected.add(i + (ChanceMail.isSound(i) ? " pass pass" : " fail fail"));
            }
        });
        assertThat(told).containsExactlyElementsOf(expected);
    }

    private static String results(SampleMail verified) {
        String field = verified.text().substring(0, verified.text().indexOf("DKIM-Signature:"));
        StringBuilder results = new StringBuilder();
        DKIM_RESULT
                .matcher(field)
                .results()
                .map(MatchResult::group)
                .forEach(found -> results.append(' ').append(found.substring("dkim=".length())));
        return results.toString();
    }

    @Test
    void weVerifyWhatOpendkimSigns() throws IOException, InterruptedException {
        List<String> forms = List.of("simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed");
        for (int form = 0; form < forms.size(); form++) {
            int first = form;
            String configuration = "Mode s\nDomain example.net\nSelector r\nKeyFile %s\nInternalHosts 127.0.0.1\n"
                    .formatted(directory.resolve("rsa.pem"));
            opendkim(configuration + "Canonicalization " + forms.get(form) + "\n", session -> {
                for (int i = first; i < ChanceMail.MESSAGES; i += forms.size()) {
                    SampleMail signed = passed(session, ChanceMail.letter(i));
                    assertThat(signed.text()).contains("c=" + forms.get(first));
                    assertThat(authResults(ChanceMail.sent(i, signed)))
                            .as("message %d\n%s", i, signed.text())
                            .containsExactly(ChanceMail.isSound(i) ? AuthResult.PASS : AuthResult.FAIL);
                }
            });
        }
    }

    private static List<AuthResult> authResults(SampleMail mail) {
        Instant soon = Instant.now().plusSeconds(60);
        return mail.verify(DNS, DkimSettings.DEFAULT, soon).results().stream()
                .map(DkimResult::result)
                .toList();
    }
}
