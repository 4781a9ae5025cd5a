package org.postrider.server.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the books come to.
 *
 * @param accepted messages that got a 250 to their last dot
 * @param refused messages that got a 4xx or 5xx
 * @param unanswered messages whose last dot got no reply
 * @param settledRecipients of accepted messages: delivered or bounced
 * @param queuedRecipients of accepted messages, still in the spool
 * @param lost recipients of accepted messages that are none of these: must be 0
 * @param damaged messages that arrived changed, or that nobody sent: must be 0
 * @param halved messages without an answer that reached some of their recipients and not the others: must be 0
 * @param duplicatesExcused second deliveries around a kill
 * @param duplicatesAtOneKill the most that one kill explains
 * @param excusedAgeMaxMillis the longest time from such a delivery to its kill
 * @param duplicatesUnexcused second deliveries that no kill explains: must be 0
 * @param unansweredButTaken messages without an answer that were delivered nevertheless, as they may be
 * @param refusedButSettled recipients that got a message which the server had not accepted; its client sends it again
 * @param examples of what must not be
 */
public record Balance(
        long accepted,
        long refused,
        long unanswered,
        long settledRecipients,
        long queuedRecipients,
        long lost,
        long damaged,
        long halved,
        long duplicatesExcused,
        long duplicatesAtOneKill,
        long excusedAgeMaxMillis,
        long duplicatesUnexcused,
        long unansweredButTaken,
        long refusedButSettled,
        int kills,
        List<String> examples) {

    /** Whether the promise was kept. */
    public boolean kept() {
        return lost == 0 && damaged == 0 && halved == 0 && duplicatesUnexcused == 0;
    }

    /** The balance as a person reads it. */
    public String text() {
        return String.format(
                Locale.ROOT,
                """
                messages accepted        %,d (refused %,d, unanswered %,d)
                recipients settled       %,d (still queued %,d)
                lost                     %,d
                damaged                  %,d
                half delivered           %,d
                duplicates unexplained   %,d
                duplicates at a kill     %,d in %,d kills, at most %,d at one, none older than %,d ms
                unanswered but taken     %,d
                refused but delivered    %,d
                """,
                accepted,
                refused,
                unanswered,
                settledRecipients,
                queuedRecipients,
                lost,
                damaged,
                halved,
                duplicatesUnexcused,
                duplicatesExcused,
                kills,
                duplicatesAtOneKill,
                excusedAgeMaxMillis,
                unansweredButTaken,
                refusedButSettled);
    }

    /** Adds up. Thread: confined. */
    static final class Builder {
        private final int examplesMax;
        private final int kills;
        private final List<String> examples = new ArrayList<>();
        private final Map<Integer, Long> byKill = new TreeMap<>();
        private final Map<Ledger.Answer, Long> answers = new EnumMap<>(Ledger.Answer.class);
        private long settled;
        private long queued;
        private long lost;
        private long damaged;
        private long halved;
        private long unexcused;
        private long ageMaxNanos;
        private long taken;
        private long refusedButSettled;

        Builder(int examplesMax, int kills) {
            this.examplesMax = examplesMax;
            this.kills = kills;
        }

        void message(Ledger.Answer answer) {
            answers.merge(answer, 1L, Long::sum);
        }

        void settled(long recipients) {
            settled += recipients;
        }

        void queued() {
            queued++;
        }

        void unansweredButTaken() {
            taken++;
        }

        void refusedButSettled(long recipients) {
            refusedButSettled += recipients;
        }

        void lost(String id, String recipient) {
            lost++;
            example("lost: " + id + " to " + recipient);
        }

        void damaged(String what) {
            damaged++;
            example("damaged: " + what);
        }

        void halved(String id) {
            halved++;
            example("half delivered: " + id);
        }

        /** @param kill the index of the kill that explains it, −1 for none */
        void duplicate(String id, String recipient, int kill, long ageNanos) {
            if (kill >= 0) {
                ageMaxNanos = Math.max(ageMaxNanos, ageNanos);
                byKill.merge(kill, 1L, Long::sum);
            } else {
                unexcused++;
                example("delivered twice: " + id + " to " + recipient);
            }
        }

        private void example(String text) {
            if (examples.size() < examplesMax) {
                examples.add(text);
            }
        }

        Balance build() {
            return new Balance(
                    answers.getOrDefault(Ledger.Answer.ACCEPTED, 0L),
                    answers.getOrDefault(Ledger.Answer.REFUSED, 0L),
                    answers.getOrDefault(Ledger.Answer.UNANSWERED, 0L),
                    settled,
                    queued,
                    lost,
                    damaged,
                    halved,
                    byKill.values().stream().mapToLong(Long::longValue).sum(),
                    byKill.values().stream().mapToLong(Long::longValue).max().orElse(0),
                    ageMaxNanos / 1_000_000,
                    unexcused,
                    taken,
                    refusedButSettled,
                    kills,
                    List.copyOf(examples));
        }
    }
}
