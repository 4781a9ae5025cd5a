package org.postrider.smtp.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.QueueId;
import org.postrider.mail.Receipt;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.sasl.Login;
import org.postrider.sasl.Refusal;
import org.postrider.sasl.Step;
import org.postrider.tls.TlsFacts;

/**
 * Lets everybody in, takes every message and keeps it in memory. What it is to refuse is told by local-parts: {@code
 * unknown}, {@code later}, {@code refused}, {@code dismiss}, {@code no-space}, {@code defect} and {@code memory}.
 *
 * <p>Thread: any.
 */
public final class FakeReceptionist implements Receptionist {
    /**
     * A message that has been accepted.
     *
     * @param text the content, a character for each octet
     */
    public record Kept(Greeted greeted, Envelope envelope, String text) {}

    /** A lack of memory, of which whoever wants to log it suffers too. */
    private static final class NoMemory extends OutOfMemoryError {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new OutOfMemoryError("none left to tell of it");
        }
    }

    private record FakeReceipt(QueueId id) implements Receipt {}

    private final BlockingQueue<Kept> kept = new LinkedBlockingQueue<>();
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final List<TlsFacts> securedSessions = new CopyOnWriteArrayList<>();
    private final List<Login> logins = new CopyOnWriteArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private @Nullable Reply greeting;

    /** Answers connections from now on. */
    public FakeReceptionist greetingWith(@Nullable Reply reply) {
        greeting = reply;
        return this;
    }

    /** All messages so far. */
    public List<Kept> kept() {
        return List.copyOf(kept);
    }

    /** Waits for the next message. */
    public Kept take() throws InterruptedException {
        Kept next = kept.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no message");
        }
        return next;
    }

    /** Who has connected. */
    public List<Peer> peers() {
        return List.copyOf(peers);
    }

    /** How many sessions have ended. */
    public int left() {
        return left.get();
    }

    /** How many messages' content ended without a message. */
    public int abandoned() {
        return abandoned.get();
    }

    /** PLAIN, for anybody whose password is {@code secret}. */
    private static Step plain(byte @Nullable [] response) {
        if (response == null) {
            return new Step.Challenge(new byte[0]);
        }
        String[] parts = new String(response, StandardCharsets.UTF_8).split("\0", -1);
        if (parts.length != 3) {
            return new Step.Refused(Refusal.MALFORMED, "");
        }
        return parts[2].equals("secret")
                ? new Step.Accepted(new Login(parts[1], "PLAIN"))
                : new Step.Refused(Refusal.BAD_CREDENTIALS, parts[1]);
    }

    /** The handshakes so far. */
    public List<TlsFacts> securedSessions() {
        return List.copyOf(securedSessions);
    }

    /** Who has authenticated. */
    public List<Login> logins() {
        return List.copyOf(logins);
    }

    @Override
    public Visit visit(Peer peer) {
        peers.add(peer);
        return new FakeVisit();
    }

    private final class FakeVisit implements Visit {
        @Override
        public @Nullable Reply connected() {
            return greeting;
        }

        @Override
        public void secured(TlsFacts facts, Optional<byte[]> channelBinding) {
            securedSessions.add(facts);
        }

        @Override
        public List<String> mechanisms() {
            return List.of("PLAIN", "LOGIN");
        }

        @Override
        public Authentication authenticate(String mechanism) {
            return mechanism.equals("PLAIN")
                    ? new Authentication.Begun(FakeReceptionist::plain)
                    : new Authentication.Refused(Reply.of(454, "4.7.0", "Temporary authentication failure"));
        }

        @Override
        public Reply authenticated(Login login) {
            logins.add(login);
            return Reply.of(235, "2.7.0", "Authentication successful");
        }

        @Override
        public Reply notAuthenticated(Refusal refusal, String user) {
            return switch (refusal) {
                case BAD_CREDENTIALS, DISABLED -> Reply.of(535, "5.7.8", "Authentication credentials invalid");
                case MALFORMED -> Reply.of(501, "5.5.2", "Malformed");
                case CANCELLED -> Reply.of(501, "5.7.0", "Authentication cancelled");
                case UNAVAILABLE -> Reply.of(454, "4.7.0", "Temporary authentication failure");
            };
        }

        @Override
        public @Nullable Reply greeted(Greeted greeted) {
            return greeted.name().equals("refused.example") ? Reply.of(550, "5.7.1", "Not you") : null;
        }

        @Override
        public @Nullable Reply sender(ReversePath reversePath, MailParameters parameters, long declaredOctets) {
            return switch (local(reversePath.text())) {
                case "refused" -> Reply.of(550, "5.7.1", "Sender refused");
                case "later" -> Reply.of(451, "4.7.1", "Try again later");
                case "memory" -> throw new NoMemory();
                case "defect" -> throw new IllegalStateException("a planted defect");
                default -> null;
            };
        }

        @Override
        public @Nullable Reply recipient(ReversePath reversePath, Recipient recipient) {
            return switch (local(recipient.mailbox().text())) {
                case "unknown" -> Reply.of(550, "5.1.1", "No such user");
                case "later" -> Reply.of(450, "4.2.1", "Mailbox busy");
                case "dismiss" -> Reply.of(421, "4.7.0", "Go away");
                default -> null;
            };
        }

        @Override
        public Reply verify(String argument) {
            return Reply.of(252, "2.0.0", "Send some mail, and see");
        }

        @Override
        public Opened content(Greeted greeted, Envelope envelope, long declaredOctets) {
            return local(envelope.reversePath().text()).equals("no-space")
                    ? new Opened.Refused(Reply.of(452, "4.3.1", "Insufficient system storage"))
                    : new Opened.Place(new KeepingSink(greeted, envelope));
        }

        @Override
        public void left() {
            left.incrementAndGet();
        }

        private static String local(String address) {
            int at = address.lastIndexOf('@');
            return at < 0 ? "" : address.substring(0, at);
        }
    }

    private final class KeepingSink implements ContentSink {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private final Greeted greeted;
        private final Envelope envelope;
        private boolean closed;

        KeepingSink(Greeted greeted, Envelope envelope) {
            this.greeted = greeted;
            this.envelope = envelope;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (closed) {
                throw new AssertionError("written after its end");
            }
            content.write(bytes, offset, length);
        }

        @Override
        public Completion end() {
            if (closed) {
                throw new AssertionError("ended twice");
            }
            closed = true;
            if (content.toString(StandardCharsets.ISO_8859_1).contains("X-Spam: yes")) {
                return new Completion.Refused(Reply.of(550, "5.7.1", "Content refused"));
            }
            kept.add(new Kept(greeted, envelope, content.toString(StandardCharsets.ISO_8859_1)));
            return new Completion.Accepted(new FakeReceipt(new QueueId(ids.incrementAndGet())), null);
        }

        @Override
        public void close() {
            if (!closed) {
                abandoned.incrementAndGet();
                closed = true;
            }
        }
    }
}
