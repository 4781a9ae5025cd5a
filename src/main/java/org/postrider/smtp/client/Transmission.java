package org.postrider.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.BodyType;
import org.postrider.mail.Reply;
import org.postrider.mail.Reply.Severity;
import org.postrider.smtp.client.Transaction.Answer;

/**
 * One message on its way over a connection: the envelope, the content, and the replies that decide for each recipient.
 *
 * <p>The envelope's commands are numbered steps: RSET where one is due, MAIL, each RCPT, DATA. They go out in groups, and
 * the replies to a group are read before the next: a group is one command, or, to a peer that offers PIPELINING, so many
 * that neither they nor their replies can fill the buffers between us and block both sides (RFC 2920 §3.1). Whoever does
 * not offer it thus never gets a command before the last one's reply, by the same code.
 *
 * <p>Thread: confined to the connection's; used once.
 */
final class Transmission {
    /** The replies to them, of the 512 octets that RFC 5321 §4.5.3.1.5 allows each, fit in a socket's buffers. */
    static final int GROUP_COMMANDS_MAX = 50;

    static final int GROUP_OCTETS_MAX = 16 * 1024;
    private static final int CONTENT_OCTETS_MIN = 1024;
    private static final int CONTENT_OCTETS_MAX = 16 * 1024;
    /** How long to wait for the last words of a peer that no longer reads. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /** RFC 5321 §3.8. */
    static final int SHUTTING_DOWN = 421;

    private static final int RSET = 0;
    private static final int MAIL = 1;
    private static final int FIRST_RCPT = 2;

    private final Wire wire;
    private final ReplyReader replies;
    private final Dial dial;
    private final ClientSettings settings;
    private final Capabilities capabilities;
    private final OutgoingMessage message;
    private final EnvelopeCommands commands;
    private final boolean chunking;
    private final int data;
    private final @Nullable Answer[] answers;

    private Stage stage = Stage.MAIL;
    private boolean contentSentWhole;
    private boolean shuttingDown;
    private boolean mailRefused;
    private boolean dataGranted;
    private int accepted;
    private boolean open;
    private boolean outOfStep;

    Transmission(Wire wire, Dial dial, ClientSettings settings, Capabilities capabilities, OutgoingMessage message) {
        this.wire = wire;
        this.replies = new ReplyReader(wire);
        this.dial = dial;
        this.settings = settings;
        this.capabilities = capabilities;
        this.message = message;
        this.commands = new EnvelopeCommands(capabilities, message);
        this.chunking = message.parameters().body() == BodyType.BINARY_MIME
                || (capabilities.chunking() && message.octets() >= settings.chunkingOctetsMin());
        this.data = FIRST_RCPT + message.recipients().size();
        this.answers = new Answer[message.recipients().size()];
    }

    /** @param reset whether the session's last transaction is still open at the peer */
    Transaction run(boolean reset) {
        open = reset;
        try {
            sendEnvelope(reset ? RSET : MAIL);
            if (accepted > 0 && !shuttingDown && (dataGranted || chunking)) {
                sendContent();
            } else if (dataGranted && !shuttingDown) {
                endWithoutContent();
            }
            return completed(known());
        } catch (BrokenWire e) {
            outOfStep = true;
            List<Optional<Answer>> known = known();
            // A peer that refuses and hangs up has still answered.
            return known.stream().allMatch(Optional::isPresent)
                    ? completed(known)
                    : new Transaction.Broken(stage, contentSentWhole, e.failure(), e.what(), known);
        } catch (IOException e) {
            // The wire throws BrokenWire: this is the content's.
            return new Transaction.ContentFailed("content unreadable: " + e.getMessage());
        }
    }

    private List<Optional<Answer>> known() {
        return Arrays.stream(answers).map(Optional::ofNullable).toList();
    }

    private Transaction.Completed completed(List<Optional<Answer>> known) {
        return new Transaction.Completed(
                known.stream().map(Optional::orElseThrow).toList(), capabilities.dsn());
    }

    /** Whether the connection is good for another transaction, once this one has completed. */
    boolean connectionUsable() {
        return !shuttingDown && !outOfStep && !wire.hasUnread();
    }

    /** Whether the peer still holds this transaction open, so that only RSET lets it take another. */
    boolean leftOpen() {
        return open;
    }

    private void sendEnvelope(int first) throws BrokenWire {
        int end = chunking ? data : data + 1;
        int step = first;
        while (step < end && !envelopeDecided(step)) {
            int groupEnd = sendGroup(step, end);
            for (; step < groupEnd && !shuttingDown; step++) {
                stage = stage(step);
                take(step, replies.read(limit(step)));
            }
        }
    }

    private boolean envelopeDecided(int step) {
        return shuttingDown || mailRefused || (step == data && accepted == 0);
    }

    private int sendGroup(int step, int end) throws BrokenWire {
        stage = stage(step);
        requireSilence();
        int next = step;
        do {
            wire.put(command(next++));
        } while (capabilities.pipelining()
                && next < end
                && next - step < GROUP_COMMANDS_MAX
                && wire.pending() < GROUP_OCTETS_MAX);
        wire.flush();
        return next;
    }

    private String command(int step) {
        if (step == data) {
            return "DATA\r\n";
        }
        return switch (step) {
            case RSET -> "RSET\r\n";
            case MAIL -> commands.mail();
            default -> commands.rcpt(step - FIRST_RCPT);
        };
    }

    private Stage stage(int step) {
        if (step == data) {
            return Stage.DATA;
        }
        return step < FIRST_RCPT ? Stage.MAIL : Stage.RCPT;
    }

    private Duration limit(int step) {
        if (step == data) {
            return settings.dataInitiation();
        }
        return step < FIRST_RCPT ? settings.mail() : settings.rcpt();
    }

