package org.postrider.filter;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where content waits for the filters' verdict: in memory while it is small, then in a file that goes away with it. What a
 * crash left behind is removed at the next start; nobody was told that it is ours.
 *
 * <p>Thread: any.
 */
final class StagingArea {
    /** Of one piece of content in memory. */
    static final int MEMORY_OCTETS_MAX = 256 << 10;
    /** Of all content in memory; more goes to files early. */
    static final long MEMORY_TOTAL_MAX = 32L << 20;

    private static final String PREFIX = "staged-";

    private final Path directory;
    private final AtomicLong memory = new AtomicLong();

    /**
     * @param directory made with the first file; nothing else lies in it
     */
    StagingArea(Path directory) throws IOException {
        this.directory = directory;
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, PREFIX + "*")) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
        }
    }

    boolean takeMemory(int octets) {
        if (memory.addAndGet(octets) <= MEMORY_TOTAL_MAX) {
            return true;
        }
        memory.addAndGet(-octets);
        return false;
    }

    void giveMemory(int octets) {
        memory.addAndGet(-octets);
    }

    FileChannel file() throws IOException {
        Files.createDirectories(directory);
        Path file = Files.createTempFile(directory, PREFIX, "");
        return FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }
}
