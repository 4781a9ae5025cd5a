package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.SinkServer;

@Timeout(90)
final class ReloadConfigurationTest {
    @TempDir
    private Path directory;

    private final CountDownLatch refused = new CountDownLatch(1);

    private final SinkServer.Manners busy = new SinkServer.Manners() {
        @Override
        public String recipient(String reversePath, String recipient) {
            refused.countDown();
            return "450 4.2.1 Busy";
        }
    };

    @Test
    void aNewRouteActsOnQueuedMail() throws IOException, InterruptedException {
        try (CollectingSink old = CollectingSink.start(0, busy);
                CollectingSink next = CollectingSink.start();
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .route("*", old.address())
                        .start();
                Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo().deliver("alice@sender.test", Letters.letter("queued"), "bob@peer.test");
            assertThat(refused.await(30, TimeUnit.SECONDS)).isTrue();
            server.withoutRoutes().route("*", next.address()).reload();
            assertThat(new String(next.awaitOne().content(), StandardCharsets.US_ASCII))
                    .contains("Subject: queued");
            server.drain();
            assertThat(old.count()).isZero();
        }
    }

    @Test
    void aBadConfigurationChangesNothing() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .route("*", sink.address())
                        .start();
                Dialogue client = new Dialogue(server.smtp())) {
            server.section("[nonsense]\nkey = 1").reload();
            client.ehlo().deliver("alice@sender.test", Letters.letter("as-before"), "bob@peer.test");
            sink.awaitOne();
            server.drain();
        }
    }
}
