package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.SinkServer;

@Timeout(90)
final class DeadPeerHealsTest {
    @TempDir
    private Path directory;

    private final CountDownLatch refusals = new CountDownLatch(2);

    private final SinkServer.Manners deaf = new SinkServer.Manners() {
        @Override
        public String connected() {
            refusals.countDown();
            return HANG_UP;
        }
    };

    @Test
    void whatWaitedForADeadPeerGoesOutWhenItIsBack() throws IOException, InterruptedException {
        try (PostriderUnderTest server = PostriderUnderTest.in(directory)) {
            InetSocketAddress peer;
            try (CollectingSink dead = CollectingSink.start(0, deaf)) {
                peer = dead.address();
                server.route("*", peer).start();
                try (Dialogue client = new Dialogue(server.smtp())) {
                    client.ehlo();
                    for (int i = 0; i < 10; i++) {
                        client.deliver("alice@sender.test", Letters.letter("waiting-" + i), "bob@peer.test");
                    }
                }
                assertThat(refusals.await(30, TimeUnit.SECONDS))
                        .as("tried more than once")
                        .isTrue();
            }
            try (CollectingSink healed = CollectingSink.start(peer.getPort(), new SinkServer.Manners() {})) {
                healed.await(10);
                server.drain();
                assertThat(healed.count()).isEqualTo(10);
            }
        }
    }
}
