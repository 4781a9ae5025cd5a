package org.postrider.reception;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.event.FactEvents;
import org.postrider.filter.FilteredMessage;
import org.postrider.filter.Verdict;
import org.postrider.mail.BodyType;
import org.postrider.mail.Envelope;
import org.postrider.mail.Finding;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.mail.Reply;
import org.postrider.mail.TlsWish;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.sign.SignedContent;
import org.postrider.mailauth.sign.SigningDesk;
import org.postrider.message.HeaderField;
import org.postrider.message.HeaderScanner;
import org.postrider.message.MailDate;
import org.postrider.message.Trace;
import org.postrider.policy.Authenticity;
import org.postrider.policy.PolicyHeader;
import org.postrider.queue.Accepted;
import org.postrider.smtp.server.ContentSink;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Draft;
import org.postrider.spool.Note;
import org.postrider.spool.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message on its way into the spool. A refusal found while the content streams by is kept for its end; the rest is
 * swallowed then and the draft given back at once.
 *
 * <p>Thread: confined to the session.
 */
final class Intake implements ContentSink {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private static final Reply HEADER_TOO_LARGE = Reply.of(552, "5.3.4", "Message header too large");
    private static final Reply TOO_MANY_FIELDS = Reply.of(554, "5.6.0", "Too many header fields");
    private static final Reply LOOP = Reply.of(554, "5.4.6", "Routing loop detected: too many hops");
    private static final Reply FULL = Reply.of(452, "4.3.1", "Insufficient system storage");
    private static final Reply FAILED = Reply.of(451, "4.3.0", "Message could not be stored; try again later");
    private static final Reply UNSIGNED = Reply.of(451, "4.7.0", "Message could not be signed; try again later");
    private static final Reply TOO_MANY = Reply.of(452, "4.5.3", "Too many recipients: they are forwarded to more");
    private static final Reply CLOSED = Reply.of(421, "4.3.2", "Service shutting down");

    private final Reception.Doors doors;
    private final ReceptionSettings settings;
    private final DraftedContent content;
    private final Forwarding forwarding;
    private final Provenance provenance;
    private final SenderQuota quota;
    private final Authorship authorship;
    private final HeaderScanner scanner;
    private final @Nullable FilteredMessage inspection;
    private final @Nullable Verifying verifying;
    private Envelope envelope;
    /** The only one that the client named, for the Received field. */
    private final @Nullable Mailbox onlyRecipient;
    /** What filters have already made of each recipient; empty where they have made nothing of any. */
    private List<Optional<RecipientState>> states = List.of();

    /** What was found out about client, envelope and authenticity: the header tells it. */
    private List<Finding> findings;

    private List<Finding> filterFindings = List.of();
    /** The fields about the message's authenticity, which stand above all others. */
    private String authenticity = "";
    /** The fields of our signatures. */
    private String signatures = "";
    /** The set of ARC, which stands above all. */
    private String seal = "";

    private @Nullable String completion;
    private @Nullable Reply refusal;

    /** Whether a filter has refused, which tells of it itself. */
    private boolean refusalTold;

    /**
     * @param inspection stages the content until filters have judged it, {@code null} where none is to
     */
    Intake(
            Reception.Doors doors,
            ReceptionSettings settings,
            Draft draft,
            Envelope envelope,
            Provenance provenance,
            SenderQuota quota,
            @Nullable FilteredMessage inspection) {
        this.doors = doors;
        this.settings = settings;
        this.envelope = envelope;
        this.onlyRecipient = envelope.recipients().size() == 1
                ? envelope.recipients().getFirst().mailbox()
                : null;
        this.provenance = provenance;
        this.findings = provenance.findings();
        this.quota = quota;
        this.authorship = new Authorship(doors.accounts(), provenance.login());
        this.inspection = inspection;
        this.scanner =
                new HeaderScanner(settings.content().header(), settings.host().ascii());
        this.verifying = Verifying.begin(doors.authenticity(), settings, provenance, envelope, this::keep);
        this.forwarding = doors.forwarding().get();
        this.content = new DraftedContent(
                draft,
                doors.signing() != null && doors.signing().signs() && provenance.trusted(),
                this::signedContent,
                sealed(doors.time().now()));
    }

    private SignedContent signedContent() {
        return new SignedContent(
                Objects.requireNonNull(doors.signing()),
                () -> inspection == null ? completion() : "",
                doors.time().now());
    }

