package org.postrider.spool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.mail.QueueId;

/**
 * Looks through all of a stopped spool: {@code spool fsck}. Takes the spool's lock, and changes nothing unless asked to.
 */
public final class SpoolCheck {
    private SpoolCheck() {}

    /**
     * What was found.
     *
     * @param damaged in words, one for each damaged place
     * @param orphans content files that no open message names
     */
    public record Result(
            long segments,
            long messages,
            long recipients,
            long contentOctets,
            List<String> damaged,
            List<String> orphans) {
        public Result {
            damaged = List.copyOf(damaged);
            orphans = List.copyOf(orphans);
        }

        public boolean isSound() {
            return damaged.isEmpty();
        }
    }

    /**
     * Reads every open message whole.
     *
     * @param repair save what is damaged in the quarantine and go on without messages whose envelope cannot be read, as a
     *     start does, and remove orphans
     */
    public static Result run(Path directory, boolean repair, InstantSource clock) throws IOException {
        if (repair) {
            LogSpool.open(directory, SpoolSettings.DEFAULT, clock).close();
        }
        try (Disk disk = new ReadOnlyDisk(FileDisk.open(directory))) {
            SpoolFiles.settleVersion(disk);
            Ledger ledger = new Ledger(0);
            List<String> damaged = new ArrayList<>();
            new Recovery(disk, ledger, new Quarantine(disk, ledger)).run();
            SpoolReader reader = new SpoolReader(new LargeFiles(disk), ledger, new Quarantine(disk, ledger));
            if (ledger.quarantined() > 0) {
                damaged.add(ledger.quarantined() + " damaged places met while recovering; the log tells which");
            }
            return read(disk, ledger, reader, damaged);
        }
    }

    private static Result read(Disk disk, Ledger ledger, SpoolReader reader, List<String> damaged) throws IOException {
        long recipients = 0;
        long octets = 0;
        Set<String> orphans = new HashSet<>(disk.list(SpoolFiles.LARGE));
        long[] ids = ledger.sortedIds();
        for (long value : ids) {
            QueueId id = new QueueId(value);
            orphans.remove(id.text());
            try {
                Optional<StoredMessage> message = reader.find(id);
                recipients += message.map(stored -> stored.states().size()).orElse(0);
                octets += readContent(reader, id);
            } catch (IOException e) {
                damaged.add("message " + id + ": " + e.getMessage());
            }
        }
        return new Result(
                ledger.segments().size(),
                ids.length,
                recipients,
                octets,
                damaged,
                orphans.stream()
                        .filter(name -> SpoolFiles.spareNumber(name).isEmpty())
                        .sorted()
                        .toList());
    }

    private static long readContent(SpoolReader reader, QueueId id) throws IOException {
        try (InputStream content = reader.content(id)) {
            return content.transferTo(OutputStream.nullOutputStream());
        }
    }
}
