package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.testing.FakeDnsServer;

@Timeout(60)
class CheckRunTest {
    private final FakeDnsServer dns = FakeDnsServer.start();
    private final CheckRun run = new CheckRun(CheckCommand.checks("mx.example"), new CheckResolvers(List.of(), false));

    @AfterEach
    void stop() {
        dns.close();
    }

    private List<String> answers(String... lines) {
        StringWriter out = new StringWriter();
        try {
            run.run(
                    new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)),
                    new PrintWriter(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString().lines().toList();
    }

    private String spf(String ip, String mailFrom) {
        return """
            {"check":"spf","ip":"%s","helo":"h.example","mail-from":"%s","dns":"127.0.0.1:%d"}""".formatted(ip, mailFrom, dns.address().getPort());
    }

    @Test
    void answersSpfLineByLineInOrder() {
        dns.add("d.example", 60, "TXT", "\"v=spf1 ip4:192.0.2.1 exp=why.d.example -all\"");
        dns.add("why.d.example", 60, "TXT", "\"not %{i}, says %{r} at %{t}\"");

        assertThat(answers(
                        spf("192.0.2.1", "u@d.example"),
                        spf("192.0.2.2", "<u@d.example>").replace("}", ",\"now\":\"1970-01-01T00:00:07Z\"}"),
                        spf("192.0.2.2", "")))
                .containsExactly(
                        "{\"result\":\"pass\",\"explanation\":\"\",\"domain\":\"d.example\",\"mechanism\":\"ip4:192.0.2.1\"}",
                        "{\"result\":\"fail\",\"explanation\":\"not 192.0.2.2, says mx.example at 7\","
                                + "\"domain\":\"d.example\",\"mechanism\":\"all\"}",
                        "{\"result\":\"none\",\"explanation\":\"\",\"domain\":\"h.example\",\"problem\":\"h.example has no policy\"}");
    }

    private static final String MESSAGE = """
            From: Anna <anna@d.example>\r
            Subject: hello\r
            \r
            a line\r
            """;

    /** A message signed for d.example, whose key is in the DNS. */
    private String signed() {
        DkimKeyPair pair = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
        dns.add(
                "s1._domainkey.d.example",
                60,
                "TXT",
                "\"" + DkimRecord.of(new Domain("d.example"), "s1", pair).text() + "\"");
        DkimIdentity identity = new DkimIdentity(
                new Domain("d.example"), "s1", new KeySigner(CryptoProviders.jdk(), Runnable::run, pair));
        byte[] octets = MESSAGE.getBytes(StandardCharsets.US_ASCII);
        DkimSigner.Signing signing = new DkimSigner(CryptoProviders.jdk(), List.of(identity), DkimSigner.Form.DEFAULT)
                .begin(HeaderSection.of(octets, octets.length), Instant.parse("2026-01-01T00:00:00Z"));
        int body = MESSAGE.indexOf("a line");
        signing.write(octets, body, octets.length - body);
        return String.join("", signing.finish().toCompletableFuture().join()) + MESSAGE;
    }

    private String question(String check, String message) {
        String encoded = Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.US_ASCII));
        return "{\"check\":\"" + check + "\",\"message\":\"" + encoded + "\",\"dns\":\"127.0.0.1:"
                + dns.address().getPort() + "\",\"now\":\"2026-01-01T00:00:10Z\"}";
    }

    @Test
    void answersWhatSignaturesAreWorth() {
        String message = signed();

        assertThat(answers(
                        question("dkim", message),
                        question("dkim", message.replace("\r\n", "\n")),
                        question("dkim", message.replace("a line", "another")),
                        question("dkim", MESSAGE)))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .isEqualTo("{\"result\":\"pass\",\"signatures\":[{\"domain\":\"d.example\","
                                        + "\"selector\":\"s1\",\"result\":\"pass\",\"reason\":\"\"}]}"),
                        second -> assertThat(second).startsWith("{\"result\":\"pass\""),
                        third -> assertThat(third).startsWith("{\"result\":\"fail\""),
                        fourth -> assertThat(fourth).isEqualTo("{\"result\":\"none\",\"signatures\":[]}"));
    }

    @Test
    void answersWhatDmarcSaysOfAMessage() {
        dns.add("_dmarc.d.example", 60, "TXT", "\"v=DMARC1; p=reject\"");
        String message = signed();

        assertThat(answers(question("dmarc", message), question("dmarc", MESSAGE), question("arc", MESSAGE)))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("{\"result\":\"pass\",\"author\":\"d.example\","
                                        + "\"policy-domain\":\"d.example\",\"policy\":\"reject\"")
                                .contains("\"dkim-aligned\":true"),
                        second -> assertThat(second).startsWith("{\"result\":\"fail\""),
                        third -> assertThat(third)
                                .isEqualTo("{\"result\":\"none\",\"reason\":\"\",\"sets\":0,\"signatures\":[]}"));
    }

    @Test
    void answersWhatABounceSays() {
        String message = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n"
                + "<anna@example.net>:\nRemote host said: 550 5.1.1 no such user\n";
        String encoded = Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.US_ASCII));

        assertThat(answers(
                        "{\"check\":\"bounce\",\"message\":\"" + encoded + "\"}",
                        "{\"check\":\"bounce\",\"message\":\"\"}"))
                .containsExactly(
                        "{\"recipients\":[{\"address\":\"anna@example.net\",\"action\":\"failed\",\"status\":\"5.1.1\","
                                + "\"code\":550,\"reason\":\"userunknown\",\"hard\":true}]}",
                        "{\"recipients\":[]}");
    }

    @Test
    void asksAgainForWhatMayNotBeRemembered() {
        dns.add("d.example", 0, "TXT", "\"v=spf1 +all\"");
        assertThat(answers(spf("192.0.2.1", "u@d.example")))
                .singleElement()
                .asString()
                .contains("\"pass\"");

        dns.behave("d.example", FakeDnsServer.Behaviour.SERVFAIL);
        assertThat(answers(spf("192.0.2.1", "u@d.example")))
                .singleElement()
                .asString()
                .contains("\"temperror\"");

        dns.behave("d.example", FakeDnsServer.Behaviour.HONEST).remove("d.example");
        dns.add("d.example", 0, "TXT", "\"v=spf1 -all\"");
        assertThat(answers(spf("192.0.2.1", "u@d.example")))
                .singleElement()
                .asString()
                .contains("\"fail\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{}",
                "{\"check\":5}",
                "{\"check\":\"tea leaves\"}",
                "{\"check\":\"spf\"}",
                "{\"check\":\"spf\",\"ip\":\"1\"}",
                "{\"check\":\"spf\",\"ip\":\"mail.example\"}",
                "{\"check\":\"spf\",\"ip\":\"192.0.2.1\",\"dns\":\"somewhere\"}",
                "{\"check\":\"spf\",\"ip\":\"192.0.2.1\",\"dns\":\"127.0.0.1:99999\"}",
                "{\"check\":\"spf\",\"ip\":\"192.0.2.1\",\"now\":\"yesterday\"}",
                "{\"check\":\"spf\",\"ip\":[\"192.0.2.1\"]}"
            })
    void answersABadLineWithAnErrorAndGoesOn(String line) {
        assertThat(answers(line, "{\"check\":\"none\"}"))
                .hasSize(2)
                .allMatch(answer -> answer.startsWith("{\"error\":\""));
    }

    @Test
    void answersBeforeTheNextLineCame() throws Exception {
        LinkedBlockingQueue<String> written = new LinkedBlockingQueue<>();
        StringWriter out = new StringWriter() {
            @Override
            public void flush() {
                written.add(toString());
            }
        };
        PipedOutputStream asking = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(asking);
        Thread running = Thread.ofVirtual().start(() -> {
            try {
                run.run(in, new PrintWriter(out));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (asking) {
            asking.write("[]\n".getBytes(StandardCharsets.US_ASCII));
            asking.flush();

            assertThat(written.poll(20, TimeUnit.SECONDS)).isEqualTo("{\"error\":\"the line is no JSON object\"}\n");
        }
        running.join();
    }
}