    /** Strangers' mail that goes on gets a seal; {@code null} for other mail. */
    private @Nullable SealedContent sealed(Instant now) {
        boolean sealable = verifying != null && !provenance.trusted();
        return sealable
                        && forwarding.sealer().isPresent()
                        && Expansion.of(envelope, _ -> false, forwarding, now).goesOn()
                ? new SealedContent(forwarding.sealer().get())
                : null;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (refusal != null) {
            return;
        }
        if (!scanner.ended()) {
            scanner.write(bytes, offset, length);
            if (scanner.ended()) {
                judgeHeader();
            }
        }
        if (refusal == null) {
            store(bytes, offset, length);
        }
    }

    private void store(byte[] bytes, int offset, int length) {
        try {
            if (verifying == null) {
                keep(bytes, offset, length);
            } else {
                verifying.write(bytes, offset, length);
            }
        } catch (IOException e) {
            LOG.error("content of {} could not be written", id(), e);
            refuse(FAILED);
        }
    }

    private void keep(byte[] bytes, int offset, int length) throws IOException {
        if (inspection == null) {
            content.write(bytes, offset, length);
        } else {
            inspection.write(bytes, offset, length);
        }
    }

    private void refuse(Reply reply) {
        refusal = reply;
        close();
    }

    private void judgeHeader() {
        switch (scanner.excess()) {
            case FIELD_OCTETS, HEADER_OCTETS -> refuse(HEADER_TOO_LARGE);
            case FIELDS -> refuse(TOO_MANY_FIELDS);
            case NONE -> {
                // RFC 5321 §6.3: counting Received fields is how a loop is noticed.
                ContentLimits limits = settings.content();
                if (scanner.count(HeaderField.RECEIVED) >= limits.hopsMax()
                        || scanner.ownReceived() > limits.ownReceivedMax()) {
                    refuse(LOOP);
                }
            }
        }
    }

    @Override
    public Completion end() {
        if (refusal == null && !scanner.ended()) {
            scanner.end();
            judgeHeader();
        }
        Instant now = doors.time().now();
        if (refusal == null) {
            refusal = authorship.refusal(scanner);
        }
        if (refusal == null && verifying != null) {
            verify(verifying, now);
        }
        if (refusal == null && inspection != null) {
            filter(inspection);
        }
        if (refusal == null) {
            sign(now);
        }
        if (refusal == null) {
            refusal = quota.charge(envelope.recipients().size(), content.draft().octets());
        }
        if (refusal == null) {
            forward(now);
        }
        if (refusal != null) {
            close();
            return refused(refusal, now);
        }
        envelope = tagged(envelope);
        Arrival arrival = new Arrival(
                envelope,
                now,
                provenance.origin(),
                scanner.value(HeaderField.MESSAGE_ID).orElse(null),
                together(findings, filterFindings));
        byte[] prefix = prefix(now);
        long octets = prefix.length + content.draft().octets();
        return switch (doors.spool().commit(content.draft(), arrival, prefix, settled(now))) {
            case Commit.Durable durable -> {
                handOver(durable.id(), arrival, octets);
                yield new Completion.Accepted(durable, null);
            }
            case Commit.Refused refused -> {
                LOG.warn("message {} not taken: {} {}", id(), refused.reason(), refused.detail());
                yield refused(
                        switch (refused.reason()) {
                            case FULL -> FULL;
                            case FAILED -> FAILED;
                            case CLOSED -> CLOSED;
                        },
                        now);
            }
        };
    }

    /** Ends the verification, and does what the judgement says. */
    private void verify(Verifying message, Instant now) {
        try {
            Authenticity.Judged judged = message.end(findings);
            findings = together(findings, judged.findings());
            authenticity = message.fields();
            if (judged.refusal() != null) {
                refuse(judged.refusal());
            } else if (judged.hold() != null) {
                RecipientState held = new RecipientState.Held(0, now, "dmarc", judged.hold(), false, null);
                states = Collections.nCopies(envelope.recipients().size(), Optional.of(held));
            }
        } catch (IOException e) {
            LOG.error("content of {} could not be written", id(), e);
            refuse(FAILED);
        }
    }

