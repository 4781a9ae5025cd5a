package org.postrider.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.MailParameters;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;

/**
 * One milter in one SMTP session: what it has been told, what it has said of the session and of the message at hand, and
 * what its default action is where it cannot be asked.
 *
 * <p>Connected at the first MAIL: many clients never get so far, and what a milter says of a client or of its greeting is
 * an answer to MAIL as well.
 *
 * <p>Thread: confined.
 */
final class Milter implements AutoCloseable {
    static final Reply DOWN = Reply.of(451, "4.7.1", "Service unavailable - try again later");
    static final Reply DOWN_FOR_GOOD = Reply.of(550, "5.7.1", "Mail is not taken while its filter is down");
    private static final Opinion PASS = new Opinion.Pass();

    private final FilterSettings settings;
    private final FilterSettings.Milter own;
    private final Deadlines deadlines;
    private final Outages outages;

    private @Nullable MilterLink link;
    private Looking looking = Looking.YES;
    private @Nullable String greetingTold;
    private @Nullable Reply refusesClient;
    private boolean inMessage;

    /** Of the message at hand: the default action after a failure. */
    private @Nullable Reply refusesMessage;

    private boolean holdsMessage;
    private @Nullable FilterFailure failure;

    /** Whether it still wants to look. */
    private enum Looking {
        YES,
        NOT_AT_THIS_MESSAGE,
        NOT_IN_THIS_SESSION
    }

    /** What it says of one step. */
    sealed interface Opinion {
        record Pass() implements Opinion {}

        record Refuse(Reply reply) implements Opinion {}

        record Discard() implements Opinion {}
    }

    private interface Step {
        Opinion run() throws IOException;
    }

    Milter(FilterSettings settings, FilterSettings.Milter own, Deadlines deadlines, Outages outages) {
        this.settings = settings;
        this.own = own;
        this.deadlines = deadlines;
        this.outages = outages;
    }

    String name() {
        return own.name();
    }

    /** Why it could not be asked about this message, {@code null} where it could. */
    @Nullable
    FilterFailure failure() {
        return failure;
    }

    /** Whether the message is to be held because this milter could not be asked. */
    boolean holdsMessage() {
        return holdsMessage;
    }

    /** Whether it looks at the message at hand, or should have. */
    boolean concernsMessage() {
        return looking == Looking.YES || failure != null;
    }

    /** Begins a message. */
    Opinion sender(ClientFacts client, ReversePath reversePath, MailParameters parameters, long octets) {
        forget();
        if (refusesClient != null) {
            return new Opinion.Refuse(refusesClient);
        }
        return looking == Looking.YES ? guarded(() -> mail(client, reversePath, parameters, octets)) : PASS;
    }

    /** Once more on a new connection where an old one turns out to have ended, as when the milter was restarted. */
    private Opinion mail(ClientFacts client, ReversePath reversePath, MailParameters parameters, long octets)
            throws IOException {
        boolean fresh = link == null;
        try {
            return begin(client, reversePath, parameters, octets);
        } catch (FilterFailure broken) {
            if (fresh) {
                throw broken;
            }
            drop();
            return begin(client, reversePath, parameters, octets);
        }
    }

    private void forget() {
        reset();
        refusesMessage = null;
        holdsMessage = false;
        failure = null;
        if (looking == Looking.NOT_AT_THIS_MESSAGE) {
            looking = Looking.YES;
        }
    }

    /** Has the milter forget the message before. */
    private void reset() {
        if (inMessage && link != null) {
            try {
                link.abort(own.timeouts().command());
            } catch (FilterFailure _) {
                // The next message opens a new connection.
                drop();
            }
        }
        inMessage = false;
    }

