package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postrider.server.crash.ServerProcess;

/**
 * A server in a directory of the test, described by what differs from a plain relay on loopback. It can be started, ended
 * in several ways, and started again on what it left.
 *
 * <p>Thread: confined to the test.
 */
public final class PostriderUnderTest implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(90);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(30);

    private final Path directory;
    private final InetSocketAddress smtp;
    private final InetSocketAddress http;
    private final List<String> javaOptions = new ArrayList<>();
    private String role = "relay";
    private String routes = "";
    private String sections = "";
    private String retry = "schedule = [\"1s\"]";
    private ServerProcess process;

    @SuppressWarnings("NullAway.Init") // there is no process before start
    private PostriderUnderTest(Path directory) throws IOException {
        this.directory = directory;
        this.smtp = ServerProcess.freeAddress();
        this.http = ServerProcess.freeAddress();
    }

    /** A server that keeps its configuration, its data and its log below {@code directory}. */
    public static PostriderUnderTest in(Path directory) throws IOException {
        return new PostriderUnderTest(directory);
    }

    public PostriderUnderTest role(String text) {
        role = text;
        return this;
    }

    /** Adds a route; the first that matches wins. */
    public PostriderUnderTest route(String domain, String to) {
        routes += "[[route]]\nrecipient-domain = \"" + domain + "\"\nto = \"" + to + "\"\n\n";
        return this;
    }

    public PostriderUnderTest route(String domain, InetSocketAddress to) {
        return route(domain, "smtp:" + ServerProcess.text(to));
    }

    public PostriderUnderTest withoutRoutes() {
        routes = "";
        return this;
    }

    /** Adds whole sections of the configuration. */
    public PostriderUnderTest section(String toml) {
        sections += toml + "\n";
        return this;
    }

    public PostriderUnderTest retry(String toml) {
        retry = toml;
        return this;
    }

    public PostriderUnderTest javaOption(String option) {
        javaOptions.add(option);
        return this;
    }

    public Path configuration() {
        return directory.resolve("postrider.toml");
    }

    /** Writes the configuration as it now is, for a start or a reload. */
    public void writeConfiguration() throws IOException {
        Files.writeString(configuration(), """
            hostname = "postrider.test"
            data-dir = "data"

            [[listener]]
            address = "%s"
            role = "%s"

            [http]
            address = "%s"

            [retry]
            %s

            %s
            %s
            """.formatted(
                        ServerProcess.text(smtp), role, ServerProcess.text(http), retry, routes, sections));
    }

    /** Starts it and waits for its greeting. */
    public PostriderUnderTest start() throws IOException, InterruptedException {
        writeConfiguration();
        process = ServerProcess.start(configuration(), smtp, directory.resolve("server.log"), javaOptions);
        if (!process.awaitReady(READY_LIMIT)) {
            close();
            throw new IOException("the server did not greet:\n" + log());
        }
        return this;
    }

    public InetSocketAddress smtp() {
        return smtp;
    }

    public InetSocketAddress http() {
        return http;
    }

    public Path data() {
        return directory.resolve("data");
    }

    /** What the server printed so far. */
    public String log() throws IOException {
        Path log = directory.resolve("server.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Writes the configuration and sends SIGHUP. */
    public void reload() throws IOException, InterruptedException {
        writeConfiguration();
        process.reload();
    }

    /** A command of the command line for this server, with one line of standard input; wants exit code 0. */
    public void command(String line, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "org.postrider.server.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--config", configuration().toString()));
        Path printed = directory.resolve("command.log");
        Process typed = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try (OutputStream in = typed.getOutputStream()) {
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        boolean ended = typed.waitFor(EXIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        typed.destroyForcibly();
        assertThat(ended && typed.exitValue() == 0)
                .as("%s: %s", command, Files.readString(printed))
                .isTrue();
    }

    /** SIGTERM; does not wait. */
    public void beginDrain() {
        process.beginDrain();
    }

    /** Waits for the end of a drain, which must be a clean one. */
    public void awaitDrained() throws IOException, InterruptedException {
        int code = process.awaitExit(EXIT_LIMIT);
        assertThat(code).as("exit code; log:%n%s", log()).isZero();
    }

    /** SIGTERM and its end. */
    public void drain() throws IOException, InterruptedException {
        beginDrain();
        awaitDrained();
    }

    /** SIGKILL and its end. */
    public void kill() {
        process.close();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
