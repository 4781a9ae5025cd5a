package org.postrider.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Intervention;
import org.postrider.mail.QueueId;

/** Something that happened to a message or a recipient, told once it is durable. */
public sealed interface Event {
    Instant at();

    QueueId id();

    /**
     * A message became ours.
     *
     * @param origin as {@code spool.Arrival} has it
     * @param messageId of the Message-ID field, {@code null} where there is none
     * @param subject of the Subject field as it was written, cut where it is long; for people's eyes, not for the mail log
     */
    record Accepted(
            Instant at,
            QueueId id,
            String reversePath,
            List<String> recipients,
            String origin,
            long octets,
            @Nullable String messageId,
            @Nullable String subject)
            implements Event {}

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
            implements Event {}

    record Delivered(Instant at, QueueId id, String reversePath, String recipient, Diagnosis diagnosis, Duration age)
            implements Event {}

    record Deferred(
            Instant at,
            QueueId id,
            String reversePath,
            String recipient,
            Diagnosis diagnosis,
            int attempts,
            Instant nextAttempt)
            implements Event {}

    record Bounced(Instant at, QueueId id, String reversePath, String recipient, Diagnosis diagnosis)
            implements Event {}

    record Expired(Instant at, QueueId id, String reversePath, String recipient, Diagnosis diagnosis)
            implements Event {}

    record Removed(Instant at, QueueId id, String reversePath, String recipient, String by, String why)
            implements Event {}

    record Held(Instant at, QueueId id, String reversePath, String recipient, String by, String why) implements Event {}

    /**
     * A recipient that stays in the queue was released, retried or rerouted.
     *
     * @param route the recipient's own route as it now is, {@code null} where the configured ones decide
     */
    record Intervened(
            QueueId id,
            String reversePath,
            String recipient,
            Intervention intervention,
            @Nullable String route) implements Event {
        @Override
        public Instant at() {
            return intervention.at();
        }
    }
}
