package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk that does not do everything as it was told, for planting bugs. By itself it does. */
class TamperedDisk implements Disk {
    private final Disk sound;

    TamperedDisk(Disk sound) {
        this.sound = sound;
    }

    /** @param name of the file when it was opened */
    void force(String name, DiskFile file) throws IOException {
        file.force();
    }

    void write(String name, DiskFile file, ByteBuffer bytes, long position) throws IOException {
        file.write(bytes, position);
    }

    int read(String name, DiskFile file, ByteBuffer bytes, long position) throws IOException {
        return file.read(bytes, position);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return sound.list(directory);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new TamperedFile(name, sound.open(name));
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new TamperedFile(name, sound.create(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        sound.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        sound.delete(name);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        sound.syncDirectory(directory);
    }

    @Override
    public long usableOctets() throws IOException {
        return sound.usableOctets();
    }

    @Override
    public void close() throws IOException {
        sound.close();
    }

    private final class TamperedFile implements DiskFile {
        private final String name;
        private final DiskFile file;

        TamperedFile(String name, DiskFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            TamperedDisk.this.write(name, file, bytes, position);
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return TamperedDisk.this.read(name, file, bytes, position);
        }

        @Override
        public void truncate(long octets) throws IOException {
            file.truncate(octets);
        }

        @Override
        public void force() throws IOException {
            TamperedDisk.this.force(name, file);
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
