package org.postrider.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A script for {@link FakePeer} that takes mail as a server should. One may serve many connections.
 *
 * <pre>{@code
 * PoliteScript polite = PoliteScript.offering("PIPELINING", "DSN").answering("RCPT TO:<bad@", "550 5.1.1 Unknown");
 * try (FakePeer peer = FakePeer.playing(polite)) { …; polite.awaitMessage().recipients(); }
 * }</pre>
 *
 * <p>Thread: set up before it plays; {@link #messages} and {@link #awaitMessage} from any.
 */
public final class PoliteScript implements FakePeer.Script {
    private static final long PATIENCE_SECONDS = 20;

    private final List<String> keywords;
    private final Map<String, String> answers = new LinkedHashMap<>();
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<Message> arrivals = new LinkedBlockingQueue<>();
    private boolean lmtp;
    private @Nullable SSLContext tls;
    private boolean implicitTls;

    private PoliteScript(List<String> keywords) {
        this.keywords = keywords;
    }

    /**
     * A message that was taken.
     *
     * @param mail the MAIL command
     * @param recipients the RCPT commands that were answered with 250
     * @param content without stuffed dots and the final one, one character an octet
     * @param wire the content as it came, with them
     */
    public record Message(String mail, List<String> recipients, String content, String wire) {}

    /** One that answers EHLO with these keywords. */
    public static PoliteScript offering(String... keywords) {
        return new PoliteScript(List.of(keywords));
    }

    /** Speaks LMTP: one reply for each recipient. */
    public PoliteScript lmtp() {
        lmtp = true;
        return this;
    }

    /** Offers STARTTLS, and does it with this certificate. */
    public PoliteScript startTls(TestCertificate certificate) {
        tls = certificate.serverContext();
        return this;
    }

    /** Speaks TLS from the first octet on. */
    public PoliteScript implicitTls(TestCertificate certificate) {
        implicitTls = true;
        return startTls(certificate);
    }

    /**
     * Answers every command that begins with {@code prefix}, in any case, with {@code reply}; {@code "."} stands for the
     * message's end, {@code "connect"} for the connection. A 421 closes.
     */
    public PoliteScript answering(String prefix, String reply) {
        answers.put(prefix.toUpperCase(Locale.ROOT), reply);
        return this;
    }

    /** What was answered with 250 so far. */
    public List<Message> messages() {
        return List.copyOf(messages);
    }

    /** The next message that nobody has awaited yet. */
    public Message awaitMessage() {
        try {
            Message message = arrivals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message came");
            }
            return message;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void play(FakePeer.Line line) throws IOException {
        new Session(line).run();
    }

    /** One connection. */
    private final class Session {
        private final FakePeer.Line line;
        private final List<String> recipients = new ArrayList<>();
        private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        private @Nullable String mail;

        Session(FakePeer.Line line) {
            this.line = line;
        }

        void run() throws IOException {
            if (tls != null && implicitTls) {
                line.secure(tls);
            }
            boolean going = answer("connect", "220 peer.example ESMTP");
            while (going) {
                String command = line.hear();
                going = command != null && obey(command);
            }
        }

        private boolean obey(String command) throws IOException {
            String verb = command.split(" ", 2)[0].toUpperCase(Locale.ROOT);
            return switch (verb) {
                case "EHLO", "LHLO" -> answer(command, ehlo());
                case "STARTTLS" -> startTls(command);
                case "MAIL" -> {
                    String reply = mail == null ? reply(command, "250 2.1.0 Sender ok") : "503 5.5.1 Nested MAIL";
                    mail = reply.startsWith("2") ? command : mail;
                    yield say(reply);
                }
                case "RCPT" -> {
                    String reply = mail == null ? "503 5.5.1 Need MAIL" : reply(command, "250 2.1.5 Recipient ok");
                    if (reply.startsWith("2")) {
                        recipients.add(command);
                    }
                    yield say(reply);
                }
                case "DATA" -> data(command);
                case "BDAT" -> bdat(command);
                case "RSET" -> {
                    forget();
                    yield answer(command, "250 2.0.0 Reset");
                }
                case "QUIT" -> {
                    answer(command, "221 2.0.0 Bye");
                    yield false;
                }
                default -> answer(command, "250 2.0.0 Ok");
            };
        }

        private String ehlo() {
            StringBuilder reply = new StringBuilder();
            String last = "peer.example";
            List<String> offered = new ArrayList<>(keywords);
            if (tls != null && line.tls() == null) {
                offered.add("STARTTLS");
            }
            for (String keyword : offered) {
                reply.append("250-").append(last).append("\r\n");
                last = keyword;
            }
            return reply.append("250 ").append(last).toString();
        }

        private boolean startTls(String command) throws IOException {
            String reply = reply(command, tls == null ? "502 5.5.1 No TLS" : "220 2.0.0 Go ahead");
            boolean going = say(reply);
            if (tls != null && reply.startsWith("220")) {
                line.secure(tls);
            }
            return going;
        }

        private boolean data(String command) throws IOException {
            String reply = reply(command, recipients.isEmpty() ? "554 5.5.1 No valid recipients" : "354 Go ahead");
            if (!reply.startsWith("354")) {
                return say(reply);
            }
            say(reply);
            return end(line.hearContent(), true);
        }

        private boolean bdat(String command) throws IOException {
            String[] words = command.split(" ", -1);
            chunks.writeBytes(line.hearOctets(Integer.parseInt(words[1])));
            String reply =
                    reply(command, recipients.isEmpty() ? "503 5.5.1 No valid recipients" : "250 2.0.0 Chunk ok");
            if (words.length < 3 || !reply.startsWith("2")) {
                return say(reply);
            }
            return end(chunks.toByteArray(), false);
        }

        private boolean end(byte[] octets, boolean stuffed) throws IOException {
            String wire = new String(octets, StandardCharsets.ISO_8859_1);
            String content = stuffed ? unstuffed(wire) : wire;
            boolean going = true;
            boolean taken = false;
            for (int i = 0; going && i < (lmtp ? recipients.size() : 1); i++) {
                String reply = reply(".", recipients.isEmpty() ? "554 5.5.1 No recipients" : "250 2.0.0 Taken");
                if (reply.startsWith("2") && !taken) {
                    taken = true;
                    Message message = new Message(String.valueOf(mail), List.copyOf(recipients), content, wire);
                    messages.add(message);
                    arrivals.add(message);
                }
                going = say(reply);
            }
            forget();
            return going;
        }

        private static String unstuffed(String wire) {
            String body = wire.substring(0, wire.length() - ".\r\n".length());
            return (body.startsWith(".") ? body.substring(1) : body).replace("\r\n.", "\r\n");
        }

        private void forget() {
            mail = null;
            recipients.clear();
            chunks.reset();
        }

        private String reply(String command, String usual) {
            String upper = command.toUpperCase(Locale.ROOT);
            return answers.entrySet().stream()
                    .filter(answer -> upper.startsWith(answer.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(usual);
        }

        private boolean answer(String command, String usual) throws IOException {
            return say(reply(command, usual));
        }

        private boolean say(String reply) throws IOException {
            line.say(reply);
            return !reply.startsWith("421");
        }
    }
}