    private Opinion begin(ClientFacts client, ReversePath reversePath, MailParameters parameters, long octets)
            throws IOException {
        MilterLink open = link;
        if (open == null) {
            open = outages.connect(
                    own.address().socket(),
                    () -> MilterLink.open(own.address(), own.timeouts().connect(), deadlines));
            link = open;
            greetingTold = null;
            Opinion opinion = connect(open, client);
            if (!(opinion instanceof Opinion.Pass) || looking != Looking.YES) {
                return opinion;
            }
        }
        if (!client.greeting().equals(greetingTold)) {
            Opinion opinion = helo(open, client);
            if (!(opinion instanceof Opinion.Pass) || looking != Looking.YES) {
                return opinion;
            }
        }
        open.tell(MacroStage.MAIL, Macros.mail(client, reversePath.mailbox()));
        inMessage = true;
        if (!open.agreed().wants(Negotiated.NO_MAIL)) {
            return PASS;
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream(128);
        Macros.string(data, reversePath.toString());
        if (octets > 0) {
            Macros.string(data, "SIZE=" + octets);
        }
        switch (parameters.body()) {
            case SEVEN_BIT -> {}
            case EIGHT_BIT_MIME -> Macros.string(data, "BODY=8BITMIME");
            case BINARY_MIME -> Macros.string(data, "BODY=BINARYMIME");
        }
        if (parameters.smtpUtf8()) {
            Macros.string(data, "SMTPUTF8");
        }
        return opinion(ask(open, 'M', data, Negotiated.SILENT_MAIL), Looking.NOT_AT_THIS_MESSAGE);
    }

    private Opinion connect(MilterLink open, ClientFacts client) throws IOException {
        open.tell(MacroStage.CONNECT, Macros.connect(client));
        if (!open.agreed().wants(Negotiated.NO_CONNECT)) {
            return PASS;
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream(128);
        String address = client.remote().getAddress().getHostAddress();
        Macros.string(data, client.reverseName().map(Domain::ascii).orElse("[" + address + "]"));
        data.write(client.remote().getAddress() instanceof Inet4Address ? '4' : '6');
        data.writeBytes(ByteBuffer.allocate(Short.BYTES)
                .putShort((short) client.remote().getPort())
                .array());
        Macros.string(data, address);
        Opinion opinion = opinion(ask(open, 'C', data, Negotiated.SILENT_CONNECT), Looking.NOT_IN_THIS_SESSION);
        if (opinion instanceof Opinion.Refuse(Reply reply)) {
            refusesClient = reply;
        }
        return opinion;
    }

    private Opinion helo(MilterLink open, ClientFacts client) throws IOException {
        open.tell(MacroStage.HELO, Macros.helo(client));
        Opinion opinion = PASS;
        if (open.agreed().wants(Negotiated.NO_HELO)) {
            ByteArrayOutputStream data = new ByteArrayOutputStream(64);
            Macros.string(data, client.greeting());
            opinion = opinion(ask(open, 'H', data, Negotiated.SILENT_HELO), Looking.NOT_IN_THIS_SESSION);
        }
        // Told again with the next MAIL where it was refused.
        greetingTold = opinion instanceof Opinion.Pass ? client.greeting() : null;
        return opinion;
    }

    /** Adds a recipient. */
    Opinion recipient(Recipient recipient) {
        if (refusesMessage != null) {
            return new Opinion.Refuse(refusesMessage);
        }
        MilterLink open = link;
        if (open == null || looking != Looking.YES) {
            return PASS;
        }
        return guarded(() -> {
            open.tell(MacroStage.RCPT, Macros.rcpt(recipient.mailbox()));
            if (!open.agreed().wants(Negotiated.NO_RCPT)) {
                return PASS;
            }
            ByteArrayOutputStream data = new ByteArrayOutputStream(64);
            Macros.string(data, recipient.forwardPath().toString());
            return opinion(ask(open, 'R', data, Negotiated.SILENT_RCPT), Looking.NOT_AT_THIS_MESSAGE);
        });
    }

    private MilterAnswer.Verdict ask(MilterLink open, char command, ByteArrayOutputStream data, int silent)
            throws IOException {
        return open.ask(
                command,
                data.toByteArray(),
                open.agreed().answers(silent),
                own.timeouts().command());
    }

    private Opinion opinion(MilterAnswer.Verdict verdict, Looking afterAccept) throws FilterFailure {
        return switch (verdict) {
            case MilterAnswer.Continue _ -> PASS;
            case MilterAnswer.Accept _ -> {
                looking = afterAccept;
                yield PASS;
            }
            case MilterAnswer.Discard _ -> new Opinion.Discard();
            case MilterAnswer.Refuse(Reply reply) -> new Opinion.Refuse(reply);
            case MilterAnswer.Skip _ -> throw new FilterFailure("it skips what is no body");
        };
    }

    /**
     * What it says of the content.
     *
     * @throws IOException where our own disk refuses
     */
    Reading content(QueueId id, Content content, Scratch scratch) throws IOException {
        MilterLink open = link;
        if (refusesMessage != null) {
            return new Reading(new Opinion.Refuse(refusesMessage), null);
        }
        if (open == null || looking != Looking.YES) {
            return new Reading(PASS, null);
        }
        Edits edits = new Edits(open.agreed(), settings, scratch);
        try {
            Opinion opinion = new ContentTalk(open, edits, id, own.timeouts().content()).run(content);
            Content edited = opinion instanceof Opinion.Pass ? edits.applied(content) : content;
            return new Reading(opinion, edits.isEmpty() ? null : new Edited(edits, edited));
        } catch (FilterFailure broken) {
            Opinion fallback = failed(broken);
            boolean accepts = own.defaultAction() == DefaultAction.ACCEPT;
            // Half of its edits say that it wanted the message otherwise, and not how: only ACCEPT can go on from
            // there.
            return new Reading(edits.isEmpty() || accepts ? fallback : new Opinion.Refuse(DOWN), null);
        }
    }

    /**
     * What it says of the content.
     *
     * @param edited {@code null} where it leaves the message as it is
     */
    record Reading(Opinion opinion, @Nullable Edited edited) {}

    /** Its edits, and the content with them. */
    record Edited(Edits edits, Content content) {}

    /** The steps from DATA to the end of the message. */
    private final class ContentTalk {
        private final MilterLink open;
        private final Negotiated agreed;
        private final Edits edits;
        private final QueueId id;
        private final Duration wait;
        private boolean skipped;

        ContentTalk(MilterLink open, Edits edits, QueueId id, Duration wait) {
            this.open = open;
            this.agreed = open.agreed();
            this.edits = edits;
            this.id = id;
            this.wait = wait;
        }

        Opinion run(Content content) throws IOException {
            Opinion opinion = data();
            if (goesOn(opinion)) {
                opinion = header(content);
            }
            if (goesOn(opinion)) {
                opinion = endOfHeader();
            }
            if (goesOn(opinion) && agreed.wants(Negotiated.NO_BODY)) {
                opinion = body(content);
            }
            if (!goesOn(opinion)) {
                return opinion;
            }
            open.tell(MacroStage.END_OF_MESSAGE, Macros.content(id));
            MilterAnswer.Verdict verdict = open.end(edits, wait);
            inMessage = false;
            return opinion(verdict, Looking.NOT_AT_THIS_MESSAGE);
        }

        private boolean goesOn(Opinion opinion) {
            return opinion instanceof Opinion.Pass && looking == Looking.YES;
        }

        private Opinion step(char command, byte[] data, int silent) throws IOException {
            return opinion(open.ask(command, data, agreed.answers(silent), wait), Looking.NOT_AT_THIS_MESSAGE);
        }

        private Opinion data() throws IOException {
            open.tell(MacroStage.DATA, Macros.content(id));
            return agreed.wantsData() ? step('T', new byte[0], Negotiated.SILENT_DATA) : PASS;
        }

        private Opinion header(Content content) throws IOException {
            Opinion opinion = PASS;
            if (agreed.wants(Negotiated.NO_HEADERS)) {
                for (Field field : content.fields()) {
                    ByteArrayOutputStream data = new ByteArrayOutputStream(field.octets().length + 2);
                    data.writeBytes(field.name().getBytes(StandardCharsets.US_ASCII));
                    data.write(0);
                    data.writeBytes(field.value(agreed.exactHeaders()));
                    data.write(0);
                    opinion = step('L', data.toByteArray(), Negotiated.SILENT_HEADER);
                    if (!goesOn(opinion)) {
                        return opinion;
                    }
                }
            }
            return opinion;
        }

        private Opinion endOfHeader() throws IOException {
            if (!agreed.wants(Negotiated.NO_END_OF_HEADER)) {
                return PASS;
            }
            open.tell(MacroStage.END_OF_HEADER, Macros.content(id));
            return step('N', new byte[0], Negotiated.SILENT_END_OF_HEADER);
        }

        private Opinion body(Content content) throws IOException {
            byte[] chunk = new byte[MilterLink.CHUNK_OCTETS];
            Opinion opinion = PASS;
            long at = 0;
            int count = content.readBody(at, chunk);
            while (count > 0 && goesOn(opinion) && !skipped) {
                at += count;
                opinion = piece(Arrays.copyOf(chunk, count));
                count = content.readBody(at, chunk);
            }
            return opinion;
        }

        private Opinion piece(byte[] octets) throws IOException {
            MilterAnswer.Verdict verdict = open.ask('B', octets, agreed.answers(Negotiated.SILENT_BODY), wait);
            if (verdict instanceof MilterAnswer.Skip && agreed.maySkip()) {
                skipped = true;
                return PASS;
            }
            return opinion(verdict, Looking.NOT_AT_THIS_MESSAGE);
        }
    }

    private Opinion guarded(Step step) {
        try {
            return step.run();
        } catch (FilterFailure broken) {
            return failed(broken);
        } catch (IOException e) {
            return failed(new FilterFailure(String.valueOf(e.getMessage()), e));
        }
    }

    private Opinion failed(FilterFailure broken) {
        broken.log(own.name());
        failure = broken;
        drop();
        looking = Looking.NOT_AT_THIS_MESSAGE;
        return switch (own.defaultAction()) {
            case ACCEPT -> PASS;
            case QUARANTINE -> {
                holdsMessage = true;
                yield PASS;
            }
            case TEMPFAIL -> refuseMessage(DOWN);
            case REJECT -> refuseMessage(DOWN_FOR_GOOD);
        };
    }

    private void drop() {
        if (link != null) {
            link.drop();
            link = null;
        }
        inMessage = false;
    }

    private Opinion refuseMessage(Reply reply) {
        refusesMessage = reply;
        return new Opinion.Refuse(reply);
    }

    @Override
    public void close() {
        if (link != null) {
            link.close();
            link = null;
        }
    }
}
