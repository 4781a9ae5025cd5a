package org.postrider.policy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Mailbox;
import org.postrider.mail.Reply;
import org.postrider.policy.PolicySettings.NextHop;

/**
 * Asks the server that a domain's mail goes to about its recipients, and remembers what it said. Who asks the same at the
 * same time waits for one answer. A recipient who was known stays so while the server does not answer.
 *
 * <p>Thread: any; the lock is held for a map operation.
 */
final class CallForward {
    /** Questions at once; more are not asked, and deferred. */
    static final int QUESTIONS_MAX = 100;

    private final RecipientProbe probe;
    private final Lookups lookups;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final RecentlyUsed<Mailbox, Kept> answers;
    private final Map<Mailbox, Lookups.Pending<Answer>> underWay = new ConcurrentHashMap<>();

    /** Whether a recipient exists. */
    enum Answer {
        KNOWN,
        UNKNOWN,
        /** The server has not said. */
        UNCLEAR
    }

    private record Kept(Answer answer, long until) {}

    CallForward(RecipientProbe probe, int entriesMax, LongSupplier nanoTime) {
        this.probe = probe;
        this.lookups = new Lookups(QUESTIONS_MAX, nanoTime);
        this.nanoTime = nanoTime;
        this.answers = new RecentlyUsed<>(entriesMax);
    }

    Answer ask(Mailbox recipient, NextHop server, PolicySettings.CallForward settings) {
        @Nullable Kept kept = kept(recipient);
        if (kept != null && kept.until - nanoTime.getAsLong() > 0) {
            return kept.answer;
        }
        Lookups.Pending<Answer> pending = underWay.compute(
                recipient,
                (_, running) -> running == null || running.isDone() ? start(recipient, server, settings) : running);
        Answer answer = pending.await().orElse(Answer.UNCLEAR);
        if (pending.isDone()) {
            // One that found no room has not removed itself.
            underWay.remove(recipient, pending);
        }
        boolean wasKnown = kept != null && kept.answer == Answer.KNOWN;
        return answer == Answer.UNCLEAR && wasKnown ? Answer.KNOWN : answer;
    }

    private Lookups.Pending<Answer> start(Mailbox recipient, NextHop server, PolicySettings.CallForward settings) {
        return lookups.start("call-forward", settings.patience(), () -> {
            try {
                return learn(recipient, probe.ask(server, recipient, settings.patience()), settings);
            } finally {
                underWay.remove(recipient);
            }
        });
    }

    private Answer learn(Mailbox recipient, RecipientProbe.Result result, PolicySettings.CallForward settings) {
        Answer answer = switch (result) {
            case RecipientProbe.Result.Failed _ -> Answer.UNCLEAR;
            case RecipientProbe.Result.Answered(Reply reply) ->
                switch (reply.severity()) {
                    case POSITIVE -> Answer.KNOWN;
                    case PERMANENT_NEGATIVE -> Answer.UNKNOWN;
                    case INTERMEDIATE, TRANSIENT_NEGATIVE -> Answer.UNCLEAR;
                };
        };
        switch (answer) {
            case KNOWN -> keep(recipient, answer, settings.known());
            case UNKNOWN -> keep(recipient, answer, settings.unknown());
            case UNCLEAR -> {}
        }
        return answer;
    }

    private @Nullable Kept kept(Mailbox recipient) {
        lock.lock();
        try {
            return answers.get(recipient);
        } finally {
            lock.unlock();
        }
    }

    private void keep(Mailbox recipient, Answer answer, Duration ttl) {
        lock.lock();
        try {
            answers.put(recipient, new Kept(answer, nanoTime.getAsLong() + ttl.toNanos()));
        } finally {
            lock.unlock();
        }
    }
}
