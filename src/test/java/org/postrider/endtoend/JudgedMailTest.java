package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.ServerProcess;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.FakeDnsServer;
import org.postrider.testing.Requirement;

/** Mail from strangers, who come through a proxy that claims their addresses, judged with a DNS of the test. */
@Timeout(90)
final class JudgedMailTest {
    private static final String STRANGER = "198.51.100.7";
    private static final String OTHER = "203.0.113.9";

    @TempDir
    private Path directory;

    private final FakeDnsServer dns = FakeDnsServer.start();
    private InetSocketAddress mx = new InetSocketAddress(25);

    @BeforeEach
    void publish() throws IOException {
        mx = ServerProcess.freeAddress();
        dns.add("sender.test", 300, "MX", "10 mx.sender.test.");
    }

    @AfterEach
    void end() {
        dns.close();
    }

    private PostriderUnderTest server(InetSocketAddress store, String more) throws IOException {
        return server("", store, more);
    }

    private PostriderUnderTest server(String listener, InetSocketAddress store, String more) throws IOException {
        return PostriderUnderTest.in(directory).section("""
                [[listener]]
                address = "%s"
                role = "mx"
                proxy-protocol = true
                %s
                [proxy]
                networks = ["127.0.0.1/32"]
                [dns]
                servers = ["%s"]
                [[domain]]
                name = "ours.test"
                deliver = "smtp:%s"
                %s
                """.formatted(
                ServerProcess.text(mx), listener, ServerProcess.text(dns.address()), ServerProcess.text(store), more));
    }

    private Dialogue stranger(String client) throws IOException {
        return Dialogue.claiming(client, mx).ehlo();
    }

    private static String text(SinkServer.Received received) {
        return new String(received.content(), StandardCharsets.ISO_8859_1);
    }

    private void list(String reversed) {
        dns.add("2.0.0.127.zen.test", 300, "A", "127.0.0.2")
                .add(reversed + ".zen.test", 300, "A", "127.0.0.2")
                .add(reversed + ".zen.test", 300, "TXT", "\"seen spamming\"");
    }

