package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.Requirement;

@Timeout(90)
final class DrainTest {
    private static final int MESSAGES = 40;

    @TempDir
    private Path directory;

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private final SinkServer.Manners slow = new SinkServer.Manners() {
        @Override
        public String ended(SinkServer.Received message) {
            reached.countDown();
            try {
                return released.await(30, TimeUnit.SECONDS) ? "250 2.0.0 Ok" : "451 4.0.0 Held too long";
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return HANG_UP;
            }
        }
    };

    @Test
    @Requirement("conf-2")
    void sigtermLosesNothingAndDeliversNothingTwice() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start(0, slow);
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .route("*", sink.address())
                        .section("[timeouts]\ndrain = \"20s\"")) {
            server.start();
            try (Dialogue client = new Dialogue(server.smtp())) {
                client.ehlo();
                for (int i = 0; i < MESSAGES; i++) {
                    client.deliver("alice@sender.test", Letters.letter("drain-" + i), "bob@peer.test");
                }
            }
            assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
            server.beginDrain();
            awaitRefusal(server);
            released.countDown();
            server.awaitDrained();
            server.start();
            sink.await(MESSAGES);
            server.drain();
            assertThat(sink.count()).isEqualTo(MESSAGES);
        }
    }

    /** A server that drains takes no new connection: it is refused, closed, or answered with 421. */
    private static void awaitRefusal(PostriderUnderTest server) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            try (Socket socket =
                    new Socket(server.smtp().getAddress(), server.smtp().getPort())) {
                socket.setSoTimeout(5_000);
                if (socket.getInputStream().read() != '2') {
                    return;
                }
            } catch (ConnectException refused) {
                return;
            } catch (IOException closedMeanwhile) {
                // Between listening and not: ask again.
            }
        }
        throw new AssertionError("still greets new connections");
    }
}
