package org.postrider.server.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a result was measured on: without it a figure says nothing.
 *
 * @param syncMicrosP50 median time of writing 4 KiB over zeros and syncing it, on the file system of the test
 */
public record Machine(
        int cores,
        String processor,
        String system,
        long memoryMib,
        String fileSystem,
        long syncMicrosP50,
        String java) {
    private static final int SYNCS = 200;
    private static final int BLOCK_OCTETS = 4_096;

    /** Looks, and measures the sync for some milliseconds in {@code directory}. */
    static Machine of(Path directory) throws IOException {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                field("/proc/cpuinfo", "model name"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                kibibytes(field("/proc/meminfo", "MemTotal")) / 1_024,
                Files.getFileStore(directory).type(),
                syncMicros(directory),
                Runtime.version().toString());
    }

    private static String field(String file, String name) throws IOException {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            return "unknown";
        }
        for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
            if (line.startsWith(name)) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return "unknown";
    }

    private static long kibibytes(String text) {
        String digits = text.replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static long syncMicros(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "sync-", ".probe");
        long[] took = new long[SYNCS];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(SYNCS * BLOCK_OCTETS);
            channel.write(zeros, 0);
            channel.force(true);
            for (int i = 0; i < SYNCS; i++) {
                ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_OCTETS).put(0, (byte) i);
                long begin = System.nanoTime();
                channel.write(block, (long) i * BLOCK_OCTETS);
                channel.force(false);
                took[i] = System.nanoTime() - begin;
            }
        } finally {
            Files.delete(file);
        }
        Arrays.sort(took);
        return took[SYNCS / 2] / 1_000;
    }

    /** One line for people. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%d × %s, %,d MiB, %s, %s with a sync of %,d µs (median), Java %s",
                cores,
                processor,
                memoryMib,
                system,
                fileSystem,
                syncMicrosP50,
                java);
    }
}
