package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postrider.mail.QueueId;
import org.postrider.testing.Requirement;
import org.slf4j.LoggerFactory;

/**
 * The real spool on a simulated disk: power cuts, torn pages, failed writes and syncs at chosen moments, restarts. Replay
 * one run with {@code -Dseed=…}; more with {@code -Dseeds=…}.
 */
@Timeout(120)
class PowerCutTest {
    private static final long SEEDS = Long.getLong("seeds", 200);

    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.spool");

    /** Each run provokes a dozen alarms. */
    @BeforeEach
    void silenceAlarms() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void hearAlarms() {
        logger.setLevel(null);
    }

    @Test
    @Requirement({"L1", "L2", "L3"})
    void keepsWhatItPromisedOverEveryCut() throws IOException {
        Long only = Long.getLong("seed");
        for (long seed :
                only != null ? new long[] {only} : LongStream.range(0, SEEDS).toArray()) {
            try {
                new SimSpool(seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("replay with -Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void runsOneSeedTwiceAlike() throws IOException {
        for (long seed = 1_000; seed < 1_010; seed++) {
            assertThat(new SimSpool(seed).run()).isEqualTo(new SimSpool(seed).run());
        }
    }

    static List<Integer> offsetsInARecord() {
        return List.of(0, 9, 20, 30, 44, 60, 100, 400, 2_000);
    }

    /** A flipped bit anywhere in the second of three records leaves the other two, and raises the alarm. */
    @ParameterizedTest
    @MethodSource("offsetsInARecord")
    @Requirement("L4")
    void goesOnBehindADamagedRecord(int offset) throws IOException {
        SimSpool.Rotten rotten = SimSpool.rot(offset);
        try (SimSpool.Opened spool = rotten.open()) {
            List<QueueId> ids = rotten.ids();
            assertThat(spool.read(ids.get(0))).isEqualTo(rotten.content(0));
            assertThat(spool.read(ids.get(2))).isEqualTo(rotten.content(2));
            assertThat(spool.canRead(ids.get(1))).isFalse();
            assertThat(spool.condition().quarantined()).isPositive();
            assertThat(spool.quarantine()).isNotEmpty();
        }
    }
}
