package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class TurnsTest {
    private static final String BATCH = "3";
    private static final String IDLE = "5";

    private Process process;

    @BeforeEach
    void begin() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/chrt")), "util-linux");
        process = new ProcessBuilder("sleep", "60").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void threadsThatAreWokenWaitForTheirTurn() throws IOException {
        assertThat(Turns.take(process.pid())).isTrue();
        assertThat(Turns.policy(process.pid())).isEqualTo(BATCH);
    }

    @Test
    void aPolicyThatSomebodyChoseStays() throws IOException, InterruptedException {
        Process chrt = new ProcessBuilder("chrt", "-i", "-p", "0", Long.toString(process.pid())).start();
        assertThat(chrt.waitFor()).isZero();
        assertThat(Turns.take(process.pid())).isFalse();
        assertThat(Turns.policy(process.pid())).isEqualTo(IDLE);
    }

    @Test
    void aProcessThatIsGoneIsLeftAlone() throws InterruptedException {
        process.destroyForcibly().waitFor();
        assertThat(Turns.take(process.pid())).isFalse();
    }
}
