package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.Requirement;

/** What a session relies on in sockets and virtual threads. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SocketWireTest {
    private SocketChannel client;
    private SocketChannel server;
    private SocketWire wire;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open(listener.getLocalAddress());
            server = listener.accept();
        }
        wire = new SocketWire(server);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        wire.close();
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    @Requirement("F8")
    void tellsWhatHasArrived() throws Exception {
        assertThat(wire.available()).isZero();
        client.write(ByteBuffer.wrap(new byte[3]));
        while (wire.available() < 3) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(wire.read(new byte[10], 0, 10)).isEqualTo(3);
    }

    @Test
    @Requirement("G1")
    void wakesAReaderAndWritesOn() throws Exception {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                count.complete(wire.read(new byte[10], 0, 10));
            } catch (IOException e) {
                count.completeExceptionally(e);
            }
        });
        awaitWaiting(reader);
        wire.wake();
        assertThat(count.get()).isEqualTo(-1);
        wire.write(new byte[] {'4', '2', '1'}, 0, 3);
        assertThat(client.read(ByteBuffer.allocate(10))).isEqualTo(3);
    }

    @Test
    @Requirement("G3")
    void closingEndsAWriteThatNobodyReads() throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                byte[] much = new byte[64 << 20];
                wire.write(much, 0, much.length);
                end.complete("written");
            } catch (IOException _) {
                end.complete("broken off");
            }
        });
        awaitWaiting(writer);
        wire.close();
        assertThat(end.get()).isEqualTo("broken off");
    }
}
