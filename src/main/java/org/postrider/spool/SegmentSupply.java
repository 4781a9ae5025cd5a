package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The zero-filled and the recycled segment files that wait for use. Overwriting is what makes a sync cheap: the file's
 * length and blocks do not change.
 *
 * <p>Thread: any; the lock is not held over I/O.
 */
final class SegmentSupply {
    private static final int FILL_OCTETS = 1 << 20;

    private final Disk disk;
    private final SpoolSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<String> spares = new ArrayDeque<>();
    private long nextNumber;

    SegmentSupply(Disk disk, SpoolSettings settings, long nextNumber) {
        this.disk = disk;
        this.settings = settings;
        this.nextNumber = nextNumber;
    }

    void add(String spare) {
        lock.lock();
        try {
            spares.add(spare);
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return spares.size();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable String poll() {
        lock.lock();
        try {
            return spares.poll();
        } finally {
            lock.unlock();
        }
    }

    private String nextName() {
        lock.lock();
        try {
            return SpoolFiles.spare(nextNumber++);
        } finally {
            lock.unlock();
        }
    }

    /** A file for a new segment, its name durable: a spare one, or an empty one where there is none. */
    Segment take(long generation) throws IOException {
        String name = SpoolFiles.segment(generation);
        String spare = poll();
        if (spare == null) {
            DiskFile file = disk.create(name);
            return named(new Segment(generation, file));
        }
        disk.rename(spare, name);
        return named(new Segment(generation, disk.open(name)));
    }

    private Segment named(Segment segment) throws IOException {
        try {
            disk.syncDirectory(SpoolFiles.ROOT);
            return segment;
        } catch (IOException e) {
            segment.file().close();
            throw e;
        }
    }

    /** Makes spare segments until one is there. */
    void fill() throws IOException {
        while (count() < 1) {
            String name = nextName();
            String unfinished = SpoolFiles.unfinished(name);
            try (DiskFile file = disk.create(unfinished)) {
                ByteBuffer zeros = ByteBuffer.allocate(Math.min(FILL_OCTETS, settings.segmentOctets()));
                for (long at = 0; at < settings.segmentOctets(); at += zeros.capacity()) {
                    zeros.clear().limit((int) Math.min(zeros.capacity(), settings.segmentOctets() - at));
                    file.write(zeros, at);
                }
                file.force();
            } catch (IOException e) {
                disk.delete(unfinished);
                throw e;
            }
            disk.rename(unfinished, name);
            add(name);
        }
    }

    /** Takes back the file of a segment that nobody wants: as a spare while few are there, else it is deleted. */
    void recycle(Segment segment, int sparesMax) throws IOException {
        String name = SpoolFiles.segment(segment.generation());
        boolean usual = segment.file().size() == settings.segmentOctets();
        segment.file().close();
        if (usual && count() < sparesMax) {
            String spare = nextName();
            disk.rename(name, spare);
            add(spare);
        } else {
            disk.delete(name);
        }
    }

    /** Deletes spares until there are no more than {@code sparesMax}. */
    void trim(int sparesMax) throws IOException {
        while (count() > sparesMax) {
            String spare = poll();
            if (spare != null) {
                disk.delete(spare);
            }
        }
    }
}
