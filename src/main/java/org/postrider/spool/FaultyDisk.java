package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A disk that is slower than it is, or fails where a crash test wants it to. */
final class FaultyDisk implements Disk {
    private final Disk disk;
    private final DiskFaults faults;
    private final Duration syncDelay;
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong syncs = new AtomicLong();

    FaultyDisk(Disk disk, DiskFaults faults, Duration syncDelay) {
        this.disk = disk;
        this.faults = faults;
        this.syncDelay = syncDelay;
    }

    /** The disk itself where nothing is asked of it, else wrapped. */
    static Disk around(Disk disk, SpoolSettings settings) {
        if (settings.faults().equals(DiskFaults.NONE) && settings.syncDelay().isZero()) {
            return disk;
        }
        return new FaultyDisk(disk, settings.faults(), settings.syncDelay());
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new FaultyFile(disk.open(name));
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new FaultyFile(disk.create(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        disk.syncDirectory(directory);
    }

    @Override
    public long usableOctets() throws IOException {
        return disk.usableOctets();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private void beforeWrite() throws IOException {
        long call = writes.incrementAndGet();
        if (call == faults.errorAtWrite()) {
            throw new IOException("Input/output error (asked for by a crash test)");
        }
        if (faults.fullAtWrite() > 0
                && call >= faults.fullAtWrite()
                && call < faults.fullAtWrite() + DiskFaults.FULL_WRITES) {
            throw new IOException("No space left on device (asked for by a crash test)");
        }
    }

    private void beforeSync() throws IOException {
        if (!syncDelay.isZero()) {
            long end = System.nanoTime() + syncDelay.toNanos();
            for (long left = syncDelay.toNanos(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
        if (syncs.incrementAndGet() == faults.errorAtSync()) {
            throw new IOException("Input/output error at sync (asked for by a crash test)");
        }
    }

    private final class FaultyFile implements DiskFile {
        private final DiskFile file;

        FaultyFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            beforeWrite();
            file.write(bytes, position);
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public void truncate(long octets) throws IOException {
            beforeWrite();
            file.truncate(octets);
        }

        @Override
        public void force() throws IOException {
            beforeSync();
            file.force();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
