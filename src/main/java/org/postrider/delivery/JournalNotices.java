package org.postrider.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.Envelope;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Entry;
import org.postrider.report.Dsn;
import org.postrider.report.DsnAction;
import org.postrider.spool.StoredMessage;

/**
 * Decides who is told of what became of a recipient (RFC 3461 §5.2, RFC 5321 §4.5.5, §6.1).
 *
 * <p>The sender is told where NOTIFY asks for it. Nothing is ever sent to a null reverse-path; the failure of such a
 * message, a bounce mostly, is told to postmaster, and the failure of that is not told at all but logged as every bounce
 * is: here the chain ends.
 */
final class JournalNotices {
    static final String ORIGIN_NOTICE = "dsn";
    static final String ORIGIN_TO_POSTMASTER = "dsn to postmaster";

    private final Mailbox postmaster;
    private final Supplier<Duration> lifetime;
    private final UnaryOperator<Mailbox> senders;

    /**
     * @param senders the sender for whom a reverse-path stands
     */
    JournalNotices(Mailbox postmaster, Supplier<Duration> lifetime, UnaryOperator<Mailbox> senders) {
        this.postmaster = postmaster;
        this.lifetime = lifetime;
        this.senders = senders;
    }

    /** A notice that is due, but for its own id and time. */
    record Plan(
            Mailbox to,
            String origin,
            DsnAction action,
            @Nullable Instant retryUntil,
            List<Dsn.Fate> fates) {
        Dsn dsn(QueueId id, Instant at, StoredMessage message) {
            Envelope envelope = message.arrival().envelope();
            return new Dsn(
                    id,
                    at,
                    to,
                    action,
                    message.id(),
                    envelope,
                    message.arrival().at(),
                    retryUntil,
                    fates);
        }
    }

    Optional<Plan> due(Entry entry, StoredMessage message) {
        Entry.Notice notice = entry.notice();
        if (notice == null) {
            return Optional.empty();
        }
        Mailbox sender = message.arrival().envelope().reversePath().mailbox();
        boolean toPostmaster = sender == null;
        if (toPostmaster && !concernsPostmaster(notice, message)) {
            return Optional.empty();
        }
        Set<Integer> concerned = Set.copyOf(notice.recipients());
        List<Dsn.Fate> fates = new ArrayList<>();
        for (Entry.Change change : entry.changes()) {
            Recipient recipient = message.arrival().envelope().recipients().get(change.recipient());
            boolean wanted = toPostmaster || isWanted(notice.kind(), recipient.dsnNotify());
            if (wanted && concerned.contains(change.recipient())) {
                fate(recipient, change.state()).ifPresent(fates::add);
            }
        }
        if (fates.isEmpty()) {
            return Optional.empty();
        }
        DsnAction action = action(notice.kind());
        Instant until = action == DsnAction.DELAYED ? message.arrival().at().plus(lifetime.get()) : null;
        return Optional.of(
                sender == null
                        ? new Plan(postmaster, ORIGIN_TO_POSTMASTER, action, until, fates)
                        : new Plan(senders.apply(sender), ORIGIN_NOTICE, action, until, fates));
    }

    private static boolean concernsPostmaster(Entry.Notice notice, StoredMessage message) {
        return notice.kind() == Entry.Kind.FAILED && !message.arrival().origin().equals(ORIGIN_TO_POSTMASTER);
    }

    private static boolean isWanted(Entry.Kind kind, DsnNotify notify) {
        return switch (kind) {
            case FAILED -> notify.failure();
            case DELAYED -> notify.delay();
            case DELIVERED, RELAYED -> notify.success();
        };
    }

    private static DsnAction action(Entry.Kind kind) {
        return switch (kind) {
            case FAILED -> DsnAction.FAILED;
            case DELAYED -> DsnAction.DELAYED;
            case DELIVERED -> DsnAction.DELIVERED;
            case RELAYED -> DsnAction.RELAYED;
        };
    }

    private static Optional<Dsn.Fate> fate(Recipient recipient, RecipientState state) {
        return switch (state) {
            case RecipientState.Bounced bounced ->
                Optional.of(new Dsn.Fate(recipient, bounced.diagnosis(), false, bounced.at()));
            case RecipientState.Expired expired ->
                Optional.of(new Dsn.Fate(recipient, expired.diagnosis(), true, null));
            case RecipientState.Delivered delivered ->
                Optional.of(new Dsn.Fate(recipient, delivered.diagnosis(), false, delivered.at()));
            case RecipientState.Waiting waiting -> Optional.of(new Dsn.Fate(recipient, why(waiting), false, null));
            case RecipientState.Attempting _, RecipientState.Held _, RecipientState.Removed _ -> Optional.empty();
        };
    }

    private static Diagnosis why(RecipientState.Waiting waiting) {
        Diagnosis last = waiting.last();
        return last == null ? Diagnosis.local("4.4.0", "No delivery attempt has been made yet.") : last;
    }
}
