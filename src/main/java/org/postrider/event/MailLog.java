package org.postrider.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postrider.spool.Fact;
import org.postrider.spool.Outbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mail log: a file of one JSON object per event and line, appended to by one thread.
 *
 * <p>What is durable it reads back from the spool's log, behind a place that the spool keeps on the disk: so nothing waits
 * for it, it holds nothing in memory, and after a crash it goes on where it surely was. A line may then come again, with the
 * same {@code fact}. How an attempt ended is no durable fact but what came of it is, and what was refused never became ours:
 * {@code attempted} and {@code rejected} lines and those of accounts come from memory, are written at their place among the
 * others, and those that were not written when the process ended are missing.
 *
 * <p>Where the file cannot be written, the spool keeps what is unread, up to a bound. Beyond it the oldest is given up:
 * that is logged as an error, counted, and a line {@code {"event":"lost","count":…}} stands for it as soon as one can be
 * written.
 *
 * <p>Rotation: rename the file and call {@link #reopen}; what was not written goes to the new file.
 *
 * <p>Thread: any.
 */
public final class MailLog implements Events, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MailLog.class);

    /** Lines are gathered for so long, so that one write takes many. */
    private static final long GATHER_NANOS = 20_000_000;

    /** Without being woken it looks around as often; and so often it tries again what failed. */
    private static final long IDLE_NANOS = 1_000_000_000;

    /** So often at most lines are synced and the place is noted: what comes again after a crash. */
    private static final long SYNC_NANOS = 1_000_000_000;

    private static final int WRITE_OCTETS = 65_536;

    private final Path path;
    private final Outbox outbox;
    private final Clock clock;
    private final Settings settings;
    private final ConcurrentLinkedQueue<Ended> attempts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong lostEver = new AtomicLong();
    private final JsonLine line = new JsonLine();
    private final Thread writer;
    private volatile boolean idle;
    private volatile boolean reopen;
    private volatile boolean closing;
    private volatile long unread;
    private boolean failing;
    private boolean gaveUp;

    /** The file may end within a line. */
    private boolean torn;

    private @Nullable FileChannel file;

    /** The attempts whose lines are in {@link #line}. */
    private int attemptsInLine;

    /** Lost events that a line in {@link #line} tells of. */
    private long lostInLine;

    /** Up to here lines have been written, and perhaps not synced. */
    private long written;

    private long syncedAt = System.nanoTime();

    /** An attempt that ended when the log was durable up to a place. */
    private record Ended(long place, Event event) {}

    /**
     * @param attemptsMax how many {@code attempted} lines wait in memory at most; what comes then is lost and counted
     * @param unreadOctetsMax how much of the spool's log is kept for a file that cannot be written
     */
    public record Settings(int attemptsMax, long unreadOctetsMax) {
        public static final Settings DEFAULT = new Settings(65_536, 1L << 30);
    }

    /** Opens the file and starts the thread that writes it. */
    public MailLog(Path path, Outbox outbox, Clock clock, Settings settings) throws IOException {
        this.path = path;
        this.outbox = outbox;
        this.clock = clock;
        this.settings = settings;
        this.written = outbox.position();
        this.file = open(path);
        this.writer = Thread.ofPlatform().name("mail-log").daemon().unstarted(this::write);
        writer.start();
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Takes an attempt's end; of everything else only notices that there is something to read. */
    @Override
    public void publish(Event event) {
        if (event instanceof Event.Attempted || event instanceof Event.Rejected || event instanceof Event.OfAccounts) {
            take(event);
        }
        if (idle) {
            wake();
        }
    }

    private void take(Event event) {
        if (closing) {
            lose(1);
        } else if (waiting.incrementAndGet() > settings.attemptsMax) {
            waiting.decrementAndGet();
            lose(1);
        } else {
            attempts.add(new Ended(outbox.durable(), event));
        }
    }

    private void wake() {
        idle = false;
        LockSupport.unpark(writer);
    }

    private void lose(long events) {
        lost.addAndGet(events);
        lostEver.addAndGet(events);
    }

    /** How many events could not be logged since the start, and never will be. */
    public long lostEver() {
        return lostEver.get();
    }

    /** How much of the spool's log has not been logged for good, in octets. */
    public long unreadOctets() {
        return unread;
    }

    /** Goes on in a new file of the same name, after the old one was renamed. */
    public void reopen() {
        reopen = true;
        wake();
    }

    private void write() {
        boolean more = true;
        while (more) {
            boolean last = closing;
            boolean wrote = false;
            try {
                wrote = round(last);
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
            unread = outbox.octetsBehind(outbox.acknowledged());
            more = !last || (wrote && !failing);
            if (more && !closing) {
                pause(wrote);
            }
        }
        closeFile();
    }

    /** Writes what there is, as much as makes a write. Says whether there was anything. */
    private boolean round(boolean last) throws IOException {
        if (reopen) {
            reopen = false;
            sync();
            closeFile();
        }
        gather();
        boolean any = line.length() > 0;
        if (any) {
            flush();
        }
        written = outbox.position();
        if (failing || (last && !any) || System.nanoTime() - syncedAt >= SYNC_NANOS) {
            sync();
        }
        if (failing) {
            LOG.info("mail log {} can be written again", path);
            failing = false;
            gaveUp = false;
        }
        return any;
    }

    private void pause(boolean wrote) {
        if (failing) {
            LockSupport.parkNanos(IDLE_NANOS);
        } else if (wrote) {
            LockSupport.parkNanos(GATHER_NANOS);
        } else {
            idle = true;
            // What was published before it was idle has woken nobody.
            if (outbox.durable() == outbox.position() && attempts.isEmpty() && !reopen && !closing) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
            idle = false;
        }
    }

    /** Puts lines together, each attempt's behind what was durable when it ended. */
    private void gather() throws IOException {
        if (torn) {
            line.end();
        }
        tellLost();
        while (line.length() < WRITE_OCTETS) {
            List<Fact> facts = outbox.next();
            long place =
                    facts.isEmpty() ? outbox.position() : facts.getFirst().key().place();
            for (Ended ended = attempts.peek(); ended != null && ended.place <= place; ended = attempts.peek()) {
                attempts.remove();
                waiting.decrementAndGet();
                attemptsInLine++;
                tell(ended.event, null);
            }
            if (facts.isEmpty()) {
                return;
            }
            facts.forEach(this::tell);
        }
    }

    private void tellLost() {
        lostInLine = lost.get();
        if (lostInLine > 0) {
            line.open()
                    .field("time", clock.instant())
                    .field("event", "lost")
                    .field("count", lostInLine)
                    .close();
        }
    }

    private void tell(Fact fact) {
        String key = fact.key().text();
        for (Event event : FactEvents.of(fact)) {
            tell(event, key);
            key += "+";
        }
    }

    /** One event that cannot be told must not be in the way of all that follow. */
    private void tell(Event event, @Nullable String key) {
        int before = line.length();
        try {
            EventJson.write(line, event, key);
        } catch (RuntimeException e) {
            line.cut(before);
            lose(1);
            LOG.error("an event cannot be logged: {}", event.getClass().getSimpleName(), e);
        }
    }

    private void flush() throws IOException {
        FileChannel to = file;
        if (to == null) {
            to = open(path);
            file = to;
        }
        ByteBuffer content = line.content();
        torn = true;
        while (content.hasRemaining()) {
            to.write(content);
        }
        torn = false;
        lost.addAndGet(-lostInLine);
        endRound();
    }

    private void endRound() {
        line.clear();
        attemptsInLine = 0;
        lostInLine = 0;
    }

    /** Makes durable what was written, and then that it is. */
    private void sync() throws IOException {
        syncedAt = System.nanoTime();
        FileChannel from = file;
        if (written == outbox.acknowledged()) {
            return;
        }
        if (from != null) {
            from.force(false);
        }
        outbox.acknowledge(written);
    }

    private void fail(Exception cause) {
        if (!failing) {
            LOG.error("mail log {} cannot be written; the spool keeps what is to be logged until it can", path, cause);
        }
        failing = true;
        lose(attemptsInLine);
        endRound();
        // What was written and not synced may not be there: it is written again.
        written = outbox.acknowledged();
        outbox.rewind(written);
        closeFile();
        try {
            giveUpTooMuch();
        } catch (IOException e) {
            LOG.debug("the spool's log cannot be read for the mail log", e);
        }
    }

    /** The spool needs its space for mail: what is beyond the bound is let go unlogged. */
    private void giveUpTooMuch() throws IOException {
        if (outbox.octetsBehind(written) <= settings.unreadOctetsMax) {
            return;
        }
        long facts = 0;
        while (outbox.octetsBehind(outbox.position()) > settings.unreadOctetsMax) {
            facts += outbox.next().size();
        }
        written = outbox.position();
        lose(facts);
        if (!gaveUp) {
            LOG.error("mail log {} could not be written for too long: its oldest events are lost", path);
        }
        gaveUp = true;
        outbox.acknowledge(written);
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

    /** Writes what is durable and closes the file. What becomes durable later is logged at the next start. */
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
        lose(attempts.size());
        attempts.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
