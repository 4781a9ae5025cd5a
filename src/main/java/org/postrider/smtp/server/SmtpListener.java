package org.postrider.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Reply;

/**
 * One address that the server listens on: accepts connections, turns away what is too much, and gives each of the others a
 * virtual thread and a session.
 *
 * <p>Thread: any; accepting has a thread of its own, so that it goes on however busy the sessions are.
 */
public final class SmtpListener {
    private static final System.Logger LOG = System.getLogger(SmtpListener.class.getName());
    /** How long to wait for file descriptors or memory to come free. */
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

    private static final Duration COMPLAINT_INTERVAL = Duration.ofSeconds(10);

    private final ServerSocketChannel channel;
    private final ListenerSettings settings;
    private final Receptionist receptionist;
    private final Shared shared;
    private final Thread.Builder.OfVirtual threads = Thread.ofVirtual().name("smtp-", 0);
    private volatile SessionTerms sessions;
    /** Of the accepting thread alone. */
    private long nextComplaint;

    /** What the listeners of a server share. */
    record Shared(
            Deadlines deadlines,
            ConnectionLedger ledger,
            MinuteLedger commands,
            MinuteLedger handshakes,
            Buffers buffers,
            Supplier<StressLevel> stress,
            SessionObserver observer) {}

    SmtpListener(
            ServerSocketChannel channel,
            ListenerSettings settings,
            SessionSettings sessions,
            Receptionist receptionist,
            Shared shared) {
        this.channel = channel;
        this.settings = settings;
        this.sessions = SessionTerms.of(sessions);
        this.receptionist = receptionist;
        this.shared = shared;
    }

    /** Where it listens, with the port that was chosen if none was given. */
    public InetSocketAddress address() {
        return new InetSocketAddress(
                settings.address().getAddress(), channel.socket().getLocalPort());
    }

    /** Replaces what sessions go by; those that have begun keep what they had. */
    public void replace(SessionSettings replacement) {
        sessions = SessionTerms.of(replacement);
    }

    void start() {
        // Loads what accepting needs while there are file descriptors: a class that could not be read once stays
        // unusable.
        InetAddress loopback = InetAddress.getLoopbackAddress();
        if (shared.ledger().enter(loopback) == null) {
            shared.ledger().leave(loopback);
        }
        Thread.ofPlatform().name("smtp-accept-" + address().getPort()).start(this::accept);
    }

    /** Accepts no more; sessions go on. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "closing the listener on " + settings.address() + " failed", e);
        }
    }

    private void accept() {
        while (channel.isOpen()) {
            try {
                admit(channel.accept());
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException | RuntimeException | Error e) {
                // No descriptors, no memory: it passes, and a server that has stopped accepting for ever does not.
                complain(e);
                LockSupport.parkNanos(this, ACCEPT_PAUSE.toNanos());
            }
        }
    }

    /** A shortage lasts, and fills the log as well if each failure is told. */
    private void complain(Throwable failure) {
        long now = shared.deadlines().now();
        if (now < nextComplaint) {
            return;
        }
        nextComplaint = now + COMPLAINT_INTERVAL.toNanos();
        warn("accepting", failure);
    }

    private void warn(String what, Throwable failure) {
        try {
            LOG.log(System.Logger.Level.WARNING, () -> what + " on " + settings.address() + " failed", failure);
        } catch (RuntimeException | Error _) {
            // What accepting lacks, logging may lack too, even its classes; that must not end the accepting thread.
            return;
        }
    }

    private void admit(SocketChannel client) throws IOException {
        @Nullable InetAddress counted = null;
        @Nullable
        Reply refusal = shared.stress().get() == StressLevel.OVERLOADED
                ? Replies.BUSY
                : shared.ledger().enter();
        boolean entered = refusal == null;
        boolean started = false;
        try {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Peer direct = new Peer(addressOf(client.getRemoteAddress()), addressOf(client.getLocalAddress()));
            if (refusal == null) {
                refusal = refusalOf(direct);
                counted = refusal == null && !settings.proxyProtocol()
                        ? direct.remote().getAddress()
                        : null;
            }
            if (refusal != null) {
                turnAway(client, direct, refusal);
                return;
            }
            threads.start(new Client(client, direct, counted));
            started = true;
        } finally {
            if (!started) {
                client.close();
                release(entered, counted);
            }
        }
    }

    private void release(boolean entered, @Nullable InetAddress counted) {
        if (counted != null) {
            shared.ledger().leave(counted);
        }
        if (entered) {
            shared.ledger().leave();
        }
    }

    /** Behind a proxy the proxy's own address counts for nothing; the client's is counted once it is known. */
    private @Nullable Reply refusalOf(Peer direct) {
        InetAddress address = direct.remote().getAddress();
        if (settings.proxyProtocol()) {
            return settings.believes(address) ? null : Replies.PROXY_REFUSED;
        }
        return shared.ledger().enter(address);
    }

    /** Says why, which a new connection has always room for, so that this never waits. */
    private void turnAway(SocketChannel client, Peer direct, Reply reply) throws IOException {
        shared.observer().refused(direct.remote().getAddress().getHostAddress(), reply);
        if (sessions.calm().security().tls() == SecurityOffer.Tls.IMPLICIT) {
            // Clear text would only look like a broken handshake.
            return;
        }
        client.configureBlocking(false);
        client.write(ByteBuffer.wrap((reply.text() + "\r\n").getBytes(StandardCharsets.US_ASCII)));
    }

    private static InetSocketAddress addressOf(SocketAddress address) throws IOException {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IOException("connection from " + address);
    }

    /** Who has been let in so far, with a thread of its own. */
    private final class Client implements Runnable {
        private final SocketChannel channel;
        private final Peer direct;
        private @Nullable InetAddress counted;

        Client(SocketChannel channel, Peer direct, @Nullable InetAddress counted) {
            this.channel = channel;
            this.direct = direct;
            this.counted = counted;
        }

        @Override
        public void run() {
            try {
                Session session = session();
                if (session != null) {
                    session.run();
                }
            } catch (IOException _) {
                // The client went away before there was a session.
            } catch (RuntimeException | Error defect) {
                warn("a session", defect);
            } finally {
                leave();
            }
        }

        /** {@code null} where it is over already. */
        private @Nullable Session session() throws IOException {
            Connection connection = new Connection(new SocketWire(channel), sessions, shared);
            if (!settings.proxyProtocol()) {
                return connection.session(direct, receptionist);
            }
            Peer behind = connection.readProxyHeader(direct);
            if (behind == null) {
                return null;
            }
            InetAddress address = behind.remote().getAddress();
            Reply refusal = shared.ledger().enter(address);
            if (refusal != null) {
                turnAway(channel, behind, refusal);
                return null;
            }
            counted = address;
            return connection.session(behind, receptionist);
        }

        private void leave() {
            try {
                channel.close();
            } catch (IOException _) {
                // Nothing can be done about a socket that does not even close.
            } finally {
                release(true, counted);
            }
        }
    }
}
