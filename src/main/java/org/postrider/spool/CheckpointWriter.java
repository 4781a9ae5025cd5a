package org.postrider.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a checkpoint while the spool goes on working. It begins at what the index knows now; what comes while it is
 * written may or may not be in it, and is in the log behind its start in any case.
 *
 * <p>Thread: the keeper's alone.
 */
final class CheckpointWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);
    private static final int STALE_TRIES = 5;

    private final Disk disk;
    private final Ledger ledger;
    private final IdSource ids;
    private final Quarantine quarantine;

    CheckpointWriter(Disk disk, Ledger ledger, IdSource ids, Quarantine quarantine) {
        this.disk = disk;
        this.ledger = ledger;
        this.ids = ids;
        this.quarantine = quarantine;
    }

    /** Writes checkpoint {@code number} and makes it the current one; the one before stays on the disk. */
    Checkpoint write(long number) throws IOException {
        String name = SpoolFiles.checkpoint(number);
        String unfinished = SpoolFiles.unfinished(name);
        DiskFile file = disk.create(unfinished);
        Checkpoint written;
        try {
            written = new Run(file, number).write();
            file.force();
        } catch (IOException e) {
            file.close();
            disk.delete(unfinished);
            throw e;
        }
        file.close();
        disk.rename(unfinished, name);
        disk.syncDirectory(SpoolFiles.ROOT);
        Checkpoint current = written.in(disk.open(name));
        ledger.checkpoint(current);
        return current;
    }

    private final class Run {
        private final DiskFile file;
        private final long number;
        private final ByteWriter block = new ByteWriter(2 * Checkpoint.BLOCK_OCTETS);
        private final List<Long> firstIds = new ArrayList<>();
        private final List<Long> offsets = new ArrayList<>();
        private final MessageReader reader = new MessageReader();
        private long firstId;
        private int entries;
        private long count;
        private long at = Checkpoint.HEADER_OCTETS;

        Run(DiskFile file, long number) {
            this.file = file;
            this.number = number;
        }

        Checkpoint write() throws IOException {
            long start = ledger.appliedPlace();
            long lastId = ids.lastGiven();
            file.write(Checkpoint.header(number, start, lastId), 0);
            for (long id : ledger.sortedIds()) {
                Checkpoint.Entry entry = entry(id);
                if (entry != null) {
                    add(entry);
                }
            }
            flush();
            file.write(Checkpoint.trailer(firstIds.size(), count), at);
            return new Checkpoint(
                    file,
                    number,
                    start,
                    lastId,
                    at + Checkpoint.BLOCK_HEADER_OCTETS,
                    count,
                    firstIds.stream().mapToLong(Long::longValue).toArray(),
                    offsets.stream().mapToLong(Long::longValue).toArray());
        }

        private Checkpoint.@Nullable Entry entry(long id) throws IOException {
            DamagedException damage = new DamagedException("");
            for (int i = 0; i < STALE_TRIES; i++) {
                Ledger.Located located = ledger.locate(id);
                if (located == null) {
                    return null;
                }
                try {
                    return reader.entry(located, ledger, i == STALE_TRIES - 1);
                } catch (DamagedException e) {
                    damage = e;
                }
            }
            LOG.error("spool: message {} cannot be read and is taken out", new QueueId(id), damage);
            quarantine.message(id);
            return null;
        }

        private void add(Checkpoint.Entry entry) throws IOException {
            if (entries == 0) {
                firstId = entry.id();
            }
            entry.write(block);
            entries++;
            count++;
            if (block.length() >= Checkpoint.BLOCK_OCTETS) {
                flush();
            }
        }

        private void flush() throws IOException {
            if (entries == 0) {
                return;
            }
            firstIds.add(firstId);
            offsets.add(at);
            file.write(Checkpoint.blockHeader(block.array(), block.length(), entries, firstId), at);
            at += Checkpoint.BLOCK_HEADER_OCTETS;
            file.write(java.nio.ByteBuffer.wrap(block.array(), 0, block.length()), at);
            at += block.length();
            block.reset();
            entries = 0;
        }
    }
}
