package org.postrider.queue;

import java.util.List;
import org.postrider.mail.Diagnosis;

/** What the far side did with an attempt. */
public sealed interface Outcome {

    /**
     * A transaction took place.
     *
     * @param results one for each recipient of the attempt, in its order
     * @param pushback how the site asked us to slow down, {@link Pushback#NONE} mostly
     */
    record Answered(List<Result> results, Pushback pushback) implements Outcome {
        public Answered {
            results = List.copyOf(results);
        }
    }

    /** No transaction: no address answered, the connection broke, or the greeting or EHLO was refused for now. */
    record Unreachable(Diagnosis diagnosis) implements Outcome {}

    /** The site's TLS policy could not be met; never sent in clear. */
    record TlsRefused(Diagnosis diagnosis) implements Outcome {}

    /** We could not try: content unreadable, shutting down, no resources. Says nothing of the site. */
    record NotTried(Diagnosis diagnosis) implements Outcome {}

    /** What was said of one recipient. */
    sealed interface Result {
        Diagnosis diagnosis();

        /**
         * Taken over by the next hop.
         *
         * @param successNotice which notice a NOTIFY=SUCCESS is due: the next hop will send it itself, or we must
         */
        record Delivered(Diagnosis diagnosis, SuccessNotice successNotice) implements Result {}

        record Deferred(Diagnosis diagnosis) implements Result {}

        record Refused(Diagnosis diagnosis) implements Result {}

        /** The message was sent whole and no reply came: retried, and shown as such. */
        record Unanswered(Diagnosis diagnosis) implements Result {}
    }

    /** Who tells the sender of a success that it asked to hear of (RFC 3461 §5.2.2, §6). */
    enum SuccessNotice {
        /** The next hop supports DSN and has been told. */
        NEXT_HOP,
        /** The next hop does not: we say "relayed". */
        RELAYED,
        /** It was final delivery: we say "delivered". */
        DELIVERED
    }

    /** A rate signal of the site (421, 4.7.x and such replies). */
    enum Pushback {
        NONE,
        SLOW_DOWN
    }
}
