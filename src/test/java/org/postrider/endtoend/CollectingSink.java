package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postrider.server.crash.SinkServer;

/**
 * A sink that keeps what it took, and for which tests can wait.
 *
 * <p>Thread: any.
 */
public final class CollectingSink implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<SinkServer.Received> received = new ArrayList<>();
    private final SinkServer server;

    private CollectingSink(int port, SinkServer.Manners manners) throws IOException {
        server = SinkServer.start(port, new Noting(manners));
    }

    /** Takes everything. */
    public static CollectingSink start() throws IOException {
        return start(0, new SinkServer.Manners() {});
    }

    /** Answers as {@code manners} do; what gets a 2xx is kept. */
    public static CollectingSink start(int port, SinkServer.Manners manners) throws IOException {
        return new CollectingSink(port, manners);
    }

    public InetSocketAddress address() {
        return server.address();
    }

    /** Waits until so many messages have come, no more than that, and gives them in order of arrival. */
    public List<SinkServer.Received> await(int count) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        synchronized (received) {
            while (received.size() < count) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(received.size() + " of " + count + " messages came in " + LIMIT);
                }
                received.wait(left);
            }
            assertThat(received).hasSize(count);
            return List.copyOf(received);
        }
    }

    /** Waits until a message has come that contains a text. */
    public SinkServer.Received awaitOne(String text) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        synchronized (received) {
            while (true) {
                for (SinkServer.Received one : received) {
                    if (new String(one.content(), StandardCharsets.ISO_8859_1).contains(text)) {
                        return one;
                    }
                }
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("no message with " + text + " came in " + LIMIT);
                }
                received.wait(left);
            }
        }
    }

    /** Waits until copies for so many recipients have come, and names the recipients. */
    public List<String> awaitRecipients(int count) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        synchronized (received) {
            while (recipients().size() < count) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(recipients().size() + " of " + count + " recipients in " + LIMIT);
                }
                received.wait(left);
            }
            return recipients();
        }
    }

    private List<String> recipients() {
        return received.stream().flatMap(one -> one.recipients().stream()).toList();
    }

    public SinkServer.Received awaitOne() throws InterruptedException {
        return await(1).getFirst();
    }

    public int count() {
        synchronized (received) {
            return received.size();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private final class Noting implements SinkServer.Manners {
        private final SinkServer.Manners wrapped;

        Noting(SinkServer.Manners wrapped) {
            this.wrapped = wrapped;
        }

        @Override
        public String connected() {
            return wrapped.connected();
        }

        @Override
        public String recipient(String reversePath, String recipient) {
            return wrapped.recipient(reversePath, recipient);
        }

        @Override
        public String ended(SinkServer.Received message) {
            String reply = wrapped.ended(message);
            if (reply.startsWith("2")) {
                synchronized (received) {
                    received.add(message);
                    received.notifyAll();
                }
            }
            return reply;
        }

        @Override
        public void answered(SinkServer.Received message, String reply) {
            wrapped.answered(message, reply);
        }
    }
}
