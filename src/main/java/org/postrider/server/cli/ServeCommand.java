package org.postrider.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.server.config.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: the server in the foreground. */
@Command(
        name = "serve",
        description =
                "Runs the server in the foreground. SIGTERM drains it, SIGHUP makes it read its configuration again.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private final ServerStarter starter;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration. Default: ./postrider.toml")
    private Path config = Path.of("postrider.toml");

    ServeCommand(ServerStarter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        switch (ConfigurationFile.read(config)) {
            case ConfigurationFile.Result.Invalid invalid -> throw ConfigCheckCommand.invalid(invalid.problems());
            case ConfigurationFile.Result.Valid valid -> {
                valid.warnings().stream().map(Problem::text).forEach(LOG::warn);
                try {
                    var server = starter.start(valid.configuration(), new ServerStarter.Launch(config, false));
                    Foreground.run(server, server.summary(), spec.commandLine().getOut());
                } catch (IOException e) {
                    throw new CommandFailed(ExitCodes.IO, "cannot start: " + e.getMessage());
                }
            }
        }
        return ExitCodes.OK;
    }
}