    private void take(int step, Reply reply) throws BrokenWire {
        if (reply.code() == SHUTTING_DOWN) {
            // RFC 5321 §3.8: it closes now, whatever the command was.
            shuttingDown = true;
            answerRest(reply);
        } else if (step == RSET) {
            require(reply.isPositive(), reply);
            open = false;
        } else if (step == MAIL) {
            takeMail(reply);
        } else if (step == data) {
            takeData(reply);
        } else if (!mailRefused) {
            takeRcpt(step - FIRST_RCPT, reply);
        }
    }

    private void takeMail(Reply reply) throws BrokenWire {
        require(reply.severity() != Severity.INTERMEDIATE, reply);
        if (reply.isPositive()) {
            open = true;
        } else {
            mailRefused = true;
            answerRest(reply);
        }
    }

    private void takeRcpt(int recipient, Reply reply) throws BrokenWire {
        require(reply.severity() != Severity.INTERMEDIATE, reply);
        if (reply.isPositive()) {
            accepted++;
        } else {
            answers[recipient] = new Answer(stage, reply);
        }
    }

    private void takeData(Reply reply) throws BrokenWire {
        // A 250 here answers something else: to go on would be to take a stray reply for the message's.
        require(!reply.isPositive(), reply);
        if (reply.severity() == Severity.INTERMEDIATE) {
            dataGranted = true;
        } else {
            answerRest(reply);
        }
    }

    /** RFC 2920 §3.1: a server that grants DATA without any recipient gets an empty message, and refuses it. */
    private void endWithoutContent() throws BrokenWire {
        if (dial.protocol() == Protocol.LMTP) {
            // RFC 2033 §4.2: no recipient, no reply; the next reply would be anybody's guess.
            outOfStep = true;
            return;
        }
        stage = Stage.END;
        requireSilence();
        wire.put(".\r\n");
        wire.flush();
        shuttingDown = replies.read(settings.dataTermination()).code() == SHUTTING_DOWN;
        open = false;
    }

    private void sendContent() throws BrokenWire, IOException {
        stage = Stage.CONTENT;
        requireSilence();
        @Nullable Reply refusal;
        try {
            refusal = chunking ? sendChunks() : sendData();
        } catch (BrokenWire e) {
            refusal = lastWords(e);
        }
        if (refusal != null) {
            shuttingDown |= refusal.code() == SHUTTING_DOWN;
            answerRest(refusal);
            return;
        }
        contentSentWhole = true;
        stage = Stage.END;
        takeEnd();
    }

    private @Nullable Reply sendData() throws BrokenWire, IOException {
        ContentWriter writer = ContentWriter.stuffing(wire);
        try (InputStream content = message.content().open()) {
            byte[] buffer = contentBuffer();
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                writer.put(buffer, 0, read);
            }
        }
        writer.end();
        wire.flush();
        return null;
    }

    /** What refused a chunk before the last one, else {@code null}. */
    private @Nullable Reply sendChunks() throws BrokenWire, IOException {
        ChunkSender chunks = new ChunkSender(wire, replies, settings.dataTermination(), capabilities.pipelining());
        boolean binary = message.parameters().body() == BodyType.BINARY_MIME;
        ContentWriter writer = ContentWriter.plain(chunks);
        try (InputStream content = message.content().open()) {
            byte[] buffer = contentBuffer();
            for (int read = content.read(buffer); read >= 0 && !chunks.refused(); read = content.read(buffer)) {
                (binary ? chunks : writer).put(buffer, 0, read);
            }
        }
        if (!binary) {
            writer.end();
        }
        try {
            return chunks.finish();
        } finally {
            // From here on the peer may have taken the message, whatever becomes of the replies.
            contentSentWhole = chunks.lastSent() && !chunks.refused();
        }
    }

    private byte[] contentBuffer() {
        return new byte[Math.clamp(message.octets(), CONTENT_OCTETS_MIN, CONTENT_OCTETS_MAX)];
    }

    /** What a peer said before it hung up on our content, if it refused; else {@code e} again. */
    private Reply lastWords(BrokenWire e) throws BrokenWire {
        if (e.failure() != Failure.BROKEN) {
            throw e;
        }
        Reply reply;
        try {
            reply = replies.read(LAST_WORDS);
        } catch (BrokenWire _) {
            throw e;
        }
        if (reply.isPositive() || reply.severity() == Severity.INTERMEDIATE) {
            throw e;
        }
        outOfStep = true;
        return reply;
    }

    private void takeEnd() throws BrokenWire {
        boolean forEach = dial.protocol() == Protocol.LMTP;
        for (int i = 0; i < answers.length && !shuttingDown; i++) {
            if (answers[i] == null) {
                Reply reply = replies.read(settings.dataTermination());
                require(reply.severity() != Severity.INTERMEDIATE, reply);
                open = false;
                shuttingDown = reply.code() == SHUTTING_DOWN;
                if (forEach && !shuttingDown) {
                    answers[i] = new Answer(stage, reply);
                } else {
                    answerRest(reply);
                }
            }
        }
    }

    private void answerRest(Reply reply) {
        Answer answer = new Answer(stage, reply);
        for (int i = 0; i < answers.length; i++) {
            if (answers[i] == null) {
                answers[i] = answer;
            }
        }
    }

    private void requireSilence() throws BrokenWire {
        if (wire.hasUnread()) {
            throw new BrokenWire(Failure.PROTOCOL, "the peer spoke out of turn before " + stage.words());
        }
    }

    private void require(boolean inStep, Reply reply) throws BrokenWire {
        if (!inStep) {
            throw new BrokenWire(Failure.PROTOCOL, "unexpected reply to " + stage.words() + ": " + reply.text());
        }
    }
}
