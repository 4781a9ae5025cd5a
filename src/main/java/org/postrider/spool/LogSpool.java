package org.postrider.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's spool: a segmented append log with group commit in a directory of its own.
 *
 * <p>A message is one record with its envelope, content and checksum; content from {@link SpoolSettings#largeOctetsMin} on
 * is a file of its own, synced before the record that names it. {@code docs/design/spool.md} describes the format, the
 * recovery and when a segment is recycled.
 *
 * <p>Thread: any. Two platform threads work inside: the committer, which appends, syncs and answers, and the keeper, which
 * writes checkpoints and recycles segments.
 */
public final class LogSpool implements Spool {
    private static final Logger LOG = LoggerFactory.getLogger(LogSpool.class);
    private static final long PAUSE_NANOS = 100_000_000;
    private static final long PAUSE_NANOS_MAX = 1_000_000_000;

    /** The keeper looks around at least this often, and where space is short at most so often as the second says. */
    private static final long KEEP_NANOS = 2_000_000_000;

    private static final long KEEP_NANOS_MIN = 250_000_000;
    private static final int CLOSE_TRIES = 20;

    private final SpoolCore core;
    private final Thread committer;
    private final Thread keeper;
    private final Semaphore keeperWanted = new Semaphore(0);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean asleep;
    /** Asleep, and not to be woken for states. */
    private volatile boolean patient;

    private volatile boolean closing;
    private volatile boolean stopped;
    private volatile boolean keeperStopped;
    private volatile boolean failed;
    private volatile long keptAt = System.nanoTime() - KEEP_NANOS;

    private LogSpool(Disk disk, SpoolSettings settings, InstantSource clock) throws IOException {
        this.core = SpoolCore.open(disk, settings, clock, (appender, moves) -> move(moves));
        this.committer = Thread.ofPlatform().daemon().name("spool-committer").unstarted(this::commitUntilClosed);
        this.keeper = Thread.ofPlatform().daemon().name("spool-keeper").unstarted(this::keepUntilClosed);
    }

    /**
     * Opens the spool in {@code directory}, which is made where it is missing, and recovers what it holds.
     *
     * @throws IOException where another process has it, where a newer release wrote it, or where the disk fails
     */
    public static LogSpool open(Path directory, SpoolSettings settings, InstantSource clock) throws IOException {
        Disk disk = FaultyDisk.around(FileDisk.open(directory), settings);
        try {
            return open(disk, settings, clock);
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    static LogSpool open(Disk disk, SpoolSettings settings, InstantSource clock) throws IOException {
        LogSpool spool = new LogSpool(disk, settings, clock);
        spool.committer.start();
        spool.keeper.start();
        spool.keeperWanted.release();
        return spool;
    }

    @Override
    public Draft draft(long sizeHint) {
        return draft(sizeHint, Durability.FSYNC);
    }

    @Override
    public Draft draft(long sizeHint, Durability durability) {
        return core.draft(sizeHint, durability);
    }

    @Override
    public Commit commit(Draft draft, Arrival arrival, byte[] prefix, List<Update> together) {
        if (!(draft instanceof LogDraft mine)) {
            throw new IllegalArgumentException("a draft of another spool");
        }
        try (mine) {
            if (closing) {
                return new Commit.Refused(Commit.Reason.CLOSED, "the spool is closing");
            }
            if (together.isEmpty() && !core.hasRoomFor(mine.octets() + prefix.length)) {
                wakeKeeperForSpace();
                return new Commit.Refused(Commit.Reason.FULL, "the space for new mail is used up");
            }
            mine.sync();
            Append append = mine.append(arrival, prefix, together);
            hand(append);
            Commit commit = append.await();
            if (commit instanceof Commit.Durable) {
                mine.keep();
            }
            return commit;
        } catch (IOException e) {
            return new Commit.Refused(Appender.reason(e), String.valueOf(e.getMessage()));
        }
    }

    private void wakeKeeperForSpace() {
        if (System.nanoTime() - keptAt > KEEP_NANOS_MIN) {
            keeperWanted.release();
        }
    }

    @Override
    public void update(List<Update> updates, Runnable durable) {
        hand(Append.states(List.copyOf(updates), durable));
    }

    private void hand(Append append) {
        core.appender().hand(append);
        if (stopped) {
            core.appender().abandon();
        } else if (asleep && !(patient && append.kind == RecordHeader.Kind.STATES)) {
            LockSupport.unpark(committer);
        }
    }

    private void move(List<Append> moves) {
        moves.forEach(this::hand);
        moves.forEach(Append::await);
    }

    private void commitUntilClosed() {
        Appender appender = core.appender();
        try {
            int tries = 0;
            long pause = PAUSE_NANOS;
            while (!(closing && keeperStopped && appender.isIdle()) && tries < CLOSE_TRIES) {
                waitForWork(appender);
                boolean healthy = appender.runBatch();
                if (appender.hasRotated() || core.ledger().hasFinishedLarge()) {
                    keeperWanted.release();
                }
                if (healthy) {
                    pause = PAUSE_NANOS;
                } else {
                    keeperWanted.release();
                    tries += closing ? 1 : 0;
                    LockSupport.parkNanos(closing ? PAUSE_NANOS : pause);
                    pause = Math.min(2 * pause, PAUSE_NANOS_MAX);
                }
            }
        } catch (RuntimeException | Error e) {
            failed = true;
            LOG.error("spool: the committer failed; nothing is taken any more", e);
            if (e instanceof VirtualMachineError lack) {
                // No bug that would come again: a new start helps, and whoever handles uncaught errors may bring it
                // about.
                throw lack;
            }
        } finally {
            closing = true;
            stopped = true;
            appender.abandonAll();
            if (closed.get()) {
                appender.answerDoubtful();
            }
        }
    }

    private void waitForWork(Appender appender) {
        asleep = true;
        while (appender.isIdle() && !(closing && keeperStopped)) {
            LockSupport.park(this);
        }
        waitForMessage(appender);
        asleep = false;
    }

    /** While only states wait, a message is given the chance to come and have them in its batch. */
    private void waitForMessage(Appender appender) {
        long now = System.nanoTime();
        long until = now + Patience.NANOS_MAX;
        patient = true;
        while (now - until < 0 && !closing && appender.canWait(now)) {
            LockSupport.parkNanos(this, until - now);
            now = System.nanoTime();
        }
        // What was added while this was true is in the inbox before the committer looks there again.
        patient = false;
    }

    private void keepUntilClosed() {
        try {
            while (!closing) {
                awaitWork();
                if (!closing) {
                    keepOnce();
                }
            }
        } finally {
            keeperStopped = true;
            LockSupport.unpark(committer);
        }
    }

    private void awaitWork() {
        try {
            if (keeperWanted.tryAcquire(KEEP_NANOS, TimeUnit.NANOSECONDS)) {
                keeperWanted.drainPermits();
            }
        } catch (InterruptedException e) {
            LOG.debug("spool: the keeper was interrupted and looks around", e);
        }
    }

    private void keepOnce() {
        keptAt = System.nanoTime();
        try {
            core.keep();
        } catch (IOException | RuntimeException | Error e) {
            // A lack of memory passes, and a spool that is not tidied for the rest of its days is full one day.
            LOG.warn("spool: tidying up failed and is tried again later", e);
        }
    }

    @Override
    public Optional<StoredMessage> find(QueueId id) throws IOException {
        return core.reader().find(id);
    }

    @Override
    public InputStream content(QueueId id) throws IOException {
        return core.reader().content(id);
    }

    @Override
    public long contentOctets(QueueId id) throws IOException {
        return core.reader().contentOctets(id);
    }

    @Override
    public void forEach(Consumer<StoredMessage> visitor) throws IOException {
        core.reader().forEach(visitor);
    }

    /**
     * The log for the one who follows it. From now on what the follower has not acknowledged is kept, also by runs in which
     * nobody follows. Where none has followed before, it begins with this run.
     */
    public Outbox outbox() throws IOException {
        Outbox outbox = core.outbox();
        outbox.follow();
        return outbox;
    }

    @Override
    public Condition condition() {
        return core.condition(failed);
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        closing = true;
        core.appender().answerDoubtful();
        keeperWanted.release();
        boolean interrupted = joined(keeper);
        interrupted |= joined(committer);
        try {
            core.close();
        } catch (IOException e) {
            LOG.warn("spool: the last checkpoint could not be written; the next start reads more", e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a thread's end. Says whether the waiting one was interrupted meanwhile. */
    private static boolean joined(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
