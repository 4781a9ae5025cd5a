package org.postrider.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.Requirement;

/**
 * Runs the queue engine in simulated worlds. {@code -Dseed=…} runs one again; {@code -Dseeds=…} runs so many. A seed that
 * has failed once goes into {@code simulation/regressions.txt} and is run first from then on.
 */
@Timeout(600)
class SimulationTest {
    private static final int SEEDS = 200;

    @Test
    @Requirement({"K5", "conf-35", "conf-90", "conf-91"})
    void everyRecipientHasExactlyOneEndInEveryWorld() throws IOException {
        List<String> failures = new ArrayList<>();
        for (long seed : seeds()) {
            try {
                long first = new Simulation(seed, Sabotage.NONE).run();
                long second = new Simulation(seed, Sabotage.NONE).run();
                if (first != second) {
                    failures.add("-Dseed=" + seed + ": two runs differ");
                }
            } catch (AssertionError | RuntimeException e) {
                failures.add("-Dseed=" + seed + ": " + e);
                if (Long.getLong("seed") != null) {
                    throw e;
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    private static long[] seeds() throws IOException {
        Long one = Long.getLong("seed");
        if (one != null) {
            return new long[] {one};
        }
        LongStream fresh = LongStream.rangeClosed(1, Integer.getInteger("seeds", SEEDS));
        return LongStream.concat(regressions().stream().mapToLong(Long::longValue), fresh)
                .toArray();
    }

    private static List<Long> regressions() throws IOException {
        try (InputStream file = SimulationTest.class.getResourceAsStream("/simulation/regressions.txt")) {
            if (file == null) {
                throw new AssertionError("simulation/regressions.txt is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .map(Long::valueOf)
                    .toList();
        }
    }
}
