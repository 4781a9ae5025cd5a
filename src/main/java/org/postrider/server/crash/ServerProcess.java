package org.postrider.server.crash;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A {@code postrider serve} of its own process, run from the class path of this one, on a configuration file.
 *
 * <p>Thread: any.
 */
public final class ServerProcess implements AutoCloseable {
    private static final String MAIN = "org.postrider.server.Main";
    private static final String STARTED = "HTTP on ";
    private static final int LOG_OCTETS_LOOKED_AT = 64 * 1024;
    private static final int PORT_MIN = 10_000;
    /** Here begin the ports that Linux gives to outgoing connections. */
    private static final int PORT_END = 32_768;

    private static final int PORT_TRIES = 100;
    private static final int POLL_MILLIS = 5;
    private static final Duration KILL_WAIT = Duration.ofSeconds(10);

    private final Process process;
    private final InetSocketAddress smtp;
    private final Path log;
    /** Where in the log this process began. */
    private final long logStart;

    private ServerProcess(Process process, InetSocketAddress smtp, Path log, long logStart) {
        this.process = process;
        this.smtp = smtp;
        this.log = log;
        this.logStart = logStart;
    }

    /**
     * Starts the server; it may not listen yet when this returns.
     *
     * @param configuration the TOML file
     * @param smtp the listener that {@link #awaitGreeting} asks for a greeting
     * @param log the file that gets what the server prints, appended
     * @param javaOptions such as system properties
     */
    public static ServerProcess start(Path configuration, InetSocketAddress smtp, Path log, List<String> javaOptions)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        // A server that lives for a second is not worth the second compiler.
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.add("-Xshare:auto");
        command.addAll(javaOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MAIN);
        command.add("serve");
        command.add("--config");
        command.add(configuration.toString());
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new ServerProcess(process, smtp, log, logStart);
    }

    /** A loopback port that was free a moment ago, and that no connection of anybody's takes for its own end. */
    public static InetSocketAddress freeAddress() throws IOException {
        BindException taken = null;
        for (int i = 0; i < PORT_TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_END);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), probe.getLocalPort());
            } catch (BindException e) {
                taken = e;
            }
        }
        throw new IOException("no free port in " + PORT_TRIES + " tries", taken);
    }

    /** The address as the configuration wants it. */
    public static String text(InetSocketAddress address) {
        return String.format(Locale.ROOT, "%s:%d", address.getAddress().getHostAddress(), address.getPort());
    }

    /** Waits for the greeting of the SMTP listener. Says whether it came before the process ended or the time was up. */
    public boolean awaitGreeting(Duration limit) throws InterruptedException {
        return await(this::greets, limit);
    }

    /** Waits for the greeting and for the lines that the server prints when it has started and heeds signals. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return await(() -> printed(STARTED) && greets(), limit);
    }

    private boolean printed(String text) {
        try (SeekableByteChannel channel = Files.newByteChannel(log)) {
            channel.position(logStart);
            ByteBuffer start = ByteBuffer.allocate(LOG_OCTETS_LOOKED_AT);
            while (channel.read(start) > 0) {
                // A short read is not the end.
            }
            return new String(start.array(), 0, start.position(), StandardCharsets.UTF_8).contains(text);
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            if (condition.getAsBoolean()) {
                return true;
            }
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return false;
    }

    private boolean greets() {
        try (Socket socket = new Socket()) {
            socket.connect(smtp, 1_000);
            socket.setSoTimeout(5_000);
            InputStream in = socket.getInputStream();
            return in.read() == '2';
        } catch (IOException notYet) {
            return false;
        }
    }

    public InetSocketAddress smtp() {
        return smtp;
    }

    public Path log() {
        return log;
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** SIGKILL, as a power cut is for a process; does not wait. */
    public void kill() {
        process.destroyForcibly();
    }

    /** SIGTERM: the server drains; does not wait. */
    public void beginDrain() {
        process.destroy();
    }

    /** SIGTERM, and waits for the end; a server that takes longer is killed. */
    public int terminate(Duration limit) throws InterruptedException {
        beginDrain();
        return awaitExit(limit);
    }

    /** Sends SIGHUP: the server reads its configuration again. */
    public void reload() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor();
    }

    /** The exit code; −1 where it had to be killed after {@code limit}. */
    public int awaitExit(Duration limit) throws InterruptedException {
        if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            return process.exitValue();
        }
        close();
        return -1;
    }

    /** Kills what still runs and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(KILL_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " outlives SIGKILL");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
