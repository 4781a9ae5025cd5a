package org.postrider.smtp.client;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;
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
    private final @Nullable TlsSession tls;
    private final Set<MailHost> domains = new HashSet<>();
    private int transactions;
    private boolean usable = true;
    private boolean transactionOpen;
    private boolean closed;
    private long lastUsed = System.nanoTime();

    private SmtpConnection(
            Dial dial, ClientSettings settings, Wire wire, Capabilities capabilities, @Nullable TlsSession tls) {
        this.dial = dial;
        this.settings = settings;
        this.wire = wire;
        this.replies = new ReplyReader(wire);
        this.capabilities = capabilities;
        this.tls = tls;
    }

    /**
     * Connects, greets, begins TLS and authenticates, as {@code dial} requires. Whatever happens is in the answer; only a
     * {@link Opening.Ready} leaves something to close.
     */
    public static Opening open(Dial dial, ClientSettings settings, ClientTls tls) {
        return opened(dial, settings, tls);
    }

    /**
     * The same in clear text.
     *
     * @throws IllegalArgumentException where {@code dial} wants TLS
     */
    public static Opening open(Dial dial, ClientSettings settings) {
        if (dial.tls().wantsTls() || dial.protocol() == Protocol.SMTPS) {
            throw new IllegalArgumentException("in clear to " + dial);
        }
        return opened(dial, settings, null);
    }

    private static Opening opened(Dial dial, ClientSettings settings, @Nullable ClientTls tls) {
        Wire wire;
        try {
            wire = Wire.connect(dial, settings);
        } catch (BrokenWire e) {
            return new Opening.Failed(e.failure(), Stage.CONNECT, e.what());
        }
        return new Greeting(wire, dial, settings, tls).exchange();
    }

    /** A connection over a wire on which both sides have greeted. */
    static SmtpConnection greeted(
            Dial dial, ClientSettings settings, Wire wire, Capabilities capabilities, @Nullable TlsSession tls) {
        return new SmtpConnection(dial, settings, wire, capabilities, tls);
    }

    public Dial dial() {
        return dial;
    }

    public Capabilities capabilities() {
        return capabilities;
    }

    /** Its TLS; empty in clear. */
    public Optional<TlsSession> tls() {
        return Optional.ofNullable(tls);
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

    /**
     * Asks whether the peer would take mail for a recipient: MAIL from the null reverse-path and RCPT. Nothing is sent, and
     * the transaction is given up before the next one.
     *
     * @throws IllegalStateException where the connection is not {@link #reusable}
     */
    public Verification verify(Mailbox recipient) {
        if (!reusable()) {
            throw new IllegalStateException("connection to " + dial.remote() + " is used up");
        }
        if (recipient.needsUtf8() && !capabilities.smtpUtf8()) {
            return new Verification.Failed("the peer does not offer SMTPUTF8");
        }
        transactions++;
        usable = false;
        try {
            if (transactionOpen) {
                Reply _ = exchange("RSET\r\n", settings.mail());
            }
            transactionOpen = true;
            String parameters = recipient.needsUtf8() ? " SMTPUTF8" : "";
            Reply mail = exchange("MAIL FROM:<>" + parameters + "\r\n", settings.mail());
            if (!mail.isPositive()) {
                return new Verification.Failed("to MAIL: " + mail.text());
            }
            Reply answer = exchange("RCPT TO:<" + recipient.text() + ">\r\n", settings.rcpt());
            usable = answer.code() != Transmission.SHUTTING_DOWN;
            return new Verification.Answered(answer);
        } catch (BrokenWire e) {
            return new Verification.Failed(e.what());
        } finally {
            lastUsed = System.nanoTime();
            wire.rest();
            if (!usable) {
                end();
            }
        }
    }

    private Reply exchange(String command, Duration limit) throws BrokenWire {
        wire.put(command);
        wire.flush();
        return replies.read(limit);
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
            wire.finish(settings.quit());
        } catch (BrokenWire _) {
            // It was a courtesy.
        }
    }

    private void end() {
        closed = true;
        wire.close();
    }
}
