package org.postrider.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.testing.Requirement;

/** A short run of what {@code postrider crashtest} does. */
@Timeout(300)
final class CrashTestTest {
    private static final int ROUNDS = 8;

    @TempDir
    private Path directory;

    @Test
    @Requirement({"L1", "L3", "conf-15", "RFC 5321 §6.1"})
    void aServerThatIsKilledKeepsWhatItPromised() throws IOException, InterruptedException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        CrashTest.Settings settings = new CrashTest.Settings(directory, ROUNDS, 6, 120, System.nanoTime(), true);
        CrashReport report = new CrashTest(settings, new PrintStream(said, true, StandardCharsets.UTF_8)).run();
        assertThat(report.passed())
                .as("%s%n%s", said.toString(StandardCharsets.UTF_8), report.text())
                .isTrue();
        assertThat(report.balance().accepted()).isPositive();
        assertThat(report.json()).contains("\"lost\":0");
    }
}
