package org.postrider.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mail log: a file of one JSON object per event and line, appended to by one thread.
 *
 * <p>An event is never the reason to wait: who publishes puts it into a bounded queue and goes on. Where the disk cannot
 * keep up for so long that the queue is full, or refuses to write, events are lost, but never silently: they are counted,
 * and a line {@code {"event":"lost","count":…}} takes their place as soon as a line can be written again.
 *
 * <p>Rotation: rename the file and call {@link #reopen}; events that are queued meanwhile go to the new file.
 *
 * <p>Thread: any.
 */
public final class MailLog implements Events, AutoCloseable {
    /** Some ten seconds of a busy server, and about 60 MB at the worst. */
    public static final int DEFAULT_EVENTS_MAX = 131_072;

    private static final Logger LOG = LoggerFactory.getLogger(MailLog.class);
    private static final int BATCH_EVENTS_MAX = 1_024;
    private static final int WRITE_OCTETS = 65_536;

    /** Stands for no event: wakes the writer to look around. Interrupting it would close the file under it. */
    private static final Event WAKE = new Event.Held(Instant.EPOCH, new QueueId(1), "", "", "", "");

    private final Path path;
    private final Clock clock;
    private final BlockingQueue<Event> queue;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong lostEver = new AtomicLong();
    private final JsonLine line = new JsonLine();
    private final Thread writer;
    private volatile boolean reopen;
    private volatile boolean closing;
    private volatile boolean failing;
    private @Nullable FileChannel file;

    /**
     * Opens the file and starts the thread that writes it.
     *
     * @param eventsMax how many events wait at most
     */
    public MailLog(Path path, Clock clock, int eventsMax) throws IOException {
        this.path = path;
        this.clock = clock;
        this.queue = new ArrayBlockingQueue<>(eventsMax);
        this.file = open(path);
        this.writer = Thread.ofPlatform().name("mail-log").daemon().unstarted(this::write);
        writer.start();
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void publish(Event event) {
        if (closing || !queue.offer(event)) {
            lose(1);
        }
    }

    private void lose(long events) {
        lost.addAndGet(events);
        lostEver.addAndGet(events);
    }

    /** How many events could not be logged since the start. */
    public long lostEver() {
        return lostEver.get();
    }

    /** Goes on in a new file of the same name, after the old one was renamed. */
    public void reopen() {
        reopen = true;
        wake();
    }

    /** Where the queue is full the writer is awake. */
    private void wake() {
        if (!queue.offer(WAKE)) {
            LOG.debug("mail log {} is busy", path);
        }
    }

    private void write() {
        List<Event> batch = new ArrayList<>(BATCH_EVENTS_MAX);
        boolean more = true;
        while (more) {
            more = take(batch);
            if (reopen) {
                reopen = false;
                closeFile();
            }
            writeBatch(batch);
            batch.clear();
        }
        closeFile();
    }

    /** Fills {@code batch}, waiting for a first event; false once the log is closing and all is taken. */
    private boolean take(List<Event> batch) {
        boolean last = closing;
        queue.drainTo(batch, BATCH_EVENTS_MAX);
        if (batch.isEmpty() && !last) {
            try {
                // Not for ever: lost events are to be told of although no others come.
                Event first = queue.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH_EVENTS_MAX - 1);
                }
            } catch (InterruptedException _) {
                LOG.warn("the writer of {} was interrupted and goes on", path);
            }
        }
        boolean more = !last || !batch.isEmpty();
        batch.removeIf(WAKE::equals);
        return more;
    }

    private void writeBatch(List<Event> batch) {
        long missing = lost.getAndSet(0);
        if (batch.isEmpty() && missing == 0) {
            return;
        }
        long unwritten = missing + batch.size();
        try {
            if (failing) {
                // What failed may have stopped within a line.
                line.end();
            }
            if (missing > 0) {
                line.open()
                        .field("time", clock.instant())
                        .field("event", "lost")
                        .field("count", missing)
                        .close();
            }
            for (Event event : batch) {
                EventJson.write(line, event);
                if (line.length() >= WRITE_OCTETS) {
                    flush();
                }
            }
            flush();
            failing = false;
        } catch (IOException e) {
            // Some lines of the batch may have been written: better told lost than not told.
            lost.addAndGet(unwritten);
            lostEver.addAndGet(batch.size());
            if (!failing) {
                LOG.error("mail log {} cannot be written; events are lost until it can", path, e);
            }
            failing = true;
            closeFile();
        } finally {
            line.clear();
        }
    }

    private void flush() throws IOException {
        FileChannel to = file;
        if (to == null) {
            to = open(path);
            file = to;
        }
        ByteBuffer content = line.content();
        while (content.hasRemaining()) {
            to.write(content);
        }
        line.clear();
    }

    private void closeFile() {
        FileChannel old = file;
        file = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException e) {
                LOG.warn("mail log {} did not close well", path, e);
            }
        }
    }

    /** Writes what is queued and closes the file. */
    @Override
    public void close() {
        closing = true;
        wake();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        // Published while the writer went: too late, but counted.
        List<Event> late = new ArrayList<>();
        queue.drainTo(late);
        late.removeIf(WAKE::equals);
        lose(late.size());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
