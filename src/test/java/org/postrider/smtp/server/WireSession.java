package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;

/** A real session over a wire in memory, on a clock that the test turns. */
public final class WireSession implements AutoCloseable {
    public static final SessionSettings SETTINGS = SessionSettings.of(new Domain("mx.example.net"));

    private static final Peer PEER = new Peer(
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 40_000),
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25));

    private final MemoryWire wire = new MemoryWire();
    private final AtomicLong nanos = new AtomicLong();
    private final Deadlines deadlines = new Deadlines(nanos::get);
    private final AtomicReference<StressLevel> stress = new AtomicReference<>(StressLevel.CALM);
    private final BlockingQueue<SessionObserver.Closed> closings = new LinkedBlockingQueue<>();
    private final FakeReceptionist receptionist;
    private final Thread thread;

    public WireSession(SessionSettings settings, FakeReceptionist receptionist, String... early) {
        this.receptionist = receptionist;
        for (String part : early) {
            send(part);
        }
        SessionObserver observer = new SessionObserver() {
            @Override
            public void closed(Peer peer, Closed closed) {
                closings.add(closed);
            }
        };
        SmtpListener.Shared shared = new SmtpListener.Shared(
                deadlines,
                new ConnectionLedger(ConnectionLimits.DEFAULT),
                new MinuteLedger(),
                new MinuteLedger(),
                new Buffers(),
                () -> Objects.requireNonNull(stress.get()),
                observer);
        Connection connection = new Connection(wire, SessionTerms.of(settings), shared);
        thread = Thread.ofVirtual()
                .start(() -> connection.session(PEER, receptionist).run());
    }

    /** Begins a session that has said EHLO and heard the answer. */
    public static WireSession greeted(SessionSettings settings, FakeReceptionist receptionist)
            throws InterruptedException {
        WireSession session = new WireSession(settings, receptionist);
        session.expect("220 *").send("EHLO client.example\r\n");
        String line;
        do {
            line = session.line();
        } while (line.startsWith("250-"));
        return session;
    }

    public FakeReceptionist receptionist() {
        return receptionist;
    }

    /** Sends octets, one for each character. */
    public WireSession send(String octets) {
        wire.send(octets.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends command lines in one packet. */
    public WireSession lines(String... lines) {
        return send(String.join("\r\n", lines) + "\r\n");
    }

    /** The next reply line, {@code <closed>} after the last. */
    public String line() throws InterruptedException {
        @Nullable String line = wire.line();
        return line == null ? "<closed>" : line;
    }

    /** Expects reply lines; a trailing asterisk stands for the rest of a line. */
    public WireSession expect(String... wanted) throws InterruptedException {
        for (String line : wanted) {
            String got = line();
            if (line.endsWith("*")) {
                assertThat(got).startsWith(line.substring(0, line.length() - 1));
            } else {
                assertThat(got).isEqualTo(line);
            }
        }
        return this;
    }

    /** Lets the session come to rest, then time pass. */
    public WireSession advance(Duration time) throws InterruptedException {
        wire.awaitIdle();
        nanos.addAndGet(time.toNanos());
        deadlines.check();
        return this;
    }

    public WireSession awaitIdle() throws InterruptedException {
        wire.awaitIdle();
        return this;
    }

    public void stress(StressLevel level) {
        stress.set(level);
    }

    /** The server begins to stop. */
    public void stop() {
        deadlines.stop();
    }

    /** The server's patience with sessions that receive is over. */
    public void cut() {
        deadlines.cut();
    }

    /** The client reads no replies any more. */
    public void stopReading() {
        wire.clog();
    }

    /** The client closes its side. */
    public WireSession hangUp() {
        wire.endInput();
        return this;
    }

    /** How often replies were written so far. */
    public int writes() {
        return wire.writes();
    }

    /** Waits for the end of the session. */
    public SessionObserver.Closed closed() throws InterruptedException {
        SessionObserver.Closed closed = closings.poll(10, TimeUnit.SECONDS);
        if (closed == null) {
            throw new AssertionError("the session has not ended");
        }
        return closed;
    }

    public List<FakeReceptionist.Kept> kept() {
        return receptionist.kept();
    }

    @Override
    public void close() {
        wire.endInput();
        wire.close();
        try {
            assertThat(thread.join(Duration.ofSeconds(10)))
                    .as("the session ends")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
