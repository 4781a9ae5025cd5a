package org.postrider.reception;

import java.time.Duration;

/**
 * From where on the server counts as stressed. Each level is reached when any one measure is; it is left when all have
 * fallen below {@code leaveShare} of their thresholds and the level has lasted for {@code holdTime}.
 *
 * <p>A full spool never counts as overload: connections are still taken, and MAIL is answered with 452 4.3.1, which says
 * what is the matter.
 */
public record StressThresholds(Load busy, Load overloaded, double leaveShare, Duration holdTime) {
    public static final StressThresholds DEFAULT = new StressThresholds(
            new Load(0.80, 0.85, Duration.ofMillis(500), 0.90),
            new Load(0.98, 0.95, Duration.ofSeconds(5), Double.POSITIVE_INFINITY),
            0.90,
            Duration.ofSeconds(5));

    public StressThresholds {
        if (!(leaveShare > 0 && leaveShare <= 1)) {
            throw new IllegalArgumentException("share to leave at " + leaveShare);
        }
    }
}
