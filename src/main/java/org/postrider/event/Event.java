package org.postrider.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Finding;
import org.postrider.mail.Intervention;
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

    /** Something that happened to accounts, at the door or in the register. */
    sealed interface OfAccounts extends Event {}

    /**
     * A client has authenticated.
     *
     * @param user as it is kept
     */
    record LoggedIn(Instant at, String client, String user, String mechanism) implements OfAccounts {}

    /**
     * A client has not authenticated.
     *
     * @param user as claimed; empty where none was
     * @param reason {@code bad-credentials}, {@code disabled}, {@code malformed}, {@code cancelled}, {@code unavailable}
     */
    record LoginRefused(Instant at, String client, String user, String reason) implements OfAccounts {}

    /**
     * Refusals that were too many to be told one by one.
     *
     * @param since up to {@code at}
     * @param addresses and {@code users}: how many different ones, up to a bound
     * @param reasons how many of each
     * @param blocked addresses and users blocked that were not told of either
     */
    record LoginsRefused(Instant at, Instant since, int addresses, int users, Map<String, Long> reasons, long blocked)
            implements OfAccounts {
        public LoginsRefused {
            reasons = new TreeMap<>(reasons);
        }

        /** How many there were. */
        public long count() {
            return reasons.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** The client's address, or the user, has failed too often to be judged until the window ends. */
    record LoginBlocked(Instant at, String client, String user) implements OfAccounts {}

    /**
     * Mail of a sender was beyond a quota for the first time since it was anew.
     *
     * @param subject {@code user NAME} or {@code address NETWORK}
     * @param quota such as {@code messages an hour}
     */
    record QuotaReached(Instant at, String subject, String quota, Instant until) implements OfAccounts {}

    /** @param change {@code added}, {@code password-set}, {@code disabled}, {@code enabled} or {@code removed} */
    record UserChanged(Instant at, String user, String change) implements OfAccounts {}

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
     * @param tls version, cipher and what the certificate is worth, with a space between: {@code TLSv1.3
     *     TLS_AES_256_GCM_SHA384 trusted}, or {@code … untrusted: } and why; {@code null} for clear text
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
            @Nullable String route) implements OfMessage {
        @Override
        public Instant at() {
            return intervention.at();
        }
    }

    record Held(Instant at, QueueId id, String reversePath, String recipient, String by, String why)
            implements OfMessage {}
}