    @Test
    @Requirement({"RFC 5782 §2.1", "RFC 5321 §4.5.1"})
    void aListedClientIsRefusedAndReachesPostmasterOnly() throws IOException, InterruptedException {
        list("7.100.51.198");
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server =
                        server(sink.address(), "[[dnsbl]]\nzone = \"zen.test\"").start();
                Dialogue client = stranger(STRANGER)) {
            client.say("MAIL FROM:<alice@sender.test>", "250");
            client.say(
                    "RCPT TO:<bob@ours.test>",
                    "554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using zen.test; seen spamming");
            client.say("RSET", "250");
            client.deliver("alice@sender.test", Letters.letter("help"), "postmaster@ours.test");
            assertThat(text(sink.awaitOne()))
                    .contains("Postrider-Policy: postrider.test;\r\n\tdnsbl=reject (zen.test lists 198.51.100.7");
            server.drain();
            List<String> log = Files.readAllLines(server.data().resolve("mail.log"));
            assertThat(log.getFirst())
                    .contains("\"event\":\"rejected\",\"client\":\"198.51.100.7\",\"helo\":\"client.test\"")
                    .contains("\"from\":\"alice@sender.test\",\"to\":\"bob@ours.test\",\"status\":\"5.7.1\"")
                    .contains("{\"check\":\"dnsbl\",\"verdict\":\"reject\",\"detail\":\"zen.test lists");
            assertThat(log.get(1)).contains("\"event\":\"accepted\"").contains("\"findings\":[{\"check\":\"dnsbl\"");
        }
    }

    @Test
    void aJudgeWhoOnlyWatchesRefusesNothing() throws IOException, InterruptedException {
        list("7.100.51.198");
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = server(
                                sink.address(),
                                "recipients = [\"eve\"]\n[policy]\nenforce = false\n[[dnsbl]]\nzone = \"zen.test\"")
                        .start();
                Dialogue client = stranger(STRANGER)) {
            client.deliver("alice@nowhere.test", Letters.letter("watched"), "bob@ours.test");
            assertThat(text(sink.awaitOne()))
                    .contains("\r\n\tdnsbl=reject (", "\r\n\tsender=reject (nowhere.test was not found)")
                    .contains("\r\n\trecipient=reject (it is not named)");
            server.drain();
        }
    }

    @Test
    @Requirement({"conf-102", "K2", "I1"})
    void sendersAndRecipientsHaveToExistWithoutAnySetting() throws IOException, InterruptedException {
        dns.add("null.test", 300, "MX", "0 .").behave("broken.test", FakeDnsServer.Behaviour.SERVFAIL);
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = server(sink.address(), "recipients = [\"bob\", \"eve@ours.test\"]")
                        .start();
                Dialogue client = stranger(STRANGER)) {
            refused(client, "a@null.test", "bob@ours.test", "550 5.7.27");
            refused(client, "a@nowhere.test", "bob@ours.test", "550 5.1.8");
            refused(client, "a@broken.test", "bob@ours.test", "250");
            refused(client, "", "mallory@ours.test", "550 5.1.1");
            client.deliver("a@sender.test", Letters.letter("good"), "BOB@ours.test", "eve@ours.test");
            assertThat(sink.awaitRecipients(2)).containsExactlyInAnyOrder("BOB@ours.test", "eve@ours.test");
            server.drain();
        }
    }

    private static void refused(Dialogue client, String from, String to, String reply) throws IOException {
        client.say("MAIL FROM:<" + from + ">", "250");
        client.say("RCPT TO:<" + to + ">", reply);
        client.say("RSET", "250");
    }

    @Test
    void theServerThatKnowsIsAskedAboutRecipients() throws IOException, InterruptedException {
        SinkServer.Manners choosy = new SinkServer.Manners() {
            @Override
            public String recipient(String reversePath, String recipient) {
                return recipient.startsWith("bob") ? "250 2.1.5 Ok" : "550 5.1.1 no such user here";
            }
        };
        InetSocketAddress store = ServerProcess.freeAddress();
        try (PostriderUnderTest server =
                        server(store, "verify = \"call-forward\"").start();
                Dialogue client = stranger(STRANGER)) {
            try (CollectingSink sink = CollectingSink.start(store.getPort(), choosy)) {
                refused(client, "a@sender.test", "mallory@ours.test", "550 5.1.1 User unknown in ours.test");
                client.deliver("a@sender.test", Letters.letter("asked"), "bob@ours.test");
                sink.awaitOne();
            }
            refused(client, "a@sender.test", "eve@ours.test", "450 4.1.1");
            client.deliver("a@sender.test", Letters.letter("remembered"), "bob@ours.test");
            server.drain();
        }
    }

    @Test
    @Requirement("RFC 6647 §2")
    void aGreylistedTripletPassesAfterItsDelayAndARestart() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = server(
                                sink.address(), "[greylist]\naction = \"defer\"\ndelay = \"1s\"\nwindow = \"1h\"")
                        .start()) {
            try (Dialogue client = stranger(STRANGER)) {
                refused(client, "a@sender.test", "bob@ours.test", "450 4.7.1 Greylisted, try again in 1 s");
            }
            // Starting takes longer than the delay.
            server.drain();
            server.start();
            try (Dialogue client = stranger("198.51.100.99")) {
                client.deliver("a@sender.test", Letters.letter("patient"), "bob@ours.test");
            }
            assertThat(text(sink.awaitOne())).contains("\r\n\tgreylist=pass (it came back after ");
            server.drain();
        }
    }

    @Test
    @Requirement({"F8", "G2"})
    void theHastyAreRefusedOrNoted() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = server(
                                "early-talk = \"refuse\"\ngreeting-delay = \"500ms\"",
                                sink.address(),
                                "[rate]\nconnections-per-minute = 2")
                        .start()) {
            try (Dialogue hasty = Dialogue.claiming(STRANGER, mx, "EHLO client.test\r\n")) {
                assertThat(hasty.reply()).startsWith("554 5.5.0 ");
            }
            try (Dialogue polite = stranger(OTHER)) {
                polite.deliver("a@sender.test", Letters.letter("polite"), "bob@ours.test");
            }
            sink.awaitOne();
            stranger(OTHER).close();
            try (Dialogue again = Dialogue.claiming(OTHER, mx, "")) {
                assertThat(again.reply()).startsWith("421 4.7.28 Too many connections from [203.0.113.9]");
            }
            server.drain();
        }
    }

    @Test
    void aRefusedClientGetsItsReplyLate() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = server(sink.address(), "recipients = [\"bob\"]\n[tarpit]\ndelay = \"1s\"")
                        .start();
                Dialogue client = stranger(STRANGER)) {
            long begun = System.nanoTime();
            refused(client, "a@sender.test", "mallory@ours.test", "550 5.1.1");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
            server.drain();
        }
    }
}
