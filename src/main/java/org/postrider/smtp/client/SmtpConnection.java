package org.postrider.smtp.client;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailHost;
import org.postrider.mail.Reply;

/**
 * A session with a server, from its greeting to QUIT, over which one message after the other can be sent.
 *
 * <p>After anything that leaves doubt which reply belongs to which command, the connection is not {@link #reusable} any
 * more. No call waits without a deadline.
 *
 * <p>Thread: one at a time; calls block, on a virtual thread cheaply. Interrupting it breaks the connection.
 */
public final class SmtpConnection implements AutoCloseable {
    private final Dial dial;
    private final ClientSettings settings;
    private final Wire wire;
    private final ReplyReader replies;
    private final Capabilities capabilities;
    private final Set<MailHost> domains = new HashSet<>();
    private int transactions;
    private boolean usable = true;
    private boolean transactionOpen;
    private boolean closed;
    private long lastUsed = System.nanoTime();

    private SmtpConnection(Dial dial, ClientSettings settings, Wire wire, Capabilities capabilities) {
        this.dial = dial;
        this.settings = settings;
        this.wire = wire;
        this.replies = new ReplyReader(wire);
        this.capabilities = capabilities;
    }

    /** Connects and greets. Whatever happens is in the answer; only a {@link Opening.Ready} leaves something to close. */
    public static Opening open(Dial dial, ClientSettings settings) {
        Wire wire;
        try {
            wire = Wire.connect(dial, settings);
        } catch (BrokenWire e) {
            return new Opening.Failed(e.failure(), Stage.CONNECT, e.what());
        }
        return new Greeting(wire, dial, settings).exchange();
    }

    /** A connection over a wire on which both sides have greeted. */
    static SmtpConnection greeted(Dial dial, ClientSettings settings, Wire wire, Capabilities capabilities) {
        return new SmtpConnection(dial, settings, wire, capabilities);
    }

    public Dial dial() {
        return dial;
    }

    public Capabilities capabilities() {
        return capabilities;
    }

    /**
     * Sends one message. Of a {@link Transaction.Refused} the peer has heard nothing.
     *
     * @throws IllegalStateException where the connection is not {@link #reusable}
     */
    public Transaction send(OutgoingMessage message) {
        if (!reusable()) {
            throw new IllegalStateException("connection to " + dial.remote() + " is used up");
        }
        Transaction.@Nullable Refused obstacle;
        try {
            obstacle = new Fitness(capabilities, message).obstacle(domains);
        } catch (IOException e) {
            return new Transaction.ContentFailed("content unreadable: " + e.getMessage());
        }
        return obstacle == null ? transmit(message) : obstacle;
    }

    private Transaction transmit(OutgoingMessage message) {
        if (capabilities.recipientDomainsMax().isPresent()) {
            message.recipients()
                    .forEach(recipient -> domains.add(recipient.mailbox().host()));
        }
        transactions++;
        // Until the transaction has completed, and also should the content's source throw what it must not.
        usable = false;
        Transmission transmission = new Transmission(wire, dial, settings, capabilities, message);
        try {
            Transaction transaction = transmission.run(transactionOpen);
            usable = transaction instanceof Transaction.Completed && transmission.connectionUsable();
            return transaction;
        } finally {
            transactionOpen = transmission.leftOpen();
            lastUsed = System.nanoTime();
            wire.rest();
            if (!usable) {
                end();
            }
        }
    }

    /** Whether another message may be sent: nothing went wrong, and the peer's MAILMAX allows one more (RFC 9422 §4.1). */
    public boolean reusable() {
        return usable && !closed && transactions < capabilities.mailMax().orElse(Integer.MAX_VALUE);
    }

    /** How many messages were sent, or tried. */
    public int transactions() {
        return transactions;
    }

    /** How long ago it was last used. */
    public Duration idle() {
        return Duration.ofNanos(System.nanoTime() - lastUsed);
    }

    /**
     * Whether the peer, as far as our host knows, still keeps the connection: it has neither closed it nor announced that
     * with a 421. Costs no round trip. A connection that fails this is not {@link #reusable}.
     */
    public boolean probe() {
        if (!usable || closed) {
            return false;
        }
        usable = wire.isQuiet();
        if (!usable) {
            end();
        }
        return usable;
    }

    /** Says QUIT where that makes sense, waits for its reply for {@link ClientSettings#quit} at most, and closes. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (usable) {
            quit();
        }
        end();
    }

    private void quit() {
        try {
            wire.put("QUIT\r\n");
            wire.flush(settings.quit());
            Reply _ = replies.read(settings.quit());
        } catch (BrokenWire _) {
            // It was a courtesy.
        }
    }

    private void end() {
        closed = true;
        wire.close();
    }
}
