package org.postrider.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A content filter of somebody else's, in the foreground on a configuration of the test's own, ended with it. */
final class FilterPeer implements AutoCloseable {
    private static final long START_SECONDS = 30;
    private static final long STOP_SECONDS = 10;
    private static final int POLL_MILLIS = 50;

    private final Path log;
    private final Process process;

    private FilterPeer(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** Starts it, and waits until it takes connections. */
    static FilterPeer start(
            Path directory, Map<String, String> environment, InetSocketAddress address, List<String> command)
            throws IOException, InterruptedException {
        Path log = directory.resolve("out.log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        FilterPeer peer = new FilterPeer(
                log,
                builder.redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(log.toFile())
                        .start());
        peer.awaitListening(address);
        return peer;
    }

    private void awaitListening(InetSocketAddress address) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            try (Socket _ = new Socket(address.getAddress(), address.getPort())) {
                return;
            } catch (IOException notYet) {
                // It is still starting.
            }
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        String said = log();
        close();
        throw new IOException("the filter did not start:\n" + said);
    }

    String log() throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
