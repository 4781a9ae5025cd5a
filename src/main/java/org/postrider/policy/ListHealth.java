package org.postrider.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.postrider.dns.Answer;
import org.postrider.dns.ListedName;
import org.postrider.mail.Domain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a DNS list can be believed. Each list is tested before its first use and now and then after that: 127.0.0.1 must
 * not be listed, 127.0.0.2 must (RFC 5782 §5). One that lists all the world, answers with errors or nonsense, or does not
 * answer at all, is left alone for a while, and people are told.
 *
 * <p>Thread: any. The lock is held while the list is tested; only who comes before the first test has ended waits for it.
 */
final class ListHealth {
    /** Questions in a row without an answer, before a list is left alone. */
    static final int FAILURES_MAX = 5;

    /** How long after that. */
    static final Duration PAUSE = Duration.ofMinutes(1);

    /** How long a list is left alone that was wrong. */
    static final Duration DISTRUST = Duration.ofMinutes(10);

    /** How long a test that went well serves. */
    static final Duration TESTED = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(ListHealth.class);
    private static final InetAddress NEVER_LISTED = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress ALWAYS_LISTED = InetAddress.ofLiteral("127.0.0.2");

    private final Domain zone;
    private final Function<Domain, Answer<InetAddress>> question;
    private final LongSupplier nanoTime;
    private final ReentrantLock testing = new ReentrantLock();
    private volatile State state;
    private volatile int failures;

    /**
     * @param due when it is tested next
     * @param distrust why it is not believed until then; empty where it is
     */
    private record State(long due, String distrust, boolean tested) {}

    ListHealth(Domain zone, Function<Domain, Answer<InetAddress>> question, LongSupplier nanoTime) {
        this.zone = zone;
        this.question = question;
        this.nanoTime = nanoTime;
        this.state = new State(nanoTime.getAsLong(), "", false);
    }

    boolean isUsable() {
        State now = state;
        if (nanoTime.getAsLong() - now.due < 0) {
            return now.distrust.isEmpty();
        }
        if (!now.tested) {
            testing.lock();
        } else if (!testing.tryLock()) {
            return now.distrust.isEmpty();
        }
        try {
            if (nanoTime.getAsLong() - state.due >= 0) {
                test();
            }
            return state.distrust.isEmpty();
        } finally {
            testing.unlock();
        }
    }

    boolean isDistrusted() {
        return !state.distrust.isEmpty();
    }

    String why() {
        return state.distrust;
    }

    /** It gave an answer that makes sense. */
    void answered() {
        if (failures != 0) {
            failures = 0;
        }
    }

    /** It gave none. Counted without a lock: whether it is one more or less is nothing to wait for. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void failed(String how) {
        if (++failures >= FAILURES_MAX) {
            failures = 0;
            leave(PAUSE, FAILURES_MAX + " questions had no answer, the last: " + how);
        }
    }

    void distrust(String why) {
        leave(DISTRUST, why);
    }

    private void leave(Duration pause, String why) {
        LOG.warn("DNS list {} is not asked for {}: {}", zone, pause, why);
        state = new State(nanoTime.getAsLong() + pause.toNanos(), why, true);
    }

    private void test() {
        boolean recovers = isDistrusted();
        switch (question.apply(ListedName.of(NEVER_LISTED, zone))) {
            case Answer.Found<InetAddress> _ -> {
                leave(DISTRUST, "it lists 127.0.0.1, and so probably everything");
                return;
            }
            case Answer.Failed<InetAddress> failed -> {
                // A list that was wrong is not believed again before it has shown that it is right.
                if (recovers) {
                    leave(PAUSE, "the test had no answer: " + failed.failure());
                    return;
                }
            }
            case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ -> {}
        }
        switch (question.apply(ListedName.of(ALWAYS_LISTED, zone))) {
            case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ ->
                LOG.warn("DNS list {} does not list 127.0.0.2: it may be empty, or gone (RFC 5782 §5)", zone);
            case Answer.Found<InetAddress> _, Answer.Failed<InetAddress> _ -> {}
        }
        if (recovers) {
            LOG.info("DNS list {} is asked again", zone);
        }
        state = new State(nanoTime.getAsLong() + TESTED.toNanos(), "", true);
    }
}
