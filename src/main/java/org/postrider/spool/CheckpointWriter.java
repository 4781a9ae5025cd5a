package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** In so many checkpoints on end a message must have been unreadable before what cannot be read is given up. */
    private static final int UNREADABLE_MAX = 3;

    private final Disk disk;
    private final Ledger ledger;
    private final IdSource ids;
    private final Quarantine quarantine;

    /** How often each message could not be read, on end. */
    private final Map<Long, Integer> unreadable = new HashMap<>();

    CheckpointWriter(Disk disk, Ledger ledger, IdSource ids, Quarantine quarantine) {
        this.disk = disk;
        this.ledger = ledger;
        this.ids = ids;
        this.quarantine = quarantine;
    }

    /** Whether a message could not be read for the last one; the next is better written after a while. */
    boolean hasUnreadable() {
        return !unreadable.isEmpty();
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
        private long start;
        private long at = Checkpoint.HEADER_OCTETS;

        Run(DiskFile file, long number) {
            this.file = file;
            this.number = number;
        }

        Checkpoint write() throws IOException {
            start = ledger.appliedPlace();
            long lastId = ids.lastGiven();
            for (long id : ledger.sortedIds()) {
                Checkpoint.Entry entry = entry(id);
                if (entry != null) {
                    add(entry);
                }
            }
            flush();
            file.write(Checkpoint.trailer(firstIds.size(), count), at);
            file.write(Checkpoint.header(number, start, lastId), 0);
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
            IOException failure = null;
            Ledger.Located located = ledger.locate(id);
            for (int i = 0; i < STALE_TRIES && located != null; i++) {
                try {
                    Checkpoint.Entry entry = reader.entry(located, ledger, false);
                    unreadable.remove(id);
                    return entry;
                } catch (IOException e) {
                    failure = e;
                }
                located = ledger.locate(id);
            }
            if (located == null || failure == null) {
                unreadable.remove(id);
                return null;
            }
            return unreadable(located, failure);
        }

        /** What goes in for a message that cannot be read, {@code null} for nothing. */
        private Checkpoint.@Nullable Entry unreadable(Ledger.Located located, IOException failure) throws IOException {
            QueueId id = new QueueId(located.id());
            if (unreadable.merge(located.id(), 1, Integer::sum) < UNREADABLE_MAX) {
                LOG.error("spool: message {} cannot be read; what was known before is kept for now", id, failure);
                return asBefore(located);
            }
            unreadable.remove(located.id());
            try {
                return reader.entry(located, ledger, true);
            } catch (IOException e) {
                LOG.error("spool: message {} cannot be read again and again, and is taken out", id, e);
                quarantine.message(located.id());
                return null;
            }
        }

        /**
         * The entry of the checkpoint before, with the log from there on; of a message that came later nothing, with the
         * log from its record on. All of that log is still there, as nothing behind the current checkpoint's beginning is
         * ever recycled.
         */
        private Checkpoint.@Nullable Entry asBefore(Ledger.Located located) throws IOException {
            Checkpoint current = located.checkpoint();
            Checkpoint.Entry before = reader.fromCheckpoint(located);
            if (current == null || before == null) {
                start = Math.min(start, located.place());
                return null;
            }
            start = Math.min(start, current.start());
            return new Checkpoint.Entry(
                    located.id(), located.place(), located.octets(), before.core(), before.states());
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
            file.write(ByteBuffer.wrap(block.array(), 0, block.length()), at);
            at += block.length();
            block.reset();
            entries = 0;
        }
    }
}
