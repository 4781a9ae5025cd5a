package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.ServerProcess;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.Requirement;

@Timeout(90)
final class RestartTest {
    @TempDir
    private Path directory;

    @Test
    @Requirement({"L1", "conf-15", "RFC 5321 §6.1"})
    void aKilledServerGoesOnWithItsQueue() throws IOException, InterruptedException {
        Map<String, byte[]> shapes = new TreeMap<>(Letters.shapes());
        try (PostriderUnderTest server = PostriderUnderTest.in(directory)
                .route("*", ServerProcess.freeAddress())
                .start()) {
            try (Dialogue client = new Dialogue(server.smtp())) {
                client.ehlo();
                for (Map.Entry<String, byte[]> shape : shapes.entrySet()) {
                    client.deliver("alice@sender.test", shape.getValue(), shape.getKey() + "@peer.test");
                }
            }
            server.kill();
            try (CollectingSink sink = CollectingSink.start()) {
                server.withoutRoutes().route("*", sink.address()).start();
                for (SinkServer.Received received : sink.await(shapes.size())) {
                    String name = received.recipients().getFirst().replace("@peer.test", "");
                    assertThat(Wire.traceBefore(Objects.requireNonNull(shapes.remove(name)), received.content()))
                            .startsWith("Received:");
                }
                assertThat(shapes).isEmpty();
                server.drain();
                server.start();
                server.drain();
                assertThat(sink.count()).isEqualTo(Letters.shapes().size());
            }
        }
    }
}
