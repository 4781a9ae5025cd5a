package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk on which writing, renaming and deleting do nothing, for looking at a spool without touching it. */
final class ReadOnlyDisk implements Disk {
    private final Disk disk;

    ReadOnlyDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return disk.open(name);
    }

    @Override
    public DiskFile create(String name) {
        return new NoFile();
    }

    @Override
    public void rename(String from, String to) {}

    @Override
    public void delete(String name) {}

    @Override
    public void syncDirectory(String directory) {}

    @Override
    public long usableOctets() throws IOException {
        return disk.usableOctets();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private static final class NoFile implements DiskFile {
        @Override
        public void write(ByteBuffer bytes, long position) {
            bytes.position(bytes.limit());
        }

        @Override
        public int read(ByteBuffer bytes, long position) {
            return 0;
        }

        @Override
        public void truncate(long octets) {}

        @Override
        public void force() {}

        @Override
        public long size() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
