package org.postrider.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.postrider.server.config.Configuration;
import picocli.CommandLine.Option;

/** Which spool a command works on: that of a configuration, else that of a data directory. */
final class StoppedSpool {
    private static final Path USUAL = Path.of("postrider.toml");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The server's configuration. Default: ./postrider.toml, else the server of `postrider dev`.")
    private @Nullable Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "The server's data directory, where it is another.")
    private @Nullable Path dataDir;

    /** What is done with the spool while no server has it. */
    interface Work<T> {
        T on(Path spool) throws IOException;
    }

    /** The spool's directory, which need not be there yet. */
    Path directory() throws CommandFailed {
        if (dataDir != null) {
            return dataDir.resolve("spool");
        }
        Path file = config != null ? config : Files.exists(USUAL) ? USUAL : null;
        Configuration configuration = file == null ? null : Target.read(file);
        return (configuration == null ? DevCommand.usualDataDir() : configuration.dataDir()).resolve("spool");
    }

    /** The spool's directory; one that is not there must not be made by looking at it. */
    Path existing() throws CommandFailed {
        Path directory = directory();
        if (!Files.isDirectory(directory)) {
            throw new CommandFailed(
                    ExitCodes.NOT_FOUND,
                    "there is no spool at " + directory + ": name a configuration with --config, or a data directory"
                            + " with --data-dir.");
        }
        return directory;
    }

    /** Does it, with the remedy in the words of a failure. */
    static <T> T work(Path spool, Work<T> work) throws CommandFailed {
        try {
            return work.on(spool);
        } catch (IOException e) {
            String remedy = Files.exists(spool.resolve("lock"))
                    ? ". A spool that a running server has must be left by it first: stop the server."
                    : "";
            throw new CommandFailed(ExitCodes.IO, Output.plain(String.valueOf(e.getMessage())) + remedy);
        }
    }
}
