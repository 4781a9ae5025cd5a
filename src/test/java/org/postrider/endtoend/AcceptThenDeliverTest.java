package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.Requirement;

@Timeout(90)
final class AcceptThenDeliverTest {
    @TempDir
    private Path directory;

    @Test
    @Requirement({"conf-17", "conf-25", "conf-30", "RFC 5321 §6.4"})
    void everyShapeArrivesAsItWasSentBehindOneTraceField() throws IOException, InterruptedException {
        Map<String, byte[]> shapes = new LinkedHashMap<>(Letters.shapes());
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = PostriderUnderTest.in(directory).route("*", sink.address());
                Dialogue client = new Dialogue(server.start().smtp())) {
            client.ehlo();
            for (byte[] content : shapes.values()) {
                client.deliver("alice@sender.test", content, "bob@peer.test");
            }
            client.say("QUIT", "221");
            for (SinkServer.Received received : sink.await(shapes.size())) {
                byte[] sent = Objects.requireNonNull(shapes.remove(name(received)));
                assertThat(Wire.traceBefore(sent, received.content()))
                        .startsWith("Received: from client.test")
                        .containsOnlyOnce("Received:")
                        .contains("by postrider.test");
                assertThat(received.reversePath()).isEqualTo("alice@sender.test");
                assertThat(received.recipients()).containsExactly("bob@peer.test");
            }
            assertThat(shapes).isEmpty();
            server.drain();
        }
    }

    @Test
    @Requirement("RFC 5321 §4.5.3.1.8")
    void aHundredRecipientsGetOneCopyEach() throws IOException, InterruptedException {
        List<String> recipients =
                IntStream.range(0, 100).mapToObj(i -> "r" + i + "@peer.test").toList();
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = PostriderUnderTest.in(directory).route("*", sink.address());
                Dialogue client = new Dialogue(server.start().smtp())) {
            client.ehlo().deliver("alice@sender.test", Letters.letter("many"), recipients.toArray(String[]::new));
            assertThat(sink.awaitRecipients(100)).containsExactlyInAnyOrderElementsOf(recipients);
            server.drain();
        }
    }

    private static String name(SinkServer.Received received) {
        String text = new String(received.content(), StandardCharsets.ISO_8859_1);
        int at = text.indexOf("Subject: ") + "Subject: ".length();
        return text.substring(at, text.indexOf('\r', at));
    }
}
