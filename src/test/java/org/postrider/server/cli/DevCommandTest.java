package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.Node;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import tools.jackson.core.type.TypeReference;

@Timeout(30)
final class DevCommandTest {
    @TempDir
    private Path directory;

    private Node dev(String smtp, String http) throws IOException {
        Configuration configuration =
                switch (ConfigurationFile.parse(DevCommand.toml(smtp, http, directory), directory, "dev")) {
                    case ConfigurationFile.Result.Valid valid -> valid.configuration();
                    case ConfigurationFile.Result.Invalid invalid ->
                        throw new IOException(invalid.problems().toString());
                };
        return Node.start(
                configuration,
                new Node.Options(true, () -> new ConfigurationFile.Result.Valid(configuration, List.of())));
    }

    @Test
    void welcomesOnWhateverPortsItGotAndOnlyOnce() throws IOException, CommandFailed {
        try (Node node = dev("127.0.0.1:0", "127.0.0.1:0")) {
            StringWriter err = new StringWriter();
            Welcome.sendIfEmpty(new RunningForTest(node), directory, new PrintWriter(err));
            Welcome.sendIfEmpty(new RunningForTest(node), directory, new PrintWriter(err));
            assertThat(err.toString()).isEmpty();
            CommandLineUser.Result list = CommandLineUser.type(
                    "queue", "list", "--json", "--data-dir=" + directory, "--http=" + Target.text(node.httpAddress()));
            List<Object> captured = Output.JSON.readValue(list.out(), new TypeReference<List<Object>>() {});
            assertThat(captured).hasSize(1);
        }
    }

    @Test
    void saysWhatToDoWhereItCannotStart() {
        CommandLineUser.Result result = CommandLineUser.type("dev", "--data-dir=" + directory);
        assertThat(result.code()).isEqualTo(ExitCodes.IO);
        assertThat(result.err()).contains("--smtp and --http");
    }
}
