package org.postrider.smtp.server;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The sessions of all listeners: what they share, and how they end.
 *
 * <p>Thread: any.
 */
public final class SmtpServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SmtpServer.class.getName());
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration STOP_POLL = Duration.ofMillis(20);
    /** How long sessions that are cut off may take to say so. */
    private static final Duration CUT_PATIENCE = Duration.ofSeconds(2);

    private final Deadlines deadlines;
    private final ConnectionLedger ledger;
    private final MinuteLedger commands = new MinuteLedger();
    private final MinuteLedger handshakes = new MinuteLedger();
    private final Buffers buffers = new Buffers();
    private final Supplier<StressLevel> stress;
    private final SessionObserver observer;
    private final List<SmtpListener> listeners = new CopyOnWriteArrayList<>();
    private final Thread ticker;
    private volatile boolean open = true;

    /**
     * @param nanoTime a monotonic clock, {@code System::nanoTime}
     * @param stress asked at each connection and each command
     */
    public SmtpServer(
            LongSupplier nanoTime, ConnectionLimits limits, Supplier<StressLevel> stress, SessionObserver observer) {
        this.deadlines = new Deadlines(nanoTime);
        this.ledger = new ConnectionLedger(limits);
        this.stress = stress;
        this.observer = observer;
        this.ticker = Thread.ofPlatform().daemon().name("smtp-deadlines").start(this::tick);
    }

    /** Binds an address and serves who connects, until {@link #stop}. */
    public SmtpListener listen(ListenerSettings settings, SessionSettings sessions, Receptionist receptionist)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(settings.address(), settings.backlog());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        SmtpListener listener = new SmtpListener(
                channel,
                settings,
                sessions,
                receptionist,
                new SmtpListener.Shared(deadlines, ledger, commands, handshakes, buffers, stress, observer));
        listeners.add(listener);
        listener.start();
        return listener;
    }

    /** Takes effect at the next connection. */
    public void replace(ConnectionLimits limits) {
        ledger.replace(limits);
    }

    /** How many connections are open. */
    public int connections() {
        return ledger.open();
    }

    /**
     * Stops accepting, and says 421 to the sessions that wait for a command. Those that receive a message may finish it
     * within {@code grace}. Blocks until all are gone.
     *
     * @return whether all ended by themselves
     */
    public boolean stop(Duration grace) {
        open = false;
        listeners.forEach(SmtpListener::close);
        deadlines.stop();
        boolean drained = awaitEmpty(grace, deadlines::stop);
        if (!drained) {
            awaitEmpty(CUT_PATIENCE, deadlines::cut);
        }
        LockSupport.unpark(ticker);
        return drained;
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    /** Repeats {@code urge}, as sessions that are just beginning may have missed it. */
    private boolean awaitEmpty(Duration patience, Runnable urge) {
        long end = deadlines.now() + patience.toNanos();
        while (ledger.open() > 0) {
            if (deadlines.now() >= end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            urge.run();
            LockSupport.parkNanos(this, STOP_POLL.toNanos());
        }
        return true;
    }

    private void tick() {
        while (open || ledger.open() > 0) {
            LockSupport.parkNanos(this, TICK.toNanos());
            try {
                deadlines.check();
            } catch (RuntimeException | Error defect) {
                // Without this thread no wait would end any more; the next tick makes up for this one.
                LOG.log(System.Logger.Level.WARNING, "the deadlines of sessions could not be looked at", defect);
            }
        }
    }
}
