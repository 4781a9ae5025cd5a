package org.postrider.filter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Envelope;
import org.postrider.mail.Finding;
import org.postrider.mail.QueueId;
import org.postrider.mail.Reply;

/**
 * One message's content on its way through the filters: staged as it comes, judged at its end.
 *
 * <p>Thread: confined to the session.
 */
public final class FilteredMessage implements AutoCloseable {
    private static final Reply DEFECT = Reply.of(451, "4.3.0", "Message could not be filtered; try again later");
    private static final String VIRUS_FIELD = "X-Virus";
    private static final String SCANNER = FilterSettings.VirusScanner.NAME;

    private final FilterSession session;
    private final @Nullable String discardedBy;
    private final EnvelopeDraft envelope;
    private final Scratch scratch;
    private final Staging staged;
    private final List<Finding> findings = new ArrayList<>();

    /** What the message has become so far; {@code null} before it is whole. */
    private @Nullable Content content;

    FilteredMessage(FilterSession session, @Nullable String discardedBy, Envelope envelope) {
        this.session = session;
        this.discardedBy = discardedBy;
        this.envelope = new EnvelopeDraft(envelope);
        this.scratch = new Scratch(session.doors().area());
        this.staged = scratch.open();
    }

    /**
     * Takes the next octets.
     *
     * @throws IOException where the disk refuses; the inspection can then only be closed
     */
    public void write(byte[] octets, int offset, int length) throws IOException {
        staged.write(octets, offset, length);
    }

    /**
     * Has the filters judge the message; its end has come. Blocks for as long as they may take.
     *
     * @param fields of our own that belong into the header and that filters shall see, each with its CRLF
     */
    public Verdict judge(QueueId id, String fields) {
        try {
            Content whole = Content.read(staged);
            content = fields.isEmpty() ? whole : whole.withFieldsBefore(fields);
            Reply refusal = firstRefusal(id, content);
            if (refusal != null) {
                session.tellRefused(refusal, findings);
                return new Verdict.Refused(refusal);
            }
            return new Verdict.Passed(
                    content,
                    envelope.envelope(),
                    envelope.states(session.doors().time().instant()),
                    findings);
        } catch (IOException e) {
            System.getLogger(FilteredMessage.class.getName())
                    .log(System.Logger.Level.ERROR, () -> "message " + id + " could not be filtered", e);
            session.tellRefused(DEFECT, findings);
            return new Verdict.Refused(DEFECT);
        }
    }

    private @Nullable Reply firstRefusal(QueueId id, Content whole) throws IOException {
        if (discardedBy != null) {
            discard(discardedBy);
            return null;
        }
        FilterSettings.VirusScanner scanner = session.settings().virusScanner().orElse(null);
        Reply refusal = scanner == null ? null : scan(scanner, whole);
        for (Milter milter : session.milters()) {
            if (refusal != null || envelope.isDiscarded()) {
                break;
            }
            refusal = ask(milter, id);
        }
        return refusal;
    }

    private void discard(String filter) {
        envelope.removeAll(filter, "discarded by the filter");
        findings.add(new Finding(filter, Finding.Verdict.REJECT, 0, "discarded"));
    }

    private @Nullable Reply ask(Milter milter, QueueId id) throws IOException {
        Content before = Objects.requireNonNull(content);
        Milter.Reading reading = milter.content(id, before, scratch);
        FilterFailure failure = milter.failure();
        return switch (reading.opinion()) {
            case Milter.Opinion.Refuse(Reply reply) -> {
                findings.add(FilterSession.refusal(milter.name(), failure, reply));
                yield reply;
            }
            case Milter.Opinion.Discard _ -> {
                discard(milter.name());
                yield null;
            }
            case Milter.Opinion.Pass _ -> {
                passed(milter, failure, reading.edited());
                yield null;
            }
        };
    }

    private void passed(Milter milter, @Nullable FilterFailure failure, Milter.@Nullable Edited edited) {
        if (edited != null) {
            content = edited.content();
            edited.edits().apply(envelope, milter.name());
            findings.add(new Finding(
                    milter.name(), Finding.Verdict.TAG, 0, edited.edits().summary()));
        } else if (failure != null) {
            failed(milter.name(), failure, milter.holdsMessage());
        } else {
            findings.add(new Finding(milter.name(), Finding.Verdict.PASS, 0, ""));
        }
    }

    private void failed(String filter, FilterFailure failure, boolean hold) {
        String why = String.valueOf(failure.getMessage());
        findings.add(new Finding(filter, Finding.Verdict.UNKNOWN, 0, why));
        if (hold) {
            envelope.hold(filter, "the filter could not be asked: " + MilterCodec.printable(why, Finding.DETAIL_MAX));
        }
    }

    private @Nullable Reply scan(FilterSettings.VirusScanner scanner, Content whole) throws IOException {
        try {
            return switch (new Clamd(
                            scanner,
                            session.doors().deadlines(),
                            session.doors().outages())
                    .scan(whole)) {
                case Clamd.Result.Clean(boolean all) -> {
                    String detail = all ? "" : "only the beginning was scanned";
                    findings.add(new Finding(SCANNER, Finding.Verdict.PASS, 0, detail));
                    yield null;
                }
                case Clamd.Result.Infected(String virus) -> infected(scanner, whole, virus);
            };
        } catch (FilterFailure failure) {
            failure.log(SCANNER);
            failed(SCANNER, failure, scanner.defaultAction() == DefaultAction.QUARANTINE);
            return switch (scanner.defaultAction()) {
                case ACCEPT, QUARANTINE -> null;
                case TEMPFAIL -> Milter.DOWN;
                case REJECT -> Milter.DOWN_FOR_GOOD;
            };
        }
    }

    private @Nullable Reply infected(FilterSettings.VirusScanner scanner, Content whole, String virus) {
        String detail = "virus " + virus;
        boolean refuses = scanner.onVirus() == FilterSettings.OnVirus.REJECT;
        findings.add(new Finding(SCANNER, refuses ? Finding.Verdict.REJECT : Finding.Verdict.TAG, 0, detail));
        return switch (scanner.onVirus()) {
            case REJECT -> Reply.of(554, "5.7.1", "Virus found: " + virus);
            case DISCARD -> {
                envelope.removeAll(SCANNER, detail);
                yield null;
            }
            case QUARANTINE -> {
                envelope.hold(SCANNER, detail);
                yield null;
            }
            case TAG -> {
                content = whole.withFieldsBefore(VIRUS_FIELD + ": " + virus + "\r\n");
                yield null;
            }
        };
    }

    /** Ends it; the content of its verdict cannot be read any more. */
    @Override
    public void close() {
        scratch.close();
    }
}
