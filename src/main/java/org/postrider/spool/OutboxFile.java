package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the log's follower has read, on the disk: two slots that are written in turn, so that a torn write leaves the
 * other. A slot has a number, the place, and the CRC32C of both.
 *
 * <p>Thread: confined.
 */
final class OutboxFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxFile.class);

    /** Slots lie on pages of their own. */
    private static final int SLOT_STEP = 4_096;

    private static final int SLOTS = 2;
    private static final int CHECKED_OCTETS = 20;
    private static final int SLOT_OCTETS = 24;
    private static final int MAGIC = 0x5052_6f62;

    private final DiskFile file;
    private long number;
    private long place;

    private OutboxFile(DiskFile file) {
        this.file = file;
    }

    /** The file, {@code null} where the spool has none: nobody follows its log. */
    static @Nullable OutboxFile open(Disk disk) throws IOException {
        if (!disk.list(SpoolFiles.ROOT).contains(SpoolFiles.OUTBOX)) {
            return null;
        }
        OutboxFile outbox = new OutboxFile(disk.open(SpoolFiles.OUTBOX));
        outbox.read();
        return outbox;
    }

    /** Makes the file, durable with its name. */
    static OutboxFile create(Disk disk, long place) throws IOException {
        String unfinished = SpoolFiles.unfinished(SpoolFiles.OUTBOX);
        DiskFile file = disk.create(unfinished);
        OutboxFile outbox = new OutboxFile(file);
        try {
            outbox.write(place);
            disk.rename(unfinished, SpoolFiles.OUTBOX);
            disk.syncDirectory(SpoolFiles.ROOT);
            return outbox;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private void read() throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_OCTETS);
        for (int i = 0; i < SLOTS; i++) {
            slot.clear();
            int count = file.read(slot, (long) i * SLOT_STEP);
            boolean whole = count == SLOT_OCTETS
                    && slot.getInt(0) == MAGIC
                    && slot.getInt(CHECKED_OCTETS) == RecordHeader.crc(slot.array(), 0, CHECKED_OCTETS);
            if (whole && slot.getLong(4) > number) {
                number = slot.getLong(4);
                place = slot.getLong(12);
            }
        }
        if (number == 0) {
            LOG.error("spool: the file {} is damaged; all that the log still has is told once more", SpoolFiles.OUTBOX);
        }
    }

    /** Everything before this has been read; 0 where that is not known. */
    long place() {
        return place;
    }

    /** Makes a place durable. */
    void write(long readTo) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_OCTETS);
        slot.putInt(MAGIC).putLong(number + 1).putLong(readTo);
        slot.putInt(RecordHeader.crc(slot.array(), 0, CHECKED_OCTETS));
        file.write(slot.flip(), (number + 1) % SLOTS * SLOT_STEP);
        file.force();
        number++;
        place = readTo;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
