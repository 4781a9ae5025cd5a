package org.postrider.spool;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The log spool without its threads, so that a simulation can run each step by itself.
 *
 * <p>Thread: reading from any; the appender's and the keeper's steps each from one.
 */
final class SpoolCore {
    private static final long USABLE_NANOS = 100_000_000;

    /** From this fill on the keeper does more to get space back. */
    private static final double PRESSED_FILL = 0.75;

    private final Disk disk;
    private final SpoolSettings settings;
    private final DraftMemory draftMemory = new DraftMemory(DraftMemory.OCTETS_MAX);
    private final Ledger ledger;
    private final LargeFiles large;
    private final IdSource ids;
    private final Appender appender;
    private final Keeper keeper;
    private final SpoolReader reader;
    private final Outbox outbox;

    /** Whether mail was refused for want of space since the keeper last looked. */
    private final AtomicBoolean refused = new AtomicBoolean();

    private volatile Usable usable = new Usable(System.nanoTime() - 2 * USABLE_NANOS, 0);

    private SpoolCore(
            Disk disk,
            SpoolSettings settings,
            Ledger ledger,
            LargeFiles large,
            IdSource ids,
            Appender appender,
            Keeper keeper,
            SpoolReader reader,
            Outbox outbox) {
        this.disk = disk;
        this.settings = settings;
        this.ledger = ledger;
        this.large = large;
        this.ids = ids;
        this.appender = appender;
        this.keeper = keeper;
        this.reader = reader;
        this.outbox = outbox;
    }

    /** How the keeper's copies get into the log: hands them to the appender and waits for the answers. */
    interface Moves {
        void append(Appender appender, List<Append> moves);
    }

    /** Recovers what the disk holds and begins a new segment. */
    static SpoolCore open(Disk disk, SpoolSettings settings, InstantSource clock, Moves moves) throws IOException {
        SpoolFiles.settleVersion(disk);
        Ledger ledger = new Ledger(settings.recentMax());
        Quarantine quarantine = new Quarantine(disk, ledger);
        Recovery.Result found = new Recovery(disk, ledger, quarantine).run();
        Outbox outbox = Outbox.open(disk, ledger, settings.segmentOctets(), found.nextGeneration());
        IdSource ids = new IdSource(clock, found.lastId());
        SegmentSupply supply = new SegmentSupply(disk, settings, found.nextSpare());
        found.spares().forEach(supply::add);
        CheckpointWriter checkpoints = new CheckpointWriter(disk, ledger, ids, quarantine);
        Appender appender = new Appender(disk, settings, ledger, supply, ids, found.nextGeneration(), found.ends());
        LargeFiles large = new LargeFiles(disk);
        Keeper keeper = new Keeper(
                disk,
                settings,
                ledger,
                large,
                supply,
                checkpoints,
                quarantine,
                found.checkpointNumber(),
                found.covered(),
                list -> moves.append(appender, list));
        if (found.foundBad()) {
            keeper.checkpoint();
        }
        appender.start();
        SpoolReader reader = new SpoolReader(large, ledger, quarantine);
        return new SpoolCore(disk, settings, ledger, large, ids, appender, keeper, reader, outbox);
    }

    Ledger ledger() {
        return ledger;
    }

    Appender appender() {
        return appender;
    }

    Keeper keeper() {
        return keeper;
    }

    /** One pass of the keeper. */
    void keep() throws IOException {
        boolean pressed = refused.getAndSet(false) || condition(false).fill() >= PRESSED_FILL;
        keeper.pass(pressed);
    }

    LogDraft draft(long sizeHint, Durability durability) {
        return new LogDraft(disk, large, ids.next(), settings.largeOctetsMin(), sizeHint, durability, draftMemory);
    }

    /** Whether so much new mail may come in. */
    boolean hasRoomFor(long octets) throws IOException {
        long forMail = settings.octetsMax() - settings.reserveOctets();
        boolean room = ledger.usedOctets(settings.segmentOctets()) + octets <= forMail
                && usableOctets() - octets >= settings.freeOctetsMin();
        if (!room) {
            refused.set(true);
        }
        return room;
    }

    /** What the file system has left, asked for a few times a second. */
    private long usableOctets() throws IOException {
        long now = System.nanoTime();
        Usable known = usable;
        if (now - known.at > USABLE_NANOS) {
            known = new Usable(now, disk.usableOctets());
            usable = known;
        }
        return known.octets;
    }

    private record Usable(long at, long octets) {}

    /** @param failed whether the committer died */
    Condition condition(boolean failed) {
        long free = 0;
        try {
            free = Math.max(0, usableOctets() - settings.freeOctetsMin());
        } catch (IOException e) {
            free = 0;
        }
        long used = ledger.usedOctets(settings.segmentOctets());
        long allowed = settings.octetsMax() - settings.reserveOctets();
        long forMail = free >= allowed - used ? allowed : used + free;
        return ledger.condition(settings.segmentOctets(), Math.max(1, forMail), failed);
    }

    SpoolReader reader() {
        return reader;
    }

    Outbox outbox() {
        return outbox;
    }

    /** Writes what the next start would otherwise have to read, and lets go of the files. */
    void close() throws IOException {
        appender.stop();
        try {
            keeper.checkpoint();
            large.trim();
        } finally {
            Checkpoint checkpoint = ledger.checkpoint();
            if (checkpoint != null) {
                checkpoint.close();
            }
            for (Segment segment : ledger.segments().values()) {
                segment.file().close();
            }
            outbox.close();
            disk.close();
        }
    }
}
