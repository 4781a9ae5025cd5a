package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.endtoend.CollectingSink;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.Letters;
import org.postrider.endtoend.PostriderUnderTest;
import org.postrider.endtoend.Wire;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.Requirement;

/** From each of them to us, and on to a sink that keeps the bytes. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(150)
final class MailInTest {
    private static final long CLIENT_SECONDS = 60;

    @TempDir
    private Path directory;

    private CollectingSink sink;
    private PostriderUnderTest server;

    @SuppressWarnings("NullAway.Init") // set before each test
    MailInTest() {}

    @BeforeEach
    void start() throws IOException, InterruptedException {
        sink = CollectingSink.start();
        server = PostriderUnderTest.in(directory).route("*", sink.address()).start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        sink.close();
    }

    @ParameterizedTest
    @EnumSource(PeerKind.class)
    @Requirement({"conf-30", "RFC 3030 §2", "RFC 2920 §3.2"})
    void aServerThatRelaysThroughUsLosesNoByte(PeerKind kind) throws IOException, InterruptedException {
        Map<String, byte[]> shapes = Letters.shapes();
        try (Peer peer = kind.start(directory.resolve("peer"), server.smtp());
                Dialogue client = new Dialogue(peer.address())) {
            client.ehlo();
            for (byte[] content : shapes.values()) {
                client.deliver("alice@sender.test", content, "bob@elsewhere.test");
            }
            assertArrived(shapes, "by " + peer.host());
        }
    }

    @Test
    void swaksDeliversEachShape() throws IOException, InterruptedException {
        Map<String, byte[]> shapes = Letters.shapes();
        for (Map.Entry<String, byte[]> shape : shapes.entrySet()) {
            Path file = directory.resolve(shape.getKey() + ".eml");
            Files.write(file, shape.getValue());
            runClient(
                    "swaks",
                    "--server",
                    "127.0.0.1",
                    "--port",
                    port(),
                    "--from",
                    "alice@sender.test",
                    "--to",
                    "bob@elsewhere.test",
                    "--pipeline",
                    "--no-data-fixup",
                    "--data",
                    "@" + dottedFile(file));
        }
        assertArrived(shapes, "with ESMTP");
    }

    /** Without fix-up swaks sends the file as it is, so the dots must be there already. */
    private static Path dottedFile(Path file) throws IOException {
        byte[] dotted = Wire.dotted(Files.readAllBytes(file));
        return Files.write(Path.of(file + ".dotted"), Arrays.copyOf(dotted, dotted.length));
    }

    @Test
    void pythonsSmtplibDeliversEachShape() throws IOException, InterruptedException {
        Map<String, byte[]> shapes = Letters.shapes();
        List<String> command = new ArrayList<>(List.of("python3", "-c", SMTPLIB, port()));
        for (Map.Entry<String, byte[]> shape : shapes.entrySet()) {
            command.add(Files.write(directory.resolve(shape.getKey() + ".eml"), shape.getValue())
                    .toString());
        }
        runClient(command.toArray(String[]::new));
        assertArrived(shapes, "with ESMTP");
    }

    private static final String SMTPLIB = """
        import smtplib, sys
        with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), "python.test", timeout=30) as client:
            for name in sys.argv[2:]:
                with open(name, "rb") as file:
                    refused = client.sendmail(
                        "alice@sender.test", ["bob@elsewhere.test"], file.read(), mail_options=["BODY=8BITMIME"])
                    assert not refused, refused
        """;

    @Test
    @Requirement({"conf-50", "RFC 2920 §3.1"})
    void aWholeTransactionInOneWriteIsAnsweredInOrder() throws IOException, InterruptedException {
        byte[] content = Letters.letter("pipelined");
        try (Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo();
            client.send(
                    "MAIL FROM:<alice@sender.test>\r\nRCPT TO:<bob@elsewhere.test>\r\nRCPT TO:<nonsense\r\nDATA\r\n");
            assertThat(List.of(client.reply(), client.reply(), client.reply(), client.reply()))
                    .extracting(reply -> reply.substring(0, 3))
                    .containsExactly("250", "250", "501", "354");
            client.send(concat(Wire.dotted(content), "NOOP\r\nQUIT\r\n"));
            assertThat(List.of(client.reply(), client.reply(), client.reply()))
                    .extracting(reply -> reply.substring(0, 3))
                    .containsExactly("250", "250", "221");
        }
        assertArrived(Map.of("pipelined", content), "Received:");
    }

    @Test
    @Requirement({"conf-55", "conf-57", "A5", "RFC 3030 §2"})
    void chunksMakeOneMessageWhateverTheirBorders() throws IOException, InterruptedException {
        byte[] content = Letters.shape("dots");
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int border = text.indexOf("\r\n.") + 1;
        try (Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo().envelope("alice@sender.test", "bob@elsewhere.test");
            client.send("BDAT " + border + "\r\n" + text.substring(0, border));
            assertThat(client.reply()).startsWith("250");
            client.send("BDAT " + (text.length() - border) + "\r\n" + text.substring(border));
            assertThat(client.reply()).startsWith("250");
            client.say("BDAT 0 LAST", "250");
        }
        assertArrived(Map.of("dots", content), "Received:");
    }

    private static byte[] concat(byte[] first, String second) {
        return (new String(first, StandardCharsets.ISO_8859_1) + second).getBytes(StandardCharsets.ISO_8859_1);
    }

    private String port() {
        InetSocketAddress smtp = server.smtp();
        return Integer.toString(smtp.getPort());
    }

    private void assertArrived(Map<String, byte[]> shapes, String inTrace) throws InterruptedException {
        List<SinkServer.Received> all = sink.await(shapes.size());
        shapes.forEach((name, content) -> {
            SinkServer.Received received = all.stream()
                    .filter(one -> new String(one.content(), StandardCharsets.ISO_8859_1)
                            .contains("Message-ID: <" + name + "@"))
                    .findAny()
                    .orElseThrow(() -> new AssertionError(name + " did not arrive"));
            assertThat(Wire.traceBefore(content, received.content())).as(name).contains(inTrace);
        });
    }

    private void runClient(String... command) throws IOException, InterruptedException {
        Path log = directory.resolve("client.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(CLIENT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0)
                .as("%s: %s", command[0], Files.readString(log, StandardCharsets.ISO_8859_1))
                .isTrue();
    }
}