    private void sign(Instant now) {
        try {
            SigningDesk desk = doors.signing();
            boolean binary = envelope.parameters().body() == BodyType.BINARY_MIME;
            if (desk != null && desk.convertsEightBit() && content.makeSevenBit(binary)) {
                MailParameters parameters = envelope.parameters().carrying(BodyType.SEVEN_BIT);
                envelope = new Envelope(envelope.reversePath(), parameters, envelope.recipients());
            }
            signatures = content.signatures();
            ArcResult chain = verifying == null ? null : verifying.chain().orElse(null);
            seal = verifying == null || chain == null ? "" : content.seal(chain, verifying.results(), now);
        } catch (SignedContent.SigningFailure e) {
            LOG.error("message {} could not be signed", id(), e);
            refuse(UNSIGNED);
        } catch (IOException e) {
            LOG.error("content of {} could not be written", id(), e);
            refuse(FAILED);
        }
    }

    /** Puts those to whom mail is forwarded into the envelope, and a sender of ours where it goes elsewhere. */
    private void forward(Instant now) {
        Expansion expansion = Expansion.of(envelope, this::isSettled, forwarding, now);
        if (expansion.isBeyond()) {
            refuse(TOO_MANY);
        } else if (expansion.isForwarded()) {
            boolean rewritten = !provenance.trusted() && expansion.isForwardedElsewhere();
            if (!states.isEmpty()) {
                List<Optional<RecipientState>> before = states;
                states = expansion.places().stream()
                        .map(place -> before.get(place.from()))
                        .toList();
            }
            envelope = new Envelope(
                    rewritten ? forwarding.sender(envelope.reversePath(), now) : envelope.reversePath(),
                    envelope.parameters(),
                    expansion.places().stream().map(Expansion.Place::recipient).toList());
        }
    }

    private boolean isSettled(int recipient) {
        return !states.isEmpty() && states.get(recipient).orElse(null) instanceof RecipientState.Settled;
    }

    private QueueId id() {
        return content.draft().id();
    }

    /** RFC 8689 §4.1: where MAIL said nothing of TLS, the header counts; the field may stand once (§3). */
    private Envelope tagged(Envelope untagged) {
        boolean optional = untagged.parameters().tls() == TlsWish.UNSPECIFIED
                && scanner.count(HeaderField.TLS_REQUIRED) == 1
                && scanner.value(HeaderField.TLS_REQUIRED).orElse("").strip().equalsIgnoreCase("No");
        return optional
                ? new Envelope(
                        untagged.reversePath(), untagged.parameters().wishing(TlsWish.OPTIONAL), untagged.recipients())
                : untagged;
    }

    private Completion.Refused refused(Reply reply, Instant now) {
        if (!refusalTold) {
            doors.events()
                    .publish(new Event.Rejected(
                            now,
                            provenance.client().getHostAddress(),
                            provenance.greeted().name(),
                            envelope.reversePath().text(),
                            null,
                            reply,
                            findings));
        }
        return new Completion.Refused(reply);
    }

    /** Has the filters judge the content, and writes what they make of it into the draft. */
    private void filter(FilteredMessage judging) {
        switch (judging.judge(id(), completion())) {
            case Verdict.Refused(Reply reply) -> {
                refusalTold = true;
                refuse(reply);
            }
            case Verdict.Passed passed -> {
                envelope = passed.envelope();
                states = merged(states, passed.states());
                filterFindings = passed.findings();
                try {
                    passed.content().writeTo(content::write);
                } catch (IOException e) {
                    LOG.error("filtered content of {} could not be written", id(), e);
                    refuse(FAILED);
                }
            }
        }
        judging.close();
    }

    /** What the filters decide of a recipient goes before what was decided of the message. */
    private static List<Optional<RecipientState>> merged(
            List<Optional<RecipientState>> message, List<Optional<RecipientState>> filtered) {
        if (message.isEmpty()) {
            return filtered;
        }
        Optional<RecipientState> all = message.getFirst();
        return filtered.stream().map(state -> state.or(() -> all)).toList();
    }

    private static List<Finding> together(List<Finding> first, List<Finding> second) {
        if (second.isEmpty()) {
            return first;
        }
        return Stream.concat(first.stream(), second.stream())
                .limit(Arrival.FINDINGS_MAX)
                .toList();
    }

