package org.postrider.report;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Envelope;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;

/**
 * A delivery status notification to be written.
 *
 * @param id the notice's own queue id
 * @param at when it is written
 * @param to whom it goes: the reverse-path of the message it is about, or postmaster
 * @param about the queue id of the message it is about
 * @param envelope that message's
 * @param arrived when that message was accepted
 * @param retryUntil when delivery will be given up, {@code null} but for delays
 */
public record Dsn(
        QueueId id,
        Instant at,
        Mailbox to,
        DsnAction action,
        QueueId about,
        Envelope envelope,
        Instant arrived,
        @Nullable Instant retryUntil,
        List<Fate> fates) {
    private static final EnhancedStatus EXPIRED = EnhancedStatus.of("5.4.7");

    public Dsn {
        fates = List.copyOf(fates);
        if (fates.isEmpty()) {
            throw new IllegalArgumentException("a notice about nobody");
        }
        if (retryUntil != null && action != DsnAction.DELAYED) {
            throw new IllegalArgumentException("a time of giving up for " + action);
        }
    }

    /**
     * What became of one recipient.
     *
     * @param expired whether its lifetime ran out, the diagnosis being that of the last attempt
     * @param lastAttempt {@code null} where it is not known
     */
    public record Fate(
            Recipient recipient,
            Diagnosis diagnosis,
            boolean expired,
            @Nullable Instant lastAttempt) {}

    /** What Status says: the class always fits the action, whatever mixture the peer sent (RFC 3464 §2.3.4). */
    EnhancedStatus status(Fate fate) {
        if (fate.expired) {
            return EXPIRED;
        }
        EnhancedStatus status = fate.diagnosis.status();
        if (status.statusClass() == action.statusClass()) {
            return status;
        }
        return action.statusClass() == 2 ? EnhancedStatus.of("2.0.0") : status.inClass(action.statusClass());
    }

    /** Whether an address of it is beyond ASCII, so that RFC 6533's types are needed. */
    boolean international() {
        return to.needsUtf8() || fates.stream().anyMatch(Dsn::isInternational);
    }

    private static boolean isInternational(Fate fate) {
        var original = fate.recipient.original();
        return fate.recipient.mailbox().needsUtf8()
                || (original != null && original.address().chars().anyMatch(c -> c > 0x7e));
    }
}
