package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.QueueId;

/** The names of the spool's files, and the file that says which version of the format it has. */
final class SpoolFiles {
    static final String ROOT = "";
    static final String LARGE = "large";
    static final String QUARANTINE = "quarantine";
    static final List<String> DIRECTORIES = List.of(ROOT, LARGE, QUARANTINE);

    /** The format this release writes; it reads all from 1 on. */
    static final int FORMAT_VERSION = 2;

    private static final String VERSION = "version";
    private static final String VERSION_TITLE = "postrider-spool ";
    private static final int VERSION_OCTETS_MAX = 100;
    private static final String SEGMENT = "segment-";
    private static final String SPARE = "spare-";
    private static final String CHECKPOINT = "checkpoint-";

    /** How far the log's follower has read; only where there is one. */
    static final String OUTBOX = "outbox";

    private SpoolFiles() {}

    static String segment(long generation) {
        return SEGMENT + "%010d".formatted(generation);
    }

    static String spare(long number) {
        return SPARE + "%010d".formatted(number);
    }

    static String checkpoint(long number) {
        return CHECKPOINT + "%010d".formatted(number);
    }

    static String unfinished(String name) {
        return name + ".new";
    }

    static String large(QueueId id) {
        return LARGE + "/" + id.text();
    }

    /** A content file that no message has, and that is written over by the next. */
    static String spareLarge(long number) {
        return LARGE + "/" + spare(number);
    }

    /** The generation in a segment's name; empty where it is another file. */
    static Optional<Long> segmentGeneration(String name) {
        return number(SEGMENT, name);
    }

    static Optional<Long> spareNumber(String name) {
        return number(SPARE, name);
    }

    static Optional<Long> checkpointNumber(String name) {
        return number(CHECKPOINT, name);
    }

    private static Optional<Long> number(String kind, String name) {
        if (!name.startsWith(kind) || !name.substring(kind.length()).matches("\\d{10}")) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(name.substring(kind.length())));
    }

    /**
     * Checks the version of a spool that exists, and writes ours into a new one and into that of an earlier release, which
     * from then on refuses what it could not read.
     */
    static void settleVersion(Disk disk) throws IOException {
        List<String> names = disk.list(ROOT);
        if (names.contains(VERSION)) {
            int version = readVersion(disk);
            if (version < 1 || version > FORMAT_VERSION) {
                throw new IOException("the spool has format version " + version + ", this release knows 1 to "
                        + FORMAT_VERSION + "; it was left untouched");
            }
            if (version < FORMAT_VERSION) {
                writeVersion(disk);
            }
            return;
        }
        if (names.stream().anyMatch(name -> segmentGeneration(name).isPresent())) {
            throw new IOException("the spool has segments but no file '" + VERSION + "'; it was left untouched");
        }
        writeVersion(disk);
    }

    private static void writeVersion(Disk disk) throws IOException {
        String unfinished = unfinished(VERSION);
        try (DiskFile file = disk.create(unfinished)) {
            String text = VERSION_TITLE + FORMAT_VERSION + "\n";
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            file.force();
        }
        disk.rename(unfinished, VERSION);
        disk.syncDirectory(ROOT);
    }

    private static int readVersion(Disk disk) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(VERSION_OCTETS_MAX);
        try (DiskFile file = disk.open(VERSION)) {
            file.read(bytes, 0);
        }
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        String digits = text.startsWith(VERSION_TITLE) ? text.substring(VERSION_TITLE.length()) : "";
        if (!digits.matches("\\d{1,9}")) {
            throw new IOException("the spool's file '" + VERSION + "' is not readable: it is left untouched");
        }
        return Integer.parseInt(digits);
    }
}
