package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.arc.ArcValidation;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.server.crash.ServerProcess;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.FakeDnsServer;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** A stranger's mail goes on in our name and under our seal, and its bounces find back. */
@Timeout(90)
final class ForwardingTest {
    private static final String STRANGER = "198.51.100.7";
    private static final String BODY = "Gr\u00fc\u00dfe\r\n.\r\nund Ende\r\n";
    private static final DkimKeyPair PAIR = DkimKeyPair.generate(SigningAlgorithm.RSA_SHA256);
    private static final DkimRecord RECORD = DkimRecord.of(new Domain("postrider.test"), "s1", PAIR);
    private static final FakeResolver KEYS =
            new FakeResolver().txt(RECORD.name().ascii(), RECORD.text());

    @TempDir
    private Path directory;

    private final FakeDnsServer dns = FakeDnsServer.start().add("sender.test", 300, "MX", "10 mx.sender.test.");

    @AfterEach
    void end() {
        dns.close();
    }

    private PostriderUnderTest server(InetSocketAddress mx, CollectingSink elsewhere, CollectingSink origin)
            throws IOException {
        Files.writeString(directory.resolve("dkim.pem"), PAIR.pem());
        return PostriderUnderTest.in(directory)
                .route("elsewhere.test", elsewhere.address())
                .route("sender.test", origin.address())
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
                        recipients = ["bob"]
                        deliver = "hold"
                        [[dkim-key]]
                        domain = "postrider.test"
                        selector = "s1"
                        key = "file:dkim.pem"
                        [[forward]]
                        from = "info@ours.test"
                        to = ["friend@elsewhere.test", "gone@elsewhere.test"]
                        [[forward]]
                        from = "whole.test"
                        to = ["friend@elsewhere.test"]
                        [srs]
                        secret = ["0123456789abcdef"]
                        """.formatted(ServerProcess.text(mx), ServerProcess.text(dns.address())));
    }

    private static ArcResult chain(SinkServer.Received received) {
        SampleMail mail = SampleMail.of(text(received));
        MessagePass pass = mail.pass(KEYS, DkimSettings.DEFAULT, Instant.now());
        ArcValidation validation = new ArcValidation(pass);
        mail.play(pass::write);
        pass.finish();
        return validation.result();
    }

    private static String text(SinkServer.Received received) {
        return new String(received.content(), StandardCharsets.ISO_8859_1);
    }

    @Test
    @Requirement({"RFC 8617 §5.1", "RFC 5321 §3.9.1"})
    void whatIsForwardedIsSealedAndItsBouncesComeBack() throws IOException, InterruptedException {
        InetSocketAddress mx = ServerProcess.freeAddress();
        SinkServer.Manners choosy = new SinkServer.Manners() {
            @Override
            public String recipient(String reversePath, String recipient) {
                return recipient.startsWith("gone") ? "550 5.1.1 no such user" : "250 2.1.5 Ok";
            }
        };
        try (CollectingSink elsewhere = CollectingSink.start(0, choosy);
                CollectingSink origin = CollectingSink.start();
                PostriderUnderTest server = server(mx, elsewhere, origin).start();
                Dialogue client = Dialogue.claiming(STRANGER, mx).ehlo()) {
            client.deliver("alice@sender.test", Letters.letter("forwarded", BODY), "info@ours.test");
            SinkServer.Received forwarded = elsewhere.awaitOne();
            assertThat(forwarded.recipients()).containsExactly("friend@elsewhere.test");
            assertThat(forwarded.reversePath()).matches("SRS0=....=..=sender.test=alice@postrider.test");
            assertThat(text(forwarded))
                    .startsWith("ARC-Seal: i=1;")
                    .contains("ARC-Authentication-Results: i=1; postrider.test;", "cv=none", "for <info@ours.test>")
                    .endsWith(BODY);
            ArcResult chain = chain(forwarded);
            assertThat(chain.result()).as(chain.reason()).isEqualTo(AuthResult.PASS);
            assertThat(chain.sealers()).containsExactly(new Domain("postrider.test"));

            SinkServer.Received own = origin.awaitOne("no such user");
            assertThat(own.recipients()).containsExactly("alice@sender.test");
            assertThat(own.reversePath()).isEmpty();
            assertThat(text(own)).contains("Original-Recipient: rfc822; info@ours.test");

            client.deliver("", Letters.letter("bounced", "late\r\n"), forwarded.reversePath());
            SinkServer.Received bounce = origin.awaitOne("Subject: bounced");
            assertThat(bounce.recipients()).containsExactly("alice@sender.test");
            assertThat(bounce.reversePath()).isEmpty();
            server.drain();
        }
    }

    @Test
    void whatIsForwardedTwiceHasAChainOfTwo() throws IOException, InterruptedException {
        InetSocketAddress mx = ServerProcess.freeAddress();
        String strings = String.join("\" \"", RECORD.strings());
        dns.add(RECORD.name().ascii(), 300, "TXT", '"' + strings + '"')
                .add("first.test", 300, "MX", "10 mx.first.test.");
        try (CollectingSink elsewhere = CollectingSink.start();
                CollectingSink origin = CollectingSink.start();
                PostriderUnderTest server = server(mx, elsewhere, origin).start();
                Dialogue client = Dialogue.claiming(STRANGER, mx).ehlo()) {
            client.deliver("alice@sender.test", Letters.letter("once", BODY), "anybody@whole.test");
            SinkServer.Received once = elsewhere.awaitOne("Subject: once");
            client.deliver("SRS0=aaaa=TT=sender.test=alice@first.test", once.content(), "other@whole.test");
            SinkServer.Received twice = elsewhere.await(2).getLast();
            assertThat(twice.reversePath()).matches("SRS1=....=first.test==aaaa=TT=sender.test=alice@postrider.test");
            ArcResult chain = chain(twice);
            assertThat(chain.result()).as(chain.reason()).isEqualTo(AuthResult.PASS);
            assertThat(chain.sets()).isEqualTo(2);
            server.drain();
        }
    }

    @Test
    @Requirement("RFC 8617 §5.1.2")
    void aBrokenChainIsSealedOnceAsFailed() throws IOException, InterruptedException {
        InetSocketAddress mx = ServerProcess.freeAddress();
        byte[] broken = ("ARC-Seal: i=1; cv=none; a=rsa-sha256; d=first.test; s=s; b=AAAA\r\n"
                        + new String(Letters.letter("broken", BODY), StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
        try (CollectingSink elsewhere = CollectingSink.start();
                CollectingSink origin = CollectingSink.start();
                PostriderUnderTest server = server(mx, elsewhere, origin).start();
                Dialogue client = Dialogue.claiming(STRANGER, mx).ehlo()) {
            client.deliver("alice@sender.test", broken, "anybody@whole.test");
            SinkServer.Received marked = elsewhere.awaitOne();
            assertThat(text(marked)).startsWith("ARC-Seal: i=2;").contains("cv=fail;");
            client.deliver("alice@sender.test", marked.content(), "anybody@whole.test");
            assertThat(text(elsewhere.await(2).getLast()))
                    .startsWith("Authentication-Results: postrider.test;")
                    .doesNotContain("i=3");
            server.drain();
        }
    }

    @Test
    @Requirement("RFC 6376 §5.3")
    void ourOwnMailIsSignedInSevenBits() throws IOException, InterruptedException {
        String header = "From: <bob@postrider.test>\r\nTo: <friend@elsewhere.test>\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server =
                        server(ServerProcess.freeAddress(), sink, sink).start();
                Dialogue client = new Dialogue(server.smtp()).ehlo()) {
            byte[] letter = (header + "gr\u00fc\u00dfe\r\n").getBytes(StandardCharsets.ISO_8859_1);
            client.deliver("bob@postrider.test", letter, "friend@elsewhere.test");
            SinkServer.Received sent = sink.awaitOne();
            assertThat(sent.reversePath()).isEqualTo("bob@postrider.test");
            assertThat(text(sent))
                    .doesNotContain("ARC-Seal")
                    .endsWith(header.replace("8bit", "quoted-printable") + "gr=FC=DFe\r\n");
            assertThat(SampleMail.of(text(sent))
                            .verify(KEYS, DkimSettings.DEFAULT, Instant.now())
                            .results())
                    .extracting(DkimResult::result)
                    .containsExactly(AuthResult.PASS);
            server.drain();
        }
    }

    @Test
    void whoIsNeitherThereNorForwardedIsRefused() throws IOException, InterruptedException {
        InetSocketAddress mx = ServerProcess.freeAddress();
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = server(mx, sink, sink).start();
                Dialogue client = Dialogue.claiming(STRANGER, mx).ehlo()) {
            client.say("MAIL FROM:<alice@sender.test>", "250");
            client.say("RCPT TO:<Info@ours.test>", "250");
            client.say("RCPT TO:<eve@ours.test>", "550 5.1.1");
            client.say("RCPT TO:<SRS0=AAAA=AA=sender.test=alice@postrider.test>", "550 5.1.1");
            client.say("RCPT TO:<bob@ours.test>", "250");
            server.drain();
        }
    }
}
