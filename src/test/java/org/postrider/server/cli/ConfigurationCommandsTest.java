package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.cli.CommandLineUser.Result;

@Timeout(30)
final class ConfigurationCommandsTest {
    @TempDir
    private Path directory;

    @Test
    void tellsAnUnknownKeyWithItsPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("bad.toml"), "hostname = \"a.example\"\nhostnam = \"b\"\n");
        for (String[] command : new String[][] {
            {"config", "check", file.toString()},
            {"serve", "--config", file.toString()},
            {"queue", "list", "--config", file.toString()}
        }) {
            Result result = CommandLineUser.type(command);
            assertThat(result.code()).isEqualTo(ExitCodes.CONFIGURATION);
            assertThat(result.err()).contains(file + ":2:1").contains("hostnam");
        }
        Result json = CommandLineUser.type("config", "check", file.toString(), "--json");
        assertThat(json.code()).isEqualTo(ExitCodes.CONFIGURATION);
        assertThat(Output.JSON.readTree(json.out()).path("valid").asBoolean()).isFalse();
    }

    @Test
    void saysHowToReachAServerWhereNoneRuns() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            user.stop();
            for (String[] command :
                    new String[][] {{"queue", "summary"}, {"queue", "list"}, {"explain", "a@b.example"}, {"reload"}}) {
                String[] arguments = java.util.Arrays.copyOf(command, command.length + 2);
                arguments[command.length] = "--data-dir=" + directory.resolve("data");
                arguments[command.length + 1] = "--http=127.0.0.1:1";
                Result result = CommandLineUser.type(arguments);
                assertThat(result.code()).isEqualTo(ExitCodes.IO);
                assertThat(result.err()).contains("postrider serve --config FILE");
            }
        }
        Result never = CommandLineUser.type("queue", "list", "--data-dir=" + directory.resolve("never"));
        assertThat(never.code()).isEqualTo(ExitCodes.IO);
        assertThat(never.err()).contains("no server has run with the data directory");
    }

    @Test
    void reloadTakesAGoodConfigurationAndRefusesABadOne() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            user.configure("discard", "");
            Result good = user.ask("reload");
            assertThat(good.code()).as(good.err()).isZero();
            assertThat(user.send("ada@one.example").out()).startsWith("removed ");
            user.configure("hold", "[nonsense]\nkey = 1\n");
            Result bad = user.ask("reload", "--json");
            assertThat(bad.code()).isEqualTo(ExitCodes.CONFIGURATION);
            assertThat(Output.JSON.readTree(bad.out()).path("remarks").toString())
                    .contains("nonsense");
            assertThat(user.ask("queue", "summary").code()).isZero();
        }
    }

    @Test
    void everyCommandExplainsItself() {
        for (String[] command : new String[][] {
            {"--help"},
            {"dev", "--help"},
            {"spool", "export", "--help"},
            {"queue", "remove", "-h"},
            {"queue"},
            {"spool"}
        }) {
            Result result = CommandLineUser.type(command);
            assertThat(result.code()).isZero();
            assertThat(result.out()).contains("Usage: postrider");
        }
    }

    @Test
    void aMisspeltCommandIsAUsageError() {
        Result result = CommandLineUser.type("quue", "list");
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(result.err()).contains("queue");
    }
}
