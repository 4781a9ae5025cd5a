package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.postrider.smtp.server.StressLevel;

class StressGaugeTest {
    private static final Instant START = Instant.EPOCH;
    private final StressGauge gauge = new StressGauge(StressThresholds.DEFAULT);

    private StressLevel after(int seconds, double sessions) {
        return gauge.observe(START.plusSeconds(seconds), new Load(sessions, 0.1, Duration.ofMillis(1), 0.1));
    }

    @Test
    void risesAtOnce() {
        assertThat(gauge.level()).isEqualTo(StressLevel.CALM);
        assertThat(after(0, 0.85)).isEqualTo(StressLevel.BUSY);
        assertThat(after(1, 0.99)).isEqualTo(StressLevel.OVERLOADED);
        assertThat(gauge.level()).isEqualTo(StressLevel.OVERLOADED);
    }

    @Test
    void fallsOnlyAfterAWhileAndWellBelowTheThreshold() {
        after(0, 0.85);
        assertThat(after(1, 0.1)).isEqualTo(StressLevel.BUSY);
        assertThat(after(6, 0.75)).isEqualTo(StressLevel.BUSY);
        assertThat(after(7, 0.1)).isEqualTo(StressLevel.CALM);
    }

    @Test
    void doesNotFlapAroundTheThreshold() {
        int changes = 0;
        StressLevel last = gauge.level();
        for (int second = 0; second < 100; second++) {
            StressLevel now = after(second, second % 2 == 0 ? 0.81 : 0.79);
            changes += now == last ? 0 : 1;
            last = now;
        }
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void looksAtEachMeasure() {
        Duration quick = Duration.ofMillis(1);
        assertThat(fresh(new Load(0, 0.96, quick, 0))).isEqualTo(StressLevel.OVERLOADED);
        assertThat(fresh(new Load(0, 0, Duration.ofSeconds(6), 0))).isEqualTo(StressLevel.OVERLOADED);
        assertThat(fresh(new Load(0, 0, Duration.ofMillis(600), 0))).isEqualTo(StressLevel.BUSY);
        assertThat(fresh(new Load(0, 0, quick, 1))).isEqualTo(StressLevel.BUSY);
        assertThat(fresh(new Load(0.5, 0.5, quick, 0.5))).isEqualTo(StressLevel.CALM);
    }

    private static StressLevel fresh(Load load) {
        return new StressGauge(StressThresholds.DEFAULT).observe(START, load);
    }
}
