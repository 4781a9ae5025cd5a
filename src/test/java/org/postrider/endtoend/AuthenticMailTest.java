package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.dns.DnsResolver;
import org.postrider.dns.DnsSettings;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderCollector;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.DkimVerification;
import org.postrider.mailauth.dkim.KeyLookups;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.server.crash.ServerProcess;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.FakeDnsServer;
import org.postrider.testing.Requirement;

/** Whether mail is what it says it is: verified on arrival, signed when it leaves. With a DNS of the test. */
@Timeout(90)
final class AuthenticMailTest {
    private static final String STRANGER = "198.51.100.7";
    private static final String MESSAGE = """
            From: Anna <anna@sender.test>\r
            Subject: authentic\r
            \r
            a line\r
            """;

    @TempDir
    private Path directory;

    private final FakeDnsServer dns = FakeDnsServer.start();
    private InetSocketAddress mx = new InetSocketAddress(25);

    @BeforeEach
    void publish() throws IOException {
        mx = ServerProcess.freeAddress();
        dns.add("sender.test", 300, "MX", "10 mx.sender.test.")
                .add("sender.test", 300, "TXT", "\"v=spf1 ip4:192.0.2.1 -all\"")
                .add("_dmarc.sender.test", 300, "TXT", "\"v=DMARC1; p=reject\"");
    }

    @AfterEach
    void end() {
        dns.close();
    }

    private PostriderUnderTest server(CollectingSink store, String more) throws IOException, InterruptedException {
        return PostriderUnderTest.in(directory)
                .section("""
                [[listener]]
                address = "%s"
                role = "mx"
                proxy-protocol = true
                [proxy]
                networks = ["127.0.0.1/32"]
                [dns]
                servers = ["%s"]
                [[domain]]
                name = "ours.test"
                deliver = "smtp:%s"
                %s
                """.formatted(
                                ServerProcess.text(mx),
                                ServerProcess.text(dns.address()),
                                ServerProcess.text(store.address()),
                                more))
                .start();
    }

    private Dialogue from(String client) throws IOException {
        return Dialogue.claiming(client, mx).ehlo();
    }

    private static String text(SinkServer.Received received) {
        return new String(received.content(), StandardCharsets.ISO_8859_1);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The message signed for sender.test, whose key is in the DNS. */
    private String signed() {
        DkimKeyPair pair = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
        Domain domain = new Domain("sender.test");
        dns.add(
                "s1._domainkey.sender.test",
                300,
                "TXT",
                "\"" + DkimRecord.of(domain, "s1", pair).text() + "\"");
        DkimIdentity identity =
                new DkimIdentity(domain, "s1", new KeySigner(CryptoProviders.jdk(), Runnable::run, pair));
        byte[] message = octets(MESSAGE);
        DkimSigner.Signing signing = new DkimSigner(CryptoProviders.jdk(), List.of(identity), DkimSigner.Form.DEFAULT)
                .begin(HeaderSection.of(message, message.length), Instant.now());
        int body = MESSAGE.indexOf("a line");
        signing.write(message, body, message.length - body);
        return String.join("", signing.finish().toCompletableFuture().join()) + MESSAGE;
    }

    @Test
    @Requirement({"RFC 8601 §5", "RFC 7208 §9.1", "RFC 9989 §9.1"})
    void tellsWhatItFoundOutAndWhoseWordItIs() throws IOException, InterruptedException {
        String forged = "Authentication-Results: postrider.test; dmarc=pass header.from=bank.test\r\n"
                + "Authentication-Results: other.test; spf=pass\r\n";
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = server(sink, "");
                Dialogue client = from(STRANGER)) {
            client.deliver("anna@sender.test", octets(forged + signed()), "bob@ours.test");
            String arrived = text(sink.awaitOne("authentic"));

            assertThat(arrived.substring(0, arrived.indexOf("\r\nReceived: ")))
                    .contains("Authentication-Results: postrider.test;")
                    .contains("spf=fail", "smtp.mailfrom=anna@sender.test")
                    .contains("dkim=pass", "header.d=sender.test", "header.s=s1")
                    .contains("dmarc=pass", "policy.dmarc=reject", "header.from=sender.test")
                    .contains("\r\nReceived-SPF: fail (postrider.test: ");
            assertThat(arrived)
                    .contains("Authentication-Results: other.test; spf=pass")
                    .doesNotContain("bank.test");
            server.drain();
        }
    }

