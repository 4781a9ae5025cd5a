package org.postrider.delivery;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Reply;
import org.postrider.queue.Outcome;
import org.postrider.queue.Outcome.Pushback;
import org.postrider.queue.Outcome.Result;
import org.postrider.smtp.client.Failure;
import org.postrider.smtp.client.Stage;
import org.postrider.smtp.client.Transaction.Answer;

/**
 * What a server's words mean for a recipient, and for how fast we may go on.
 *
 * <p>The first digit of the code decides (RFC 5321 §4.2.1); a status of another class is put right, a missing one is
 * {@code x.0.0}. One exception: 552 to RCPT, see {@link #isTooManyRecipients}.
 */
final class Replies {
    /**
     * What says "slower" in a 4yz reply, in lower case. 421 says it by itself within a session, and so does a status 4.7.x;
     * except where {@link #NOT_SLOWER} says what is meant.
     */
    private static final List<String> SLOWER = List.of(
            "rate limit",
            "rate-limit",
            "ratelimit",
            "rate exceeded",
            "sending rate",
            "too many messages",
            "too many connections",
            "too much mail",
            "too fast",
            "throttl",
            "slow down",
            "receiving mail at a rate",
            "temporarily deferred");

    /** A recipient is new to the server, or a transaction is full: neither is about our speed. */
    private static final List<String> NOT_SLOWER = List.of("greylist", "graylist", "grey list", "too many recipients");

    private Replies() {}

    /** What an answer means for its recipient. */
    static Result result(Answer answer, String remote, Outcome.SuccessNotice notice) {
        Reply reply = answer.reply();
        if (answer.accepted()) {
            return new Result.Delivered(
                    new Diagnosis(status(reply, 2), reply, remote, "accepted by " + remote), notice);
        }
        String summary = remote + " refused in reply to " + answer.stage().words();
        if (answer.stage() == Stage.RCPT && isTooManyRecipients(reply)) {
            return new Result.Deferred(new Diagnosis(EnhancedStatus.of("4.5.3"), reply, remote, summary));
        }
        return switch (reply.severity()) {
            case PERMANENT_NEGATIVE -> new Result.Refused(new Diagnosis(status(reply, 5), reply, remote, summary));
            // A positive or intermediate reply where none is due says nothing we could rely on.
            case TRANSIENT_NEGATIVE, POSITIVE, INTERMEDIATE ->
                new Result.Deferred(new Diagnosis(status(reply, 4), reply, remote, summary));
        };
    }

    /** The reply's status in the class that the disposition has. */
    static EnhancedStatus status(Reply reply, int statusClass) {
        EnhancedStatus given = reply.status();
        return given == null ? new EnhancedStatus(statusClass, 0, 0) : given.inClass(statusClass);
    }

    /**
     * RFC 5321 §4.5.3.1.10: a 552 to RCPT is to be taken as 452, too many recipients, as older servers say it; unless its
     * status says plainly that something else is meant, such as 5.2.2, a full mailbox.
     */
    private static boolean isTooManyRecipients(Reply reply) {
        EnhancedStatus status = reply.status();
        return reply.code() == 552
                && (status == null || status.detail() == 0 || (status.subject() == 5 && status.detail() == 3));
    }

    /** A rate signal within a session: 421 is one by itself. */
    static Pushback pushback(Reply reply) {
        return (reply.code() == 421 && !isAboutSomethingElse(reply)) || asksForSlower(reply)
                ? Pushback.SLOW_DOWN
                : Pushback.NONE;
    }

    /** Whether a 4yz says by its status or its words that we are too fast or too many. */
    static boolean asksForSlower(Reply reply) {
        if (reply.severity() != Reply.Severity.TRANSIENT_NEGATIVE || isAboutSomethingElse(reply)) {
            return false;
        }
        EnhancedStatus status = reply.status();
        return (status != null && status.subject() == 7) || contains(reply, SLOWER);
    }

    private static boolean isAboutSomethingElse(Reply reply) {
        return contains(reply, NOT_SLOWER);
    }

    private static boolean contains(Reply reply, List<String> phrases) {
        String words = String.join(" ", reply.lines()).toLowerCase(Locale.ROOT);
        return phrases.stream().anyMatch(words::contains);
    }

    static Pushback pushback(List<Result> results) {
        for (Result result : results) {
            Reply reply = result.diagnosis().reply();
            if (reply != null && pushback(reply) == Pushback.SLOW_DOWN) {
                return Pushback.SLOW_DOWN;
            }
        }
        return Pushback.NONE;
    }

    /** What the failure of a connection is called. */
    static Diagnosis broken(Failure failure, Stage stage, String what, @Nullable String remote) {
        String status = switch (failure) {
            case CONNECT -> "4.4.1";
            case TIMEOUT -> stage == Stage.CONNECT ? "4.4.1" : "4.4.2";
            case BROKEN -> "4.4.2";
            case PROTOCOL -> "4.5.0";
        };
        return new Diagnosis(EnhancedStatus.of(status), null, remote, what);
    }
}