    /** The recipients' states that become durable with the message. */
    private List<Update> settled(Instant now) {
        List<Update> updates = new ArrayList<>();
        String from = envelope.reversePath().text();
        for (int i = 0; i < states.size(); i++) {
            int recipient = i;
            String to = envelope.recipients().get(i).forwardPath().text();
            Note note = new Note(now, now, from, to, true, false);
            states.get(i).ifPresent(state -> updates.add(new Update(id(), recipient, state, note)));
        }
        return updates;
    }

    /**
     * The message is in the spool from here on: whatever fails now, the 250 stands, and the next start finds the message
     * there and goes on with it. Told first, so that nobody hears of the delivery before the arrival.
     */
    private void handOver(QueueId id, Arrival arrival, long octets) {
        try {
            String subject = scanner.value(HeaderField.SUBJECT).orElse(null);
            doors.events().publish(FactEvents.accepted(id, arrival, octets, subject));
            for (int i = 0; i < states.size(); i++) {
                tellState(id, envelope.recipients().get(i), states.get(i).orElse(null));
            }
        } catch (RuntimeException e) {
            LOG.error("the arrival of message {} could not be told", id, e);
        }
        try {
            List<Optional<RecipientState>> begun =
                    states.isEmpty() ? Collections.nCopies(envelope.recipients().size(), Optional.empty()) : states;
            if (begun.stream().allMatch(state -> state.orElse(null) instanceof RecipientState.Settled)) {
                return;
            }
            doors.queue().accept(Accepted.of(id, arrival.at(), envelope, begun, doors.hosts()::intern), envelope);
        } catch (RuntimeException e) {
            LOG.error("message {} is in the spool but was not handed to the queue; a restart takes it up", id, e);
        }
    }

    private void tellState(QueueId id, Recipient recipient, @Nullable RecipientState state) {
        String from = envelope.reversePath().text();
        String to = recipient.forwardPath().text();
        switch (state) {
            case RecipientState.Removed(Instant at, String by, String why) ->
                doors.events().publish(new Event.Removed(at, id, from, to, by, why));
            case RecipientState.Held held ->
                doors.events().publish(new Event.Held(held.at(), id, from, to, held.by(), held.why()));
            case null -> {}
            case RecipientState.Waiting _,
                    RecipientState.Attempting _,
                    RecipientState.Delivered _,
                    RecipientState.Bounced _,
                    RecipientState.Expired _ -> throw new AssertionError("a filter made " + state);
        }
    }

    private byte[] prefix(Instant now) {
        StringBuilder text = new StringBuilder(320 + seal.length() + authenticity.length() + signatures.length());
        text.append(seal);
        // RFC 7208 §9.1: above the Received field.
        text.append(authenticity);
        Trace.received(
                text,
                new Trace.Hop(
                        provenance.greeted().name(),
                        provenance.reverse().believed(),
                        provenance.client(),
                        settings.host().ascii(),
                        provenance.with(envelope.parameters().smtpUtf8()),
                        id(),
                        onlyRecipient,
                        now));
        if (doors.policy().tellsFindings()) {
            PolicyHeader.append(text, settings.host().ascii(), findings);
        }
        text.append(signatures);
        // Where filters have seen the content, they have seen this too, and it is there already.
        if (inspection == null) {
            text.append(completion());
            if (scanner.headless()) {
                text.append("\r\n");
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What a submission server adds where the user's program did not: Date, Message-ID, Sender (RFC 5321 §6.4, RFC 6409 §8).
     * Made once, when the header section is known, since it is signed.
     */
    private String completion() {
        if (completion == null) {
            completion = settings.role() == ListenerRole.SUBMISSION ? additions() : "";
        }
        return completion;
    }

    private String additions() {
        StringBuilder text = new StringBuilder(120);
        if (!scanner.has(HeaderField.DATE)) {
            text.append("Date: ").append(MailDate.text(doors.time().now())).append("\r\n");
        }
        if (!scanner.has(HeaderField.MESSAGE_ID)) {
            String messageId = Trace.messageId(id(), settings.host().ascii());
            text.append("Message-ID: ").append(messageId).append("\r\n");
        }
        authorship
                .sender(scanner)
                .ifPresent(
                        sender -> text.append("Sender: <").append(sender.text()).append(">\r\n"));
        return text.toString();
    }

    @Override
    public void close() {
        content.close();
        if (inspection != null) {
            inspection.close();
        }
    }
}
