package org.postrider.spool;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/**
 * The log spool without its threads, so that a simulation can run each step by itself.
 *
 * <p>Thread: reading from any; the appender's and the keeper's steps each from one.
 */
final class SpoolCore {
    private static final long USABLE_NANOS = 100_000_000;

    private final Disk disk;
    private final SpoolSettings settings;
    private final Ledger ledger;
    private final IdSource ids;
    private final Appender appender;
    private final Keeper keeper;
    private final SpoolReader reader;
    private volatile Usable usable = new Usable(System.nanoTime() - 2 * USABLE_NANOS, 0);

    private SpoolCore(
            Disk disk,
            SpoolSettings settings,
            Ledger ledger,
            IdSource ids,
            Appender appender,
            Keeper keeper,
            SpoolReader reader) {
        this.disk = disk;
        this.settings = settings;
        this.ledger = ledger;
        this.ids = ids;
        this.appender = appender;
        this.keeper = keeper;
        this.reader = reader;
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
        IdSource ids = new IdSource(clock, found.lastId());
        SegmentSupply supply = new SegmentSupply(disk, settings, found.nextSpare());
        found.spares().forEach(supply::add);
        CheckpointWriter checkpoints = new CheckpointWriter(disk, ledger, ids, quarantine);
        Appender appender = new Appender(disk, settings, ledger, supply, ids, found.nextGeneration(), found.ends());
        Keeper keeper = new Keeper(
                disk,
                settings,
                ledger,
                supply,
                checkpoints,
                quarantine,
                found.checkpointNumber(),
                list -> moves.append(appender, list));
        if (found.foundBad()) {
            keeper.checkpoint();
        }
        appender.start();
        return new SpoolCore(disk, settings, ledger, ids, appender, keeper, new SpoolReader(disk, ledger, quarantine));
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

    LogDraft draft(long sizeHint, Durability durability) {
        return new LogDraft(disk, ids.next(), settings.largeOctetsMin(), sizeHint, durability);
    }

    /** Whether so much new mail may come in. */
    boolean hasRoomFor(long octets) throws IOException {
        long forMail = settings.octetsMax() - settings.reserveOctets();
        return ledger.usedOctets(settings.segmentOctets()) + octets <= forMail
                && usableOctets() - octets >= settings.freeOctetsMin();
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

    Condition condition() {
        long free = 0;
        try {
            free = Math.max(0, usableOctets() - settings.freeOctetsMin());
        } catch (IOException e) {
            free = 0;
        }
        long used = ledger.usedOctets(settings.segmentOctets());
        long forMail = Math.min(settings.octetsMax() - settings.reserveOctets(), used + free);
        return ledger.condition(settings.segmentOctets(), Math.max(1, forMail));
    }

    SpoolReader reader() {
        return reader;
    }

    /** Writes what the next start would otherwise have to read, and lets go of the files. */
    void close() throws IOException {
        appender.stop();
        try {
            keeper.checkpoint();
        } finally {
            Checkpoint checkpoint = ledger.checkpoint();
            if (checkpoint != null) {
                checkpoint.close();
            }
            for (Segment segment : ledger.segments().values()) {
                segment.file().close();
            }
            disk.close();
        }
    }
}
