package org.postrider.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the real file system, locked against a second process. */
final class FileDisk implements Disk {
    private static final String LOCK = "lock";

    private final Path root;
    private final FileStore store;
    private final FileChannel lock;

    private FileDisk(Path root, FileStore store, FileChannel lock) {
        this.root = root;
        this.store = store;
        this.lock = lock;
    }

    /** Makes the directories where they are missing and takes the lock; throws where another process has it. */
    static FileDisk open(Path root) throws IOException {
        for (String directory : SpoolFiles.DIRECTORIES) {
            Files.createDirectories(root.resolve(directory));
        }
        FileChannel channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new IOException("the spool " + root + " is in use by another process (its file 'lock' is held)");
        }
        return new FileDisk(root, Files.getFileStore(root), channel);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> paths = Files.list(root.resolve(directory))) {
            paths.filter(Files::isRegularFile)
                    .map(path -> String.valueOf(path.getFileName()))
                    .forEach(names::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public DiskFile open(String name) throws IOException {
        Path path = root.resolve(name);
        return new RealFile(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public DiskFile create(String name) throws IOException {
        Path path = root.resolve(name);
        return new RealFile(
                path,
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(root.resolve(name));
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        try (FileChannel channel = FileChannel.open(root.resolve(directory), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableOctets() throws IOException {
        return store.getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    /**
     * A file with two channels. An interrupt closes the channel that the interrupted thread is reading from, so readers
     * have their own, which is opened again where that happened; the writer's is used by threads that nobody interrupts.
     */
    private static final class RealFile implements DiskFile {
        private final Path path;
        private final FileChannel writer;
        private final ReentrantLock reopening = new ReentrantLock();
        private volatile @Nullable FileChannel reader;
        private volatile boolean closed;

        RealFile(Path path, FileChannel channel) {
            this.path = path;
            this.writer = channel;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += writer.write(bytes, at);
            }
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            boolean interrupted = false;
            int start = bytes.position();
            try {
                while (true) {
                    try {
                        readFully(channelForReading(), bytes, position + bytes.position() - start);
                        return bytes.position() - start;
                    } catch (ClosedChannelException e) {
                        if (closed) {
                            throw e;
                        }
                        interrupted |= Thread.interrupted();
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private static void readFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                int count = channel.read(bytes, at);
                if (count < 0) {
                    return;
                }
                at += count;
            }
        }

        private FileChannel channelForReading() throws IOException {
            FileChannel current = reader;
            if (current != null && current.isOpen()) {
                return current;
            }
            reopening.lock();
            try {
                if (closed) {
                    throw new ClosedChannelException();
                }
                FileChannel again = reader;
                if (again == null || !again.isOpen()) {
                    again = FileChannel.open(path, StandardOpenOption.READ);
                    reader = again;
                }
                return again;
            } finally {
                reopening.unlock();
            }
        }

        @Override
        public void truncate(long octets) throws IOException {
            writer.truncate(octets);
        }

        @Override
        public void force() throws IOException {
            writer.force(false);
        }

        @Override
        public long size() throws IOException {
            return writer.size();
        }

        @Override
        public void close() throws IOException {
            reopening.lock();
            try {
                closed = true;
                FileChannel second = reader;
                if (second != null) {
                    second.close();
                }
                writer.close();
            } finally {
                reopening.unlock();
            }
        }
    }
}
