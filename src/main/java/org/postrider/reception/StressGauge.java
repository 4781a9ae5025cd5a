package org.postrider.reception;

import java.time.Duration;
import java.time.Instant;
import org.postrider.smtp.server.StressLevel;

/**
 * Tells how stressed the server is. Whoever wires the server calls {@link #observe} every second or so; sessions read
 * {@link #level}.
 *
 * <p>The level rises at once and falls late, so that it does not flap around a threshold.
 *
 * <p>Thread: one observes; any reads.
 */
public final class StressGauge {
    private final StressThresholds thresholds;
    private volatile StressLevel level = StressLevel.CALM;
    private Instant since = Instant.MIN;

    public StressGauge(StressThresholds thresholds) {
        this.thresholds = thresholds;
    }

    public StressLevel level() {
        return level;
    }

    /** Takes in how busy the server is now. */
    public StressLevel observe(Instant now, Load load) {
        StressLevel reached = reached(load, 1);
        if (reached.compareTo(level) >= 0) {
            since = now;
            level = reached;
        } else if (!now.isBefore(since.plus(thresholds.holdTime()))) {
            StressLevel kept = reached(load, thresholds.leaveShare());
            if (kept.compareTo(level) < 0) {
                since = now;
                level = kept;
            }
        }
        return level;
    }

    private StressLevel reached(Load load, double share) {
        if (exceeds(load, thresholds.overloaded(), share)) {
            return StressLevel.OVERLOADED;
        }
        return exceeds(load, thresholds.busy(), share) ? StressLevel.BUSY : StressLevel.CALM;
    }

    private static boolean exceeds(Load load, Load threshold, double share) {
        return load.sessions() >= threshold.sessions() * share
                || load.heap() >= threshold.heap() * share
                || load.spoolFill() >= threshold.spoolFill() * share
                || nanos(load.commitP99()) >= nanos(threshold.commitP99()) * share;
    }

    private static double nanos(Duration duration) {
        return duration.toNanos();
    }
}
