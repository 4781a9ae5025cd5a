package org.postrider.policy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.postrider.smtp.server.StressLevel;

/**
 * Makes those wait who are refused again and again. Never more than so many at once, and nobody while the server is short
 * of something: who is slowed down holds a connection.
 *
 * <p>Thread: any; blocks the caller.
 */
final class TarPit {
    private final Supplier<StressLevel> stress;
    private final Pause pause;
    private final AtomicInteger sleepers = new AtomicInteger();

    /** Waits, or returns early where the thread is interrupted. */
    interface Pause {
        void last(Duration duration);
    }

    TarPit(Supplier<StressLevel> stress, Pause pause) {
        this.stress = stress;
        this.pause = pause;
    }

    /**
     * @param refusals of this session so far, this one among them
     */
    void slowDown(int refusals, PolicySettings.Tarpit settings) {
        if (settings.delay().isZero() || stress.get() != StressLevel.CALM) {
            return;
        }
        try {
            if (sleepers.incrementAndGet() <= settings.sleepersMax()) {
                Duration wanted = settings.delay().multipliedBy(refusals);
                pause.last(wanted.compareTo(settings.delayMax()) < 0 ? wanted : settings.delayMax());
            }
        } finally {
            sleepers.decrementAndGet();
        }
    }
}
