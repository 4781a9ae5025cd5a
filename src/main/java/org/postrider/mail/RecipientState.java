package org.postrider.mail;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has become of one recipient of one message. It begins as {@link Waiting} and ends in exactly one
 * {@link Settled}, which nothing changes any more.
 */
public sealed interface RecipientState {

    /** Still in our responsibility. */
    sealed interface Open extends RecipientState {
        /** How many delivery attempts have begun. */
        int attempts();

        /** The route that a person set for this recipient, {@code null} where the configured routes decide. */
        @Nullable
        String reroute();

        /** What a person last had done with it, {@code null} where nobody had. */
        @Nullable
        Intervention intervention();
    }

    /** The final disposition. */
    sealed interface Settled extends RecipientState {
        Instant at();
    }

    /**
     * In the scheduled queue until {@code nextAttempt}.
     *
     * @param last why the last attempt did not succeed, {@code null} before the first one ended
     * @param delayNoticed whether the sender has been told of the delay
     */
    record Waiting(
            int attempts,
            Instant nextAttempt,
            @Nullable Diagnosis last,
            boolean delayNoticed,
            @Nullable String reroute,
            @Nullable Intervention intervention)
            implements Open {
        public Waiting(
                int attempts,
                Instant nextAttempt,
                @Nullable Diagnosis last,
                boolean delayNoticed,
                @Nullable String reroute) {
            this(attempts, nextAttempt, last, delayNoticed, reroute, null);
        }
    }

    /**
     * An attempt may be under way; recorded before dialling, so that a crash is followed by a pause and not by a tight
     * loop.
     */
    record Attempting(
            int attempts,
            Instant since,
            boolean delayNoticed,
            @Nullable String reroute,
            @Nullable Intervention intervention)
            implements Open {
        public Attempting(int attempts, Instant since, boolean delayNoticed, @Nullable String reroute) {
            this(attempts, since, delayNoticed, reroute, null);
        }
    }

    /** Kept until a person releases it: who held it, and why. */
    record Held(
            int attempts,
            Instant at,
            String by,
            String why,
            boolean delayNoticed,
            @Nullable String reroute,
            @Nullable Intervention intervention)
            implements Open {
        public Held(int attempts, Instant at, String by, String why, boolean delayNoticed, @Nullable String reroute) {
            this(attempts, at, by, why, delayNoticed, reroute, null);
        }
    }

    /** The next hop took it over. */
    record Delivered(Instant at, Diagnosis diagnosis) implements Settled {}

    /** Refused for good; the sender is told unless NOTIFY forbids it. */
    record Bounced(Instant at, Diagnosis diagnosis) implements Settled {}

    /** Not delivered within its lifetime; the sender is told as of a bounce. */
    record Expired(Instant at, Diagnosis diagnosis) implements Settled {}

    /** Taken out by a person, or discarded by a route that says so. */
    record Removed(Instant at, String by, String why) implements Settled {}
}
