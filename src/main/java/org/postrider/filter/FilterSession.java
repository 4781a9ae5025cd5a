package org.postrider.filter;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.event.Events;
import org.postrider.mail.Envelope;
import org.postrider.mail.Finding;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;

/**
 * The filters of one SMTP session. Connections are made with the first message and kept to the session's end.
 *
 * <p>Thread: confined to the session.
 */
public final class FilterSession implements AutoCloseable {
    private final FilterSettings settings;
    private final Doors doors;
    private final List<Milter> milters;
    private @Nullable Transaction transaction;

    record Doors(StagingArea area, Deadlines deadlines, Outages outages, InstantSource time, Events events) {}

    /** A message that has begun, and who has said already that it is to be thrown away. */
    static final class Transaction {
        private final ClientFacts client;
        private final ReversePath reversePath;
        private @Nullable String discardedBy;

        Transaction(ClientFacts client, ReversePath reversePath) {
            this.client = client;
            this.reversePath = reversePath;
        }
    }

    FilterSession(FilterSettings settings, Doors doors) {
        this.settings = settings;
        this.doors = doors;
        this.milters = settings.milters().stream()
                .map(milter -> new Milter(settings, milter, doors.deadlines(), doors.outages()))
                .toList();
    }

    /** Whether there are no filters at all. */
    public boolean isEmpty() {
        return settings.isEmpty();
    }

    /** Answers MAIL; {@code null} lets it pass. A message that was begun before is forgotten. */
    public @Nullable Reply sender(
            ClientFacts client, ReversePath reversePath, MailParameters parameters, long declaredOctets) {
        Transaction begun = new Transaction(client, reversePath);
        transaction = begun;
        return first(begun, null, milter -> milter.sender(client, reversePath, parameters, declaredOctets));
    }

    /** Answers RCPT; {@code null} lets it pass. */
    public @Nullable Reply recipient(Recipient recipient) {
        Transaction open = transaction;
        return open == null ? null : first(open, recipient, milter -> milter.recipient(recipient));
    }

    private interface Question {
        Milter.Opinion ask(Milter milter);
    }

    private @Nullable Reply first(Transaction open, @Nullable Recipient recipient, Question question) {
        for (Milter milter : milters) {
            if (open.discardedBy != null) {
                return null;
            }
            switch (question.ask(milter)) {
                case Milter.Opinion.Pass _ -> {}
                case Milter.Opinion.Discard _ -> open.discardedBy = milter.name();
                case Milter.Opinion.Refuse(Reply reply) -> {
                    tell(open, recipient, reply, List.of(refusal(milter.name(), milter.failure(), reply)));
                    return reply;
                }
            }
        }
        return null;
    }

    /**
     * Opens the place for a message's content, empty where no filter wants to see it: it need not wait for them then.
     *
     * @param envelope of the message that was begun, with those recipients that were taken
     */
    public Optional<FilteredMessage> inspect(Envelope envelope) {
        Transaction open = transaction;
        if (open == null || (settings.virusScanner().isEmpty() && open.discardedBy == null && nobodyLooks())) {
            return Optional.empty();
        }
        return Optional.of(new FilteredMessage(this, open.discardedBy, envelope));
    }

    private boolean nobodyLooks() {
        return milters.stream().noneMatch(Milter::concernsMessage);
    }

    FilterSettings settings() {
        return settings;
    }

    Doors doors() {
        return doors;
    }

    List<Milter> milters() {
        return milters;
    }

    /** What a filter's refusal is called, or that of the server on its behalf. */
    static Finding refusal(String filter, @Nullable FilterFailure failure, Reply reply) {
        if (failure != null) {
            return new Finding(filter, Finding.Verdict.UNKNOWN, 0, String.valueOf(failure.getMessage()));
        }
        boolean forGood = reply.severity() == Reply.Severity.PERMANENT_NEGATIVE;
        return new Finding(filter, forGood ? Finding.Verdict.REJECT : Finding.Verdict.DEFER, 0, reply.text());
    }

    /** Tells of the refusal of a whole message. */
    void tellRefused(Reply reply, List<Finding> findings) {
        Transaction open = transaction;
        if (open != null) {
            tell(open, null, reply, findings);
        }
    }

    private void tell(Transaction open, @Nullable Recipient recipient, Reply reply, List<Finding> findings) {
        doors.events()
                .publish(new Event.Rejected(
                        doors.time().instant(),
                        open.client.remote().getAddress().getHostAddress(),
                        open.client.greeting(),
                        open.reversePath.text(),
                        recipient == null ? null : recipient.forwardPath().text(),
                        reply,
                        findings));
    }

    /** The session has ended. */
    @Override
    public void close() {
        milters.forEach(Milter::close);
    }
}
