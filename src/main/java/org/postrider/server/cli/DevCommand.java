package org.postrider.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dev}: zero configuration, everything captured, nothing sent out. */
@Command(
        name = "dev",
        description = "Captures all mail that is sent to it and shows it on a page. Sends nothing out.",
        footer = {
            "",
            "The captured mail is kept in the data directory until it is removed: postrider queue remove --all --why"
                    + " seen"
        })
final class DevCommand implements Callable<Integer> {
    static final String SMTP = "127.0.0.1:1025";
    static final String HTTP = "127.0.0.1:8025";

    private final ServerStarter starter;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--smtp", paramLabel = "ADDRESS:PORT", description = "Where to take mail. Default: " + SMTP)
    private String smtp = SMTP;

    @Option(names = "--http", paramLabel = "ADDRESS:PORT", description = "Where to show it. Default: " + HTTP)
    private String http = HTTP;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where to keep it. Default: postrider/dev in $XDG_STATE_HOME or ~/.local/state")
    private @Nullable Path dataDir;

    @Option(names = "--no-welcome", description = "Without the message that greets on an empty page.")
    private boolean noWelcome;

    @Option(
            names = "--rehearse",
            hidden = true,
            description = "Starts, greets, relays some thousand messages and ends: what the AOT cache is made of.")
    private boolean rehearse;

    DevCommand(ServerStarter starter) {
        this.starter = starter;
    }

    /** Where dev keeps mail unless told otherwise; the same from every directory, so that other commands find it. */
    static Path usualDataDir() {
        String state = System.getenv("XDG_STATE_HOME");
        Path home = Path.of(System.getProperty("user.home", System.getProperty("java.io.tmpdir")));
        Path base = state == null || state.isBlank() ? home.resolve(".local/state") : Path.of(state);
        return base.resolve("postrider").resolve("dev").toAbsolutePath();
    }

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        if (rehearse && dataDir == null) {
            throw new CommandFailed(ExitCodes.USAGE, "--rehearse needs a --data-dir of its own");
        }
        Path directory = (dataDir == null ? usualDataDir() : dataDir).toAbsolutePath();
        Configuration configuration = configuration(toml(smtp, http, directory), directory);
        ServerStarter.Running server;
        try {
            Files.createDirectories(directory);
            server = starter.start(configuration, new ServerStarter.Launch(null, true));
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCodes.IO,
                    e.getMessage() + ". Another server may be running: take other ports with --smtp and --http.");
        }
        if (!noWelcome) {
            Welcome.sendIfEmpty(server, directory, spec.commandLine().getErr());
        }
        if (rehearse) {
            server.stop();
            return rehearse(directory);
        }
        String captured = "Mail to " + Target.text(server.smtpAddresses().getFirst())
                + " is captured, nothing goes out. Look at http://" + Target.text(server.httpAddress()) + "/";
        Foreground.run(
                server, server.summary() + "\n" + captured, spec.commandLine().getOut());
        return ExitCodes.OK;
    }

    private int rehearse(Path directory) throws CommandFailed, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Rehearsal.Outcome outcome = new Rehearsal(starter, directory, Rehearsal.Length.USUAL).run(err);
            return outcome.refused() == 0 ? ExitCodes.OK : ExitCodes.REFUSED;
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.IO, "The rehearsal broke off: " + e.getMessage());
        }
    }

    /** Reads a configuration that has no file. */
    static Configuration configuration(String toml, Path directory) throws CommandFailed {
        return switch (ConfigurationFile.parse(toml, directory, "dev")) {
            case ConfigurationFile.Result.Valid valid -> valid.configuration();
            case ConfigurationFile.Result.Invalid invalid ->
                throw new CommandFailed(
                        ExitCodes.USAGE, invalid.problems().getFirst().text());
        };
    }

    /** What dev is, in the words of a configuration file. */
    static String toml(String smtp, String http, Path directory) {
        return """
            hostname = "localhost"
            data-dir = %s
            [[listener]]
            address = %s
            role = "relay"
            tls = "starttls"
            bare-newline = "normalise"
            [tls]
            self-signed = true
            [relay]
            networks = ["127.0.0.0/8", "::1/128"]
            [http]
            address = %s
            [[route]]
            recipient-domain = "*"
            to = "hold"
            """.formatted(quoted(directory.toString()), quoted(smtp), quoted(http));
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
