package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.Node;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;

@Timeout(60)
final class RehearsalTest {
    @TempDir
    private Path directory;

    private static ServerStarter.Running start(Configuration configuration, ServerStarter.Launch launch)
            throws IOException {
        return new RunningForTest(Node.start(
                configuration,
                new Node.Options(launch.dev(), () -> new ConfigurationFile.Result.Valid(configuration, List.of()))));
    }

    private Rehearsal.Outcome rehearse(Rehearsal.Length length)
            throws IOException, CommandFailed, InterruptedException {
        return new Rehearsal(RehearsalTest::start, directory, length).run(new PrintWriter(new StringWriter()));
    }

    @Test
    void relaysInClearAndSignedUnderTlsWithAuthentication() throws IOException, CommandFailed, InterruptedException {
        Rehearsal.Outcome outcome = rehearse(new Rehearsal.Length(10, Duration.ofSeconds(30)));
        assertThat(outcome).isEqualTo(new Rehearsal.Outcome(30, 0));
        List<String> log = Files.readAllLines(directory.resolve("near/mail.log"));
        assertThat(log.stream().filter(line -> line.contains("\"event\":\"delivered\"")))
                .hasSize(30);
        assertThat(log.stream().filter(line -> line.contains("\"event\":\"attempted\"") && line.contains("TLSv1.3")))
                .hasSize(10);
    }

    @Test
    void beginsNoFurtherLoadWhenItsTimeIsOver() throws IOException, CommandFailed, InterruptedException {
        assertThat(rehearse(new Rehearsal.Length(10, Duration.ZERO))).isEqualTo(new Rehearsal.Outcome(0, 0));
    }
}
