package org.postrider.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mail.QueueId;
import org.postrider.mail.Receipt;
import org.postrider.mail.Reply;
import org.postrider.sasl.Login;
import org.postrider.smtp.WireLimits;
import org.postrider.smtp.server.ContentSink.Completion;
import org.postrider.smtp.server.WireReader.Line;
import org.postrider.tls.TlsFacts;

/**
 * One client's session, from the greeting to the last reply. Reads a command, runs it, and so on; what a command may do to
 * the session is what the methods below allow.
 *
 * <p>Thread: confined to the one that calls {@link #run}.
 */
final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());
    private static final Set<String> HTTP_VERBS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI");

    private final Peer peer;
    private final Receptionist.Visit visit;
    private final Wire wire;
    /** Over {@link #wire}, where the client has asked for it. */
    private @Nullable TlsWire tls;

    private final WireReader reader;
    private final ReplyWriter replies;
    private final Watch watch;
    private final Deadlines deadlines;
    private final MinuteLedger commandLedger;
    private final MinuteLedger handshakes;
    private final Supplier<StressLevel> stress;
    private final SessionObserver observer;
    private final Map<String, Command> commands;
    private final SessionTerms terms;
    private final long began;

    private State state = new State.Connected();
    private @Nullable Login login;
    private String verb = "?";
    private @Nullable Reply last;
    private int commandCount;
    private int messages;
    private int mailCount;
    private int errors;
    private int junk;

    /** What a session works with. */
    record Tools(
            Wire wire,
            Watch watch,
            WireReader reader,
            ReplyWriter replies,
            Deadlines deadlines,
            MinuteLedger commandLedger,
            MinuteLedger handshakes) {}

    Session(
            Peer peer,
            Receptionist.Visit visit,
            Tools tools,
            SessionTerms terms,
            Supplier<StressLevel> stress,
            SessionObserver observer) {
        this.peer = peer;
        this.visit = visit;
        this.wire = tools.wire();
        this.watch = tools.watch();
        this.reader = tools.reader();
        this.replies = tools.replies();
        this.deadlines = tools.deadlines();
        this.commandLedger = tools.commandLedger();
        this.handshakes = tools.handshakes();
        this.stress = stress;
        this.observer = observer;
        this.commands = CommandTable.of(terms.calm().protocol());
        this.terms = terms;
        this.began = deadlines.now();
    }

    /** Serves the client until one of the two leaves. Never throws. */
    void run() {
        Ending ending = Ending.FAILED;
        try {
            deadlines.add(watch);
            observer.opened(peer);
            open();
            // Read here: most sessions spend their time in this wait, and each frame of its stack is kept for each of
            // them.
            while (true) {
                beforeCommand();
                obey(reader.line(settings().limits(), commandDue()));
            }
        } catch (SessionEnd end) {
            ending = end.ending();
            sayGoodbye(end);
        } catch (IOException _) {
            ending = Ending.LOST;
        } catch (RuntimeException | Error defect) {
            // One session's defect, even a lack of memory, is no reason to end the others.
            complain("session", defect);
            sayGoodbye(new SessionEnd(ending, Replies.FAILED));
        } finally {
            leave(ending);
        }
    }

    private void open() throws IOException, SessionEnd {
        SessionSettings calm = terms.calm();
        if (calm.security().tls() == SecurityOffer.Tls.IMPLICIT) {
            // A client of such a port understands nothing but TLS; without a certificate there is nothing to tell it.
            if (!countHandshake()) {
                throw new SessionEnd(Ending.TLS_FAILED, null);
            }
            secure(calm.security().engines().engine().orElseThrow(() -> new SessionEnd(Ending.TLS_FAILED, null)));
        }
        greet();
    }

    private void beforeCommand() throws SessionEnd {
        if (watch.stopping()) {
            throw new SessionEnd(Ending.STOPPED, Replies.STOPPING);
        }
        verb = "?";
    }

    private void obey(Line line) throws IOException, SessionEnd {
        commandCount++;
        countMinute();
        switch (line) {
            case Line.Broken(Reply reply) -> reply(state instanceof State.TurnedAway ? Replies.ONLY_QUIT : reply);
            case Line.Whole(String text, int octets) -> obey(text, octets);
        }
        if (errors >= settings().limits().errorsMax()) {
            throw new SessionEnd(Ending.LIMIT_EXCEEDED, Replies.TOO_MANY_ERRORS);
        }
    }

    private void greet() throws IOException, SessionEnd {
        Duration delay = terms.calm().timeouts().greetingDelay();
        if (!delay.isZero()) {
            pause(delay);
        }
        watchForEarlyTalk(EarlyTalk.BEFORE_GREETING);
        @Nullable Reply answer = visit.connected();
        if (answer != null && !answer.isPositive()) {
            state = new State.TurnedAway();
            reply(answer);
            return;
        }
        reply(answer != null ? answer : terms.greeting());
    }

    private static void pause(Duration delay) throws SessionEnd {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException _) {
            throw new SessionEnd(Ending.STOPPED, Replies.STOPPING);
        }
    }

    private void obey(String line, int octets) throws IOException, SessionEnd {
        int space = line.indexOf(' ');
        String word = Ascii.upper(space < 0 ? line : line.substring(0, space));
        String argument = space < 0 ? "" : line.substring(space + 1).strip();
        @Nullable Command command = commands.get(word);
        if (command == null) {
            refuseUnknown(word, octets);
            return;
        }
        verb = word;
        if (state.greeting() instanceof Greeted(Greeted.Verb how, String _) && how == Greeted.Verb.HELO) {
            watchForEarlyTalk(EarlyTalk.UNOFFERED_PIPELINING);
        }
        if (command.isJunk() && ++junk > settings().limits().junkCommandsMax()) {
            throw new SessionEnd(Ending.LIMIT_EXCEEDED, Replies.TOO_MUCH_JUNK);
        }
        if (state instanceof State.TurnedAway && !(command instanceof QuitCommand)) {
            command.refuse(this, argument, Replies.ONLY_QUIT);
        } else if (octets > command.lineOctetsMax()) {
            command.refuse(this, argument, Replies.LINE_TOO_LONG);
        } else if (command.needsGreeting() && state.greeting() == null) {
            reply(Replies.NEED_GREETING);
        } else {
            command.run(this, argument);
        }
    }

    private void refuseUnknown(String word, int octets) throws IOException, SessionEnd {
        if (state instanceof State.TurnedAway) {
            reply(Replies.ONLY_QUIT);
        } else if (HTTP_VERBS.contains(word)) {
            throw new SessionEnd(Ending.NOT_SMTP, Replies.HTTP);
        } else {
            reply(octets > WireLimits.COMMAND_LINE_OCTETS ? Replies.LINE_TOO_LONG : Replies.UNKNOWN_VERB);
        }
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    boolean isSecured() {
        return tls != null;
    }

    boolean isLoggedIn() {
        return login != null;
    }

    /** Whether AUTH is there for this client now. */
    boolean offersAuth() {
        return terms.calm().security().allowsAuth(isSecured())
                && !visit.mechanisms().isEmpty();
    }

    /**
     * Counts a handshake, which costs us more than the client, against those that one address may ask for in a minute.
     * Whoever is on this machine could take its processors anyway.
     *
     * @return whether it may begin
     */
    boolean countHandshake() {
        InetAddress address = peer.remote().getAddress();
        int most = settings().limits().handshakesPerMinuteMax();
        return most == SessionLimits.UNLIMITED
                || address.isLoopbackAddress()
                || handshakes.count(address, deadlines.now()) <= most;
    }

    /** Goes over to TLS, and forgets all that was said before (RFC 3207 §4.2). */
    void secure(SSLEngine engine) throws IOException, SessionEnd {
        replies.flush();
        watch.begin(Watch.Waiting.FOR_WRITE, deadlines.now() + SessionTimeouts.HANDSHAKE.toNanos());
        Watch.Ended ended = Watch.Ended.BY_ITSELF;
        TlsWire over;
        try {
            over = TlsWire.over(wire, engine, reader.takeUnused());
        } catch (IOException e) {
            observer.notSecured(peer, String.valueOf(e.getMessage()));
            throw new SessionEnd(Ending.TLS_FAILED, null);
        } finally {
            ended = watch.end();
        }
        if (ended != Watch.Ended.BY_ITSELF) {
            throw new SessionEnd(Ending.TLS_FAILED, null);
        }
        dropTransaction();
        state = new State.Connected();
        login = null;
        tls = over;
        reader.readFrom(over);
        replies.writeTo(over);
        TlsFacts facts = over.facts();
        visit.secured(facts, over.channelBinding());
        observer.secured(peer, facts);
    }

    /** An exchange has accepted the client; the receptionist has the last word. */
    void loggedIn(Login accepted) throws IOException, SessionEnd {
        Reply answer = visit.authenticated(accepted);
        if (answer.isPositive()) {
            login = accepted;
            errors = 0;
        }
        reply(answer);
    }

    /** The client's answer to a challenge. */
    Line responseLine() throws IOException, SessionEnd {
        return reader.line(settings().limits(), commandDue());
    }

    /** The settings, those for hard times included. */
    SessionSettings settings() {
        return switch (stress.get()) {
            case CALM -> terms.calm();
            case BUSY, OVERLOADED -> terms.stressed();
        };
    }

    Receptionist.Visit visit() {
        return visit;
    }

    WireReader reader() {
        return reader;
    }

    /** The clock of a message whose content begins now. */
    Pace pace() {
        return new Pace(settings().timeouts(), deadlines.now());
    }

    /** Ends the transaction, if there is one, without a trace. */
    void dropTransaction() {
        if (state instanceof State.Sending(Greeted greeted, Transaction transaction)) {
            transaction.drop();
            state = new State.Ready(greeted);
        }
    }

    /** Answers a command. A negative reply counts as the client's error, a 421 or 521 ends the session. */
    void reply(Reply reply) throws IOException, SessionEnd {
        switch (reply.severity()) {
            case POSITIVE, INTERMEDIATE -> {}
            case TRANSIENT_NEGATIVE, PERMANENT_NEGATIVE -> errors++;
        }
        replyUncounted(reply);
    }

    void replyUncounted(Reply reply) throws IOException, SessionEnd {
        last = reply;
        replies.append(reply);
        observer.answered(verb, reply.code());
        // RFC 5321 §3.8: 421 announces that we close; after 521 we may (RFC 7504 §3), and save what it would cost to
        // stay.
        if (reply.code() == 421 || reply.code() == 521) {
            throw new SessionEnd(Ending.DISMISSED, null);
        }
    }

    /** Asks the receptionist about a client that has sent more where it had to wait, if the listener minds. */
    void watchForEarlyTalk(EarlyTalk when) throws IOException, SessionEnd {
        @Nullable Reply refusal = terms.calm().watchesEarlyTalk() && reader.hasMore() ? visit.spokeEarly(when) : null;
        if (refusal != null) {
            throw new SessionEnd(Ending.NOT_SMTP, refusal);
        }
    }

    /** Counts a MAIL against the messages that one session may send (RFC 9422 §4.1). */
    void countMail() throws SessionEnd {
        if (++mailCount > settings().limits().messagesMax()) {
            throw new SessionEnd(Ending.LIMIT_EXCEEDED, Replies.TOO_MANY_MESSAGES);
        }
    }

    /** Answers the end of a message's content, and ends the transaction with it, whatever the answer. */
    void complete(Transaction transaction, ContentScanner content, Pace pace) throws IOException, SessionEnd {
        long arrived = deadlines.now();
        @Nullable ContentFault fault = content.fault();
        Completion completion = fault != null
                ? new Completion.Refused(fault.reply())
                : content.sink().end();
        @Nullable QueueId id = null;
        Reply reply = switch (completion) {
            case Completion.Refused(Reply refusal) -> refusal;
            case Completion.Accepted(Receipt receipt, var remark) -> {
                id = receipt.id();
                errors = 0;
                junk = 0;
                messages++;
                yield accepted(receipt, remark);
            }
        };
        dropTransaction();
        observer.received(
                peer,
                new SessionObserver.Received(
                        id,
                        reply,
                        content.octets(),
                        transaction.recipientCount(),
                        Duration.ofNanos(arrived - pace.start()),
                        Duration.ofNanos(deadlines.now() - arrived)));
        int count = switch (terms.calm().protocol()) {
            case SMTP -> 1;
            // RFC 2033 §4.2: one reply for each recipient that was accepted, in their order.
            case LMTP -> transaction.acceptedCount();
        };
        reply(reply);
        for (int i = 1; i < count; i++) {
            replyUncounted(reply);
        }
    }

    /** The one place where a message gets its 250; the receipt proves that it is durable. */
    private static Reply accepted(Receipt receipt, @Nullable String remark) {
        String id = receipt.id().text();
        return new Reply(250, Replies.OK.status(), List.of(remark == null ? "OK queued as " + id : remark + " " + id));
    }

    private long commandDue() {
        long now = deadlines.now();
        long due = now + settings().timeouts().command().toNanos();
        if (state instanceof State.Sending(Greeted _, Transaction transaction)) {
            Transaction.@Nullable Chunks chunks = transaction.chunks();
            return chunks == null ? due : Math.min(due, chunks.pace().rateDue());
        }
        return due;
    }

    private void countMinute() throws SessionEnd {
        int most = settings().limits().commandsPerMinuteMax();
        if (most == SessionLimits.UNLIMITED) {
            return;
        }
        if (commandLedger.count(peer.remote().getAddress(), deadlines.now()) > most) {
            throw new SessionEnd(Ending.LIMIT_EXCEEDED, Replies.TOO_FAST);
        }
    }

    /** Sends what is left to send, and gives the client a moment to read it. */
    private void sayGoodbye(SessionEnd end) {
        try {
            Reply farewell = end.farewell();
            if (farewell != null) {
                last = farewell;
                observer.answered(verb, farewell.code());
                replies.append(farewell);
            }
            switch (end.ending()) {
                case LOST, NOT_READING, TLS_FAILED -> {}
                case QUIT, TIMED_OUT, STOPPED -> {
                    replies.flush();
                    if (tls != null) {
                        tls.finishTls();
                    }
                }
                case LIMIT_EXCEEDED, NOT_SMTP, DISMISSED, FAILED -> {
                    replies.flush();
                    outermost().finish();
                    reader.linger(deadlines.now() + SessionTimeouts.LINGER.toNanos());
                }
            }
        } catch (IOException | SessionEnd _) {
            // The client has gone, or does not listen any more.
            return;
        } catch (RuntimeException | Error defect) {
            complain("the end of the session", defect);
        }
    }

    private Wire outermost() {
        return tls != null ? tls : wire;
    }

    private void complain(String what, Throwable defect) {
        try {
            LOG.log(System.Logger.Level.ERROR, () -> what + " of " + peer.remote() + " failed", defect);
        } catch (RuntimeException | Error _) {
            // What the session lacks, logging may lack too; that must not end its thread before it has said goodbye.
            return;
        }
    }

    private void leave(Ending ending) {
        try {
            dropTransaction();
        } catch (RuntimeException | Error defect) {
            complain("dropping the transaction", defect);
        }
        try {
            visit.left();
        } catch (RuntimeException | Error defect) {
            complain("leaving the session", defect);
        }
        try {
            deadlines.remove(watch);
            wire.close();
            reader.release();
            Duration lasted = Duration.ofNanos(deadlines.now() - began);
            if (ending.isAbnormal()) {
                LOG.log(System.Logger.Level.DEBUG, () -> "session of " + peer.remote() + " ended: " + ending);
            }
            observer.closed(peer, new SessionObserver.Closed(ending, commandCount, messages, lasted, last));
        } catch (RuntimeException | Error defect) {
            complain("closing the session", defect);
        }
    }
}
