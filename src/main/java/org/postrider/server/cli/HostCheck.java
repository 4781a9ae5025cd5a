package org.postrider.server.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.postrider.domain.CheckResult;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.server.config.Configuration;

/** Whether this machine gives a server what it needs. */
final class HostCheck {
    /** Accepting mail waits for a sync; beyond this senders feel it. */
    private static final Duration SYNC_USUAL_MAX = Duration.ofMillis(50);

    private static final int SYNCS = 9;
    private static final int SYNC_OCTETS = 4_096;
    private static final double DISK_FULL = 0.95;
    /** Files of one connection: its socket, and the message it brings. */
    private static final int FILES_PER_CONNECTION = 2;

    private final Configuration configuration;
    private final boolean running;

    /** @param running whether the configuration's server runs, so that its ports are taken by right */
    HostCheck(Configuration configuration, boolean running) {
        this.configuration = configuration;
        this.running = running;
    }

    List<CheckResult> check() {
        List<CheckResult> results = new ArrayList<>();
        configuration.listeners().forEach(listener -> results.add(port(listener.address())));
        results.add(port(configuration.http().address()));
        results.addAll(disk(configuration.dataDir()));
        results.add(openFiles());
        return results;
    }

    private CheckResult port(InetSocketAddress address) {
        String subject = address.getAddress().getHostAddress() + ":" + address.getPort();
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
            return new CheckResult("port", Grade.GOOD, subject, List.of(), "", "It can be had.", "");
        } catch (BindException taken) {
            return bindFailed(subject, String.valueOf(taken.getMessage()));
        } catch (IOException e) {
            return bindFailed(subject, String.valueOf(e.getMessage()));
        }
    }

    private CheckResult bindFailed(String subject, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("in use")) {
            return running
                    ? new CheckResult(
                            "port", Grade.GOOD, subject, List.of(), "", "It is taken, and the server runs.", "")
                    : new CheckResult(
                            "port",
                            Grade.ERROR,
                            subject,
                            List.of(message),
                            "a free port",
                            "Another program has it.",
                            "`ss -ltnp` tells which; stop it, or name another port.");
        }
        boolean forbidden = lower.contains("denied") || lower.contains("not permitted");
        return new CheckResult(
                "port",
                forbidden && running ? Grade.UNKNOWN : Grade.ERROR,
                subject,
                List.of(message),
                "a port that can be had",
                forbidden ? "This user may not have it." : "It cannot be had.",
                forbidden
                        ? "Ports below 1024 need CAP_NET_BIND_SERVICE: AmbientCapabilities= in a systemd unit."
                        : "Name an address of this machine.");
    }

    private List<CheckResult> disk(Path dataDir) {
        if (!Files.isDirectory(dataDir)) {
            return List.of(new CheckResult(
                    "disk",
                    Grade.ADVICE,
                    dataDir.toString(),
                    List.of(),
                    "",
                    "The data directory is not there yet; the server makes it when it starts.",
                    ""));
        }
        try {
            return List.of(space(dataDir), sync(dataDir));
        } catch (IOException e) {
            return List.of(new CheckResult(
                    "disk",
                    Grade.ERROR,
                    dataDir.toString(),
                    List.of(String.valueOf(e.getMessage())),
                    "a directory that can be written",
                    "Nothing can be written there.",
                    "Give this user the directory, or run the command as the server's user."));
        }
    }

    private CheckResult space(Path dataDir) throws IOException {
        long free = Files.getFileStore(dataDir).getUsableSpace();
        long total = Files.getFileStore(dataDir).getTotalSpace();
        String found = (free >> 20) + " MiB free of " + (total >> 20) + " MiB";
        long wanted = configuration.spool().freeMin().octets();
        if (free <= wanted) {
            return new CheckResult(
                    "disk",
                    Grade.ERROR,
                    dataDir.toString(),
                    List.of(found),
                    "more than " + (wanted >> 20) + " MiB free",
                    "New mail is refused with 452 4.3.1.",
                    "Make room, or set `[spool] free-min` lower.");
        }
        boolean nearlyFull = total > 0 && free < (1 - DISK_FULL) * total && free < 4 * wanted;
        return new CheckResult(
                "disk",
                nearlyFull ? Grade.WARNING : Grade.GOOD,
                dataDir.toString(),
                List.of(found),
                "",
                nearlyFull ? "It is nearly full: " + found + "." : found + ".",
                nearlyFull ? "Make room." : "");
    }

    /** How long a sync takes as a rule, which is what every accepted message waits for. */
    private static CheckResult sync(Path dataDir) throws IOException {
        long[] nanos = new long[SYNCS];
        Path file = Files.createTempFile(dataDir, "doctor", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < SYNCS; i++) {
                long began = System.nanoTime();
                ByteBuffer block = ByteBuffer.allocate(SYNC_OCTETS);
                while (block.hasRemaining()) {
                    channel.write(block);
                }
                channel.force(false);
                nanos[i] = System.nanoTime() - began;
            }
        } finally {
            Files.deleteIfExists(file);
        }
        Arrays.sort(nanos);
        Duration median = Duration.ofNanos(nanos[SYNCS / 2]);
        String found = String.format(Locale.ROOT, "%.1f ms", median.toNanos() / 1e6);
        boolean slow = median.compareTo(SYNC_USUAL_MAX) > 0;
        return new CheckResult(
                "sync",
                slow ? Grade.WARNING : Grade.GOOD,
                dataDir.toString(),
                List.of(found),
                slow ? "less than " + SYNC_USUAL_MAX.toMillis() + " ms" : "",
                slow ? "A sync takes " + found + ", and every message waits for one." : "A sync takes " + found + ".",
                slow ? "Put `data-dir` on a faster disk." : "");
    }

    private CheckResult openFiles() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)) {
            return new CheckResult(
                    "open-files", Grade.GOOD, "ulimit -n", List.of(), "", "This system has no such limit.", "");
        }
        long allowed = unix.getMaxFileDescriptorCount();
        long wanted = (long) FILES_PER_CONNECTION
                * configuration.limits().connections().max();
        boolean few = allowed < wanted;
        return new CheckResult(
                "open-files",
                few ? Grade.WARNING : Grade.GOOD,
                "ulimit -n",
                List.of(Long.toString(allowed)),
                few ? Long.toString(wanted) : "",
                few
                        ? "There may be fewer files open than `[limits] connections` needs. This is the limit of this"
                                + " command, as a rule that of the server, too."
                        : "Enough for `[limits] connections`.",
                few ? "LimitNOFILE= in a systemd unit, or fewer `[limits] connections`." : "");
    }
}
