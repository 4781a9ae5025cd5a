package org.postrider.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.QueueId;
import org.postrider.mail.Reply;

/** Something that happened to a message or a recipient, told once it is durable; or to mail that never became ours. */
public sealed interface Event {
    Instant at();

    /** Something that happened to a message of ours. */
    sealed interface OfMessage extends Event {
        QueueId id();
    }

    /**
     * Mail was refused: a client, a sender, one recipient, or a whole message.
     *
     * @param client its address
     * @param greeting how it introduced itself, {@code null} where it has not yet
     * @param reversePath {@code null} where none was given yet
     * @param recipient {@code null} where the refusal is of no single one
     */
    record Rejected(
            Instant at,
            String client,
            @Nullable String greeting,
            @Nullable String reversePath,
            @Nullable String recipient,
            Reply reply,
            List<Finding> findings)
            implements Event {
        public Rejected {
            findings = List.copyOf(findings);
        }
    }

    /**
     * A message became ours.
     *
     * @param origin as {@code spool.Arrival} has it
     * @param messageId of the Message-ID field, {@code null} where there is none
     * @param subject of the Subject field as it was written, cut where it is long; for people's eyes, not for the mail log
     * @param findings what was found out about its client, its envelope and itself before it was taken
     */
    record Accepted(
            Instant at,
            QueueId id,
            String reversePath,
            List<String> recipients,
            String origin,
            long octets,
            @Nullable String messageId,
            @Nullable String subject,
            List<Finding> findings)
            implements OfMessage {
        public Accepted {
            findings = List.copyOf(findings);
        }

        /** One of which nothing was found out. */
        public Accepted(
                Instant at,
                QueueId id,
                String reversePath,
                List<String> recipients,
                String origin,
                long octets,
                @Nullable String messageId,
                @Nullable String subject) {
            this(at, id, reversePath, recipients, origin, octets, messageId, subject, List.of());
        }
    }

    /**
     * A delivery attempt ended, with the recipients it was for.
     *
     * @param tls version and cipher, {@code null} for clear text
     * @param took from dialling (or taking a pooled connection) to the last reply
     */
    record Attempted(
            Instant at,
            QueueId id,
            List<String> recipients,
            int number,
            String site,
            @Nullable String remote,
            @Nullable String tls,
            String reply,
            Duration took)
            implements OfMessage {}

    record Delivered(Instant at, QueueId id, String reversePath, String recipient, Diagnosis diagnosis, Duration age)
            implements OfMessage {}

    record Deferred(
            Instant at,
            QueueId id,
            String reversePath,
            String recipient,
            Diagnosis diagnosis,
            int attempts,
            Instant nextAttempt)
            implements OfMessage {}

    record Bounced(Instant at, QueueId id, String reversePath, String recipient, Diagnosis diagnosis)
            implements OfMessage {}

    record Expired(Instant at, QueueId id, String reversePath, String recipient, Diagnosis diagnosis)
            implements OfMessage {}

    record Removed(Instant at, QueueId id, String reversePath, String recipient, String by, String why)
            implements OfMessage {}

    record Held(Instant at, QueueId id, String reversePath, String recipient, String by, String why)
            implements OfMessage {}
}
