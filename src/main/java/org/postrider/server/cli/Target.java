package org.postrider.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.http.ControlToken;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import picocli.CommandLine.Option;

/** Which running server a command is for: that of a configuration, else that of {@code postrider dev}. */
final class Target {
    private static final Path USUAL = Path.of("postrider.toml");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The server's configuration. Default: ./postrider.toml, else the server of `postrider dev`.")
    private @Nullable Path config;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "The server's data directory, where it is another.")
    private @Nullable Path dataDir;

    @Option(
            names = "--http",
            paramLabel = "ADDRESS:PORT",
            description = "The server's HTTP address, where it is another.")
    private @Nullable String http;

    /** The configuration, empty for the server of dev. */
    Optional<Configuration> configuration() throws CommandFailed {
        Path file = config != null ? config : Files.exists(USUAL) ? USUAL : null;
        return file == null ? Optional.empty() : Optional.of(read(file));
    }

    static Configuration read(Path file) throws CommandFailed {
        return switch (ConfigurationFile.read(file)) {
            case ConfigurationFile.Result.Valid valid -> valid.configuration();
            case ConfigurationFile.Result.Invalid invalid -> throw ConfigCheckCommand.invalid(invalid.problems());
        };
    }

    ControlClient client() throws CommandFailed {
        // Where all is said, a file that is broken just now does not keep anybody from the server that runs.
        Optional<Configuration> configuration = dataDir != null && http != null ? Optional.empty() : configuration();
        Path directory = dataDir != null
                ? dataDir
                : configuration.map(Configuration::dataDir).orElseGet(DevCommand::usualDataDir);
        String address = http != null
                ? http
                : configuration.map(valid -> text(valid.http().address())).orElse(DevCommand.HTTP);
        try {
            return new ControlClient("http://" + address, ControlToken.load(directory));
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCodes.IO,
                    "no server has run with the data directory " + directory + " (it has no readable control.token)."
                            + " Start one with `postrider dev` or `postrider serve --config FILE`, or name its"
                            + " configuration with --config, or its data directory with --data-dir.");
        }
    }

    /** How to reach an address that a server of this machine listens on. */
    static String text(InetSocketAddress address) {
        InetAddress host =
                address.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address.getAddress();
        String literal = host.getHostAddress();
        return (literal.indexOf(':') < 0 ? literal : "[" + literal + "]") + ":" + address.getPort();
    }
}
