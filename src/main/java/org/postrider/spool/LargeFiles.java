package org.postrider.spool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of large content. That of a message which is done becomes a spare one for the next: to write over what is
 * there costs the file system less than to take a file away and to make another.
 *
 * <p>A file that somebody reads is never written over: it is removed, and read on as long as it is open.
 *
 * <p>Thread: any; the lock is not held over I/O.
 */
final class LargeFiles {
    /** Spare files kept, and how long each may be. */
    static final int SPARES_MAX = 32;

    static final long SPARE_OCTETS_MAX = 4L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LargeFiles.class);

    private final Disk disk;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<String> spares = new ConcurrentLinkedQueue<>();
    /** How many read the file of a message. */
    private final Map<QueueId, Integer> readers = new HashMap<>();

    /** The message whose file is becoming a spare one. */
    private @Nullable QueueId leaving;

    private long nextNumber;

    /** A message that is done, and the length of its file. */
    record Finished(QueueId id, long octets) {}

    LargeFiles(Disk disk) {
        this.disk = disk;
    }

    /** A file for a message's content, to be written from its beginning on. It may be longer than what comes. */
    DiskFile create(QueueId id) throws IOException {
        String name = SpoolFiles.large(id);
        String spare = spares.poll();
        if (spare != null) {
            try {
                disk.rename(spare, name);
                return disk.open(name);
            } catch (IOException e) {
                LOG.warn("spool: the spare file {} cannot be used; a new one is made", spare, e);
            }
        }
        return disk.create(name);
    }

    /** Opens a message's file for reading, until {@link #leave}. */
    DiskFile open(QueueId id) throws IOException {
        enter(id);
        boolean opened = false;
        try {
            DiskFile file = disk.open(SpoolFiles.large(id));
            opened = true;
            return file;
        } finally {
            if (!opened) {
                leave(id);
            }
        }
    }

    private void enter(QueueId id) throws NoSuchFileException {
        lock.lock();
        try {
            if (id.equals(leaving)) {
                throw new NoSuchFileException(SpoolFiles.large(id));
            }
            readers.merge(id, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    void leave(QueueId id) {
        lock.lock();
        try {
            readers.computeIfPresent(id, (_, count) -> count == 1 ? null : count - 1);
        } finally {
            lock.unlock();
        }
    }

    /** Removes the file of a message that a draft gave up. */
    void delete(QueueId id) throws IOException {
        disk.delete(SpoolFiles.large(id));
    }

    /**
     * Takes back the file of a message that is done: as a spare one while there are few, else it is removed. Thread: one at
     * a time.
     */
    void takeBack(Finished message, int sparesMax) throws IOException {
        if (!claim(message, sparesMax)) {
            delete(message.id);
            return;
        }
        String spare = SpoolFiles.spareLarge(nextNumber++);
        try {
            disk.rename(SpoolFiles.large(message.id), spare);
            spares.add(spare);
        } catch (NoSuchFileException _) {
            // An earlier run has taken it back: a start reads again how the message ended.
            return;
        } finally {
            unclaim();
        }
    }

    private boolean claim(Finished message, int sparesMax) {
        lock.lock();
        try {
            boolean wanted = message.octets <= SPARE_OCTETS_MAX && spares.size() < sparesMax;
            if (!wanted || readers.containsKey(message.id)) {
                return false;
            }
            leaving = message.id;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void unclaim() {
        lock.lock();
        try {
            leaving = null;
        } finally {
            lock.unlock();
        }
    }

    /** Removes the spare files. */
    void trim() throws IOException {
        for (String spare = spares.poll(); spare != null; spare = spares.poll()) {
            disk.delete(spare);
        }
    }
}
