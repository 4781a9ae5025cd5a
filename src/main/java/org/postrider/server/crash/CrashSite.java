package org.postrider.server.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory that the server under test lives in, with its configuration: below the directory that the user named,
 * so that it is on the disk in question and touches nothing that was there.
 */
final class CrashSite {
    static final int SEGMENT_OCTETS = 1 << 20;

    private final Path directory;
    private final InetSocketAddress smtp;
    private final InetSocketAddress http;
    private final InetSocketAddress sink;

    private CrashSite(Path directory, InetSocketAddress smtp, InetSocketAddress http, InetSocketAddress sink) {
        this.directory = directory;
        this.smtp = smtp;
        this.http = http;
        this.sink = sink;
    }

    static CrashSite make(Path parent, InetSocketAddress sink) throws IOException {
        Files.createDirectories(parent);
        Path directory = Files.createTempDirectory(parent, "crashtest-");
        return new CrashSite(directory, ServerProcess.freeAddress(), ServerProcess.freeAddress(), sink);
    }

    /** Starts the server on what is there. Small segments make rotation and checkpoints frequent. */
    ServerProcess start(Fault fault, List<String> javaOptions) throws IOException {
        Path configuration = directory.resolve("postrider.toml");
        Files.writeString(configuration, """
            hostname = "crash.test"
            data-dir = "data"

            [[listener]]
            address = "%s"
            role = "relay"

            [http]
            address = "%s"

            [[route]]
            recipient-domain = "*"
            to = "smtp:%s"

            [limits]
            connections-per-address = "off"

            [retry]
            schedule = ["1s"]

            [timeouts]
            drain = "10s"

            [spool]
            segment-size = "%d KiB"
            large-content = "64 KiB"
            reserve = "1 MiB"
            %s
            """.formatted(
                        ServerProcess.text(smtp),
                        ServerProcess.text(http),
                        ServerProcess.text(sink),
                        SEGMENT_OCTETS / 1_024,
                        fault.spoolSetting()));
        return ServerProcess.start(configuration, smtp, log(), javaOptions);
    }

    InetSocketAddress smtp() {
        return smtp;
    }

    /** Where the server keeps its spool. */
    Path data() {
        return directory.resolve("data");
    }

    Path log() {
        return directory.resolve("server.log");
    }

    Path directory() {
        return directory;
    }

    /** Names of all files of the spool, to see them come and go. */
    long files() {
        if (!Files.isDirectory(data())) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(data())) {
            return files.mapToLong(file -> file.toString().hashCode()).sum();
        } catch (IOException | UncheckedIOException changing) {
            return -1;
        }
    }

    void remove() throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