    @Test
    @Requirement({"RFC 9989 §7.4", "J1"})
    void mailThatFailsIsMarkedAndRefusedOnlyWhereThatIsWanted() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start()) {
            try (PostriderUnderTest server = server(sink, "");
                    Dialogue client = from(STRANGER)) {
                client.deliver("anna@sender.test", octets(MESSAGE), "bob@ours.test");
                assertThat(text(sink.awaitOne("authentic"))).contains("dmarc=fail", "policy.dmarc=reject");
                assertThat(refused(client, MESSAGE.replace("From: ", "X-From: ")))
                        .startsWith("550 5.7.1 ");
                assertThat(refused(client, "From: eve@other.test\r\n" + MESSAGE))
                        .startsWith("550 5.7.1 ");
                server.drain();
            }
            try (PostriderUnderTest server = server(sink, "[dmarc]\nreject = \"reject\"");
                    Dialogue client = from(STRANGER)) {
                assertThat(refused(client, MESSAGE)).startsWith("550 5.7.26 ").contains("sender.test");
                server.drain();
                assertThat(Files.readString(server.data().resolve("mail.log"))).contains("\"event\":\"rejected\"");
            }
        }
    }

    private static String refused(Dialogue client, String message) throws IOException {
        client.envelope("anna@sender.test", "bob@ours.test");
        client.say("DATA", "354");
        client.send(Wire.dotted(octets(message)));
        return client.reply();
    }

    @Test
    void whoAuthenticatesByAddressAloneIsBelieved() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = server(sink, "[dmarc]\nreject = \"reject\"");
                Dialogue client = from("192.0.2.1")) {
            client.deliver("anna@sender.test", octets(MESSAGE), "bob@ours.test");
            assertThat(text(sink.awaitOne("authentic"))).contains("spf=pass", "dkim=none", "dmarc=pass");
            server.drain();
        }
    }

    @Test
    @Requirement({"RFC 6376 §5", "RFC 8463 §3"})
    void signsTheMailOfThoseWhoMaySendWithAllKeysOfTheDomain() throws IOException, InterruptedException {
        StringBuilder keys = new StringBuilder();
        for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
            DkimKeyPair pair = DkimKeyPair.generate(algorithm);
            String selector = pair.algorithm().keyType();
            Path file = Files.writeString(directory.resolve(selector + ".pem"), pair.pem());
            dns.add(
                    selector + "._domainkey.ours.test",
                    300,
                    "TXT",
                    '"'
                            + String.join(
                                    "\" \"",
                                    DkimRecord.of(new Domain("ours.test"), selector, pair)
                                            .strings())
                            + '"');
            keys.append("[[dkim-key]]\ndomain = \"ours.test\"\nselector = \"%s\"\nkey = \"file:%s\"\n"
                    .formatted(selector, file));
        }
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server =
                        server(sink, keys + "[relay]\nnetworks = [\"127.0.0.0/8\", \"192.0.2.0/24\"]");
                Dialogue client = from("192.0.2.77")) {
            String letter = MESSAGE.replace("sender.test", "sub.ours.test");
            client.deliver("anna@sub.ours.test", octets(letter), "bob@ours.test");
            List<DkimResult> results = verified(sink.awaitOne("authentic").content());
            assertThat(results).extracting(DkimResult::result).containsExactly(AuthResult.PASS, AuthResult.PASS);
            assertThat(results).extracting(DkimResult::selector).containsExactlyInAnyOrder("rsa", "ed25519");
            server.drain();
        }
    }

    private List<DkimResult> verified(byte[] message) {
        DnsResolver resolver =
                new DnsResolver(DnsSettings.DEFAULT.withServers(List.of(dns.address())), System::nanoTime);
        HeaderSection header = HeaderSection.of(message, message.length);
        MessagePass pass = MessagePass.of(
                header,
                new KeyLookups(resolver, Runnable::run),
                CryptoProviders.jdk(),
                DkimSettings.DEFAULT,
                Instant.now());
        DkimVerification verification = new DkimVerification(pass);
        int body = HeaderCollector.bodyFrom(header, message, message.length);
        pass.write(message, body, message.length - body);
        pass.finish();
        return verification.results().results();
    }
}
