package org.postrider.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.server.Node;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;

/**
 * A server in this process, in a directory of the test, and somebody who types commands for it.
 *
 * <p>Thread: confined to the test.
 */
final class CommandLineUser implements AutoCloseable {
    private final Path directory;
    private @Nullable Node node;

    private CommandLineUser(Path directory) {
        this.directory = directory;
    }

    /** What a command came to. */
    record Result(int code, String out, String err) {}

    /** With a server whose mail to every domain takes the route {@code to}. */
    static CommandLineUser withRoute(Path directory, String to) throws IOException {
        CommandLineUser user = new CommandLineUser(directory);
        user.configure(to, "");
        user.start();
        return user;
    }

    /** Without a server, until {@link #configure} and {@link #start}. */
    static CommandLineUser stopped(Path directory) {
        return new CommandLineUser(directory);
    }

    void configure(String to, String more) throws IOException {
        Files.writeString(file(), """
            hostname = "postrider.test"
            data-dir = "data"

            [[listener]]
            address = "127.0.0.1:0"
            role = "relay"

            [relay]
            networks = ["127.0.0.0/8"]

            [http]
            address = "127.0.0.1:0"

            %s
            [[route]]
            recipient-domain = "*"
            to = "%s"
            """.formatted(more, to));
    }

    void start() throws IOException {
        Configuration configuration = switch (ConfigurationFile.read(file())) {
            case ConfigurationFile.Result.Valid valid -> valid.configuration();
            case ConfigurationFile.Result.Invalid invalid ->
                throw new IOException(invalid.problems().toString());
        };
        node = Node.start(configuration, new Node.Options(false, () -> ConfigurationFile.read(file())));
    }

    Path file() {
        return directory.resolve("postrider.toml");
    }

    Path spool() {
        return directory.resolve("data").resolve("spool");
    }

    String smtp() {
        return Target.text(running().smtpAddresses().getFirst());
    }

    private Node running() {
        return Optional.ofNullable(node).orElseThrow();
    }

    /** A command for the server, with the options that say which. */
    Result ask(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.add("--config=" + file());
        arguments.add("--data-dir=" + directory.resolve("data"));
        arguments.add("--http=" + Target.text(running().httpAddress()));
        return type(arguments.toArray(String[]::new));
    }

    /** {@code send} to this server. */
    Result send(String to, String... more) {
        List<String> arguments = new ArrayList<>(List.of("send", "--to=" + to, "--server=" + smtp()));
        arguments.addAll(List.of(more));
        return ask(arguments.toArray(String[]::new));
    }

    /** Any command; none of them may start a server. */
    static Result type(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ServerStarter never = (_, _) -> {
            throw new IOException("no server is started here");
        };
        int code = Cli.run(new PrintWriter(out), new PrintWriter(err), never, arguments);
        return new Result(code, out.toString(), err.toString());
    }

    void stop() {
        running().close();
        node = null;
    }

    @Override
    public void close() {
        if (node != null) {
            stop();
        }
    }
}
