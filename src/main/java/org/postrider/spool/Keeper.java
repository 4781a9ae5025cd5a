package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log short, in the background: writes checkpoints, recycles segments, copies forward what old mail is left in
 * sparse ones, takes back finished content files, and has a zero-filled segment ready.
 *
 * <p>Thread: its own alone.
 */
final class Keeper {
    /*
     * When is a record garbage? The record of a message is wanted while the message is open. The record of a state is
     * wanted for the state's sake, and as the proof that a message is done: were it lost before the message's own record,
     * the message would come back. Instead of counting such obligations for each segment there is one rule: a checkpoint
     * names all that is open with all states, and a start never looks before its beginning except for the content of
     * messages that it names. So a segment can go when
     *
     *   1. no open message has its record in it, and
     *   2. it lies wholly before the beginning of the older of the two checkpoints that are kept, and
     *   3. nobody is reading from it.
     *
     * A message that is copied forward keeps its states where they are. The copy is appended through the committer, which
     * drops it where the message was settled or moved meanwhile, so copying needs no lock and never holds up a commit for
     * longer than its batch.
     *
     * Copying wins whole segments as long as those that are emptied have a segment's worth of dead octets between them: the
     * copies lie packed. Each source is given back before the next is begun, so that no more than one segment of further
     * space is needed, and the reserve may be used for it.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final int MOVE_OCTETS_MAX = 1 << 20;
    private static final int CHECKPOINT_SHARE = 2;

    /** The second of two covers what the first one lists. */
    private static final int CHECKPOINTS_UNDER_PRESSURE = 2;

    /** Spares kept while space is short. */
    private static final int SPARES_UNDER_PRESSURE = 1;

    /** Segments emptied in one pass; it bounds the ids held for them and how long the next checkpoint waits. */
    private static final int EMPTIED_IN_A_PASS_MAX = 16;

    /** While space is short a segment is worth copying from this dead share on, one in so many octets. */
    private static final int DEAD_SHARE_UNDER_PRESSURE = 8;

    private final Disk disk;
    private final SpoolSettings settings;
    private final Ledger ledger;
    private final LargeFiles large;
    private final SegmentSupply supply;
    private final CheckpointWriter checkpoints;
    private final Quarantine quarantine;
    private final Consumer<List<Append>> appending;
    private long checkpointNumber;

    /** Where the older of the two kept checkpoints begins, 0 while there is none. */
    private long covered;

    private boolean fillFails;

    /** The checkpoint before the current one, open for those who still read it; {@code null} where none is. */
    private @Nullable Checkpoint older;

    /**
     * @param covered where the older of the two kept checkpoints begins, 0 where there is none
     * @param appending hands records to the appender and waits until all are answered
     */
    Keeper(
            Disk disk,
            SpoolSettings settings,
            Ledger ledger,
            LargeFiles large,
            SegmentSupply supply,
            CheckpointWriter checkpoints,
            Quarantine quarantine,
            long checkpointNumber,
            long covered,
            Consumer<List<Append>> appending) {
        this.disk = disk;
        this.settings = settings;
        this.ledger = ledger;
        this.large = large;
        this.supply = supply;
        this.checkpoints = checkpoints;
        this.quarantine = quarantine;
        this.checkpointNumber = checkpointNumber;
        this.covered = covered;
        this.appending = appending;
    }

    /**
     * Does what is due. What gives space back comes first and does not depend on what needs space.
     *
     * @param pressed whether new mail has too little space, or soon will have
     */
    void pass(boolean pressed) throws IOException {
        takeBackLarge(pressed);
        int sparesMax = pressed ? SPARES_UNDER_PRESSURE : settings.sparesMax();
        try {
            checkpointWhereDue(pressed);
        } finally {
            recycle(sparesMax);
        }
        compact(pressed, sparesMax);
        if (pressed) {
            supply.trim(sparesMax);
        }
        takeBackLarge(pressed);
        fill();
    }

    /** An appender that finds no spare makes a file for itself, so this may fail. */
    private void fill() {
        try {
            supply.fill();
            fillFails = false;
        } catch (IOException e) {
            if (!fillFails) {
                LOG.warn("spool: no segment can be made in advance; it is tried again", e);
            }
            fillFails = true;
        }
    }

    private void checkpointWhereDue(boolean pressed) throws IOException {
        boolean due = isCheckpointDue() || (pressed && holdsMuchDead());
        for (int i = 0; due && i < CHECKPOINTS_UNDER_PRESSURE; i++) {
            checkpoint();
            due = pressed && !checkpoints.hasUnreadable() && holdsMuchDead();
        }
    }

    /** Whether checkpoints would give back at least a segment, and more than they cost. */
    private boolean holdsMuchDead() {
        Checkpoint current = ledger.checkpoint();
        long cost = current == null ? 0 : current.octets();
        long dead = ledger.deadOctets(coveredGeneration(), settings.segmentOctets());
        return dead >= Math.max(settings.segmentOctets(), cost);
    }

    private void takeBackLarge(boolean pressed) throws IOException {
        if (pressed) {
            large.trim();
        }
        int sparesMax = pressed ? 0 : LargeFiles.SPARES_MAX;
        for (LargeFiles.Finished done = ledger.pollFinishedLarge(); done != null; done = ledger.pollFinishedLarge()) {
            if (!ledger.hasLarge(done.id().value())) {
                large.takeBack(done, sparesMax);
            }
        }
    }

    private boolean isCheckpointDue() {
        Checkpoint current = ledger.checkpoint();
        long begin = current == null ? 0 : current.start();
        long written = octetsBetween(begin, ledger.appliedPlace());
        long share = current == null ? 0 : CHECKPOINT_SHARE * current.octets();
        return written >= Math.max(settings.checkpointOctets(), share);
    }

    private long octetsBetween(long begin, long end) {
        long segments = MessageIndex.generation(end) - MessageIndex.generation(begin);
        return segments * settings.segmentOctets() + MessageIndex.offset(end) - MessageIndex.offset(begin);
    }

    /** Writes a checkpoint and removes those before the last two. */
    void checkpoint() throws IOException {
        Checkpoint before = ledger.checkpoint();
        checkpoints.write(++checkpointNumber);
        Checkpoint oldest = older;
        older = before;
        covered = before == null ? 0 : before.start();
        if (oldest != null) {
            oldest.close();
        }
        long keep = before == null ? checkpointNumber : before.number();
        for (String name : disk.list(SpoolFiles.ROOT)) {
            if (SpoolFiles.checkpointNumber(name)
                    .filter(number -> number < keep)
                    .isPresent()) {
                disk.delete(name);
            }
        }
    }

    private long coveredGeneration() {
        return MessageIndex.generation(covered);
    }

    private void recycle(int sparesMax) throws IOException {
        long end = coveredGeneration();
        for (Segment empty = ledger.takeEmpty(end); empty != null; empty = ledger.takeEmpty(end)) {
            supply.recycle(empty, sparesMax);
        }
    }

    /** Copies forward what is left in sparse segments; while space is short, wherever that wins some. */
    private void compact(boolean pressed, int sparesMax) throws IOException {
        Map<Segment, long[]> chosen = ledger.idsIn(worthEmptying(pressed));
        for (Map.Entry<Segment, long[]> entry : chosen.entrySet()) {
            if (pressed && !hasRoomToCopy()) {
                return;
            }
            if (empty(entry.getKey(), entry.getValue())) {
                recycle(sparesMax);
            }
        }
    }

    private List<Segment> worthEmptying(boolean pressed) {
        int octets = settings.segmentOctets();
        if (pressed) {
            long deadMin = octets / DEAD_SHARE_UNDER_PRESSURE;
            List<Segment> winning = ledger.mostDead(
                    coveredGeneration(), segment -> segment.deadOctets() >= deadMin, octets, EMPTIED_IN_A_PASS_MAX);
            if (!winning.isEmpty()) {
                return winning;
            }
        }
        double liveMin = settings.liveShareMin() * octets;
        return ledger.mostDead(coveredGeneration(), segment -> segment.liveOctets < liveMin, 0, EMPTIED_IN_A_PASS_MAX);
    }

    /** Whether there is room for the segment that copying may need meanwhile, and one more for states and notices. */
    private boolean hasRoomToCopy() throws IOException {
        long wanted = 2L * settings.segmentOctets();
        boolean allowed = ledger.usedOctets(settings.segmentOctets()) + wanted <= settings.octetsMax();
        return allowed && (supply.count() > 0 || disk.usableOctets() >= wanted);
    }

    /** Copies what lives in a segment into the log's end. Says whether all of it could be read. */
    private boolean empty(Segment segment, long[] ids) {
        List<Append> moves = new ArrayList<>();
        long octets = 0;
        for (long id : ids) {
            Append move = move(id, segment);
            if (move != null) {
                moves.add(move);
                octets += move.recordOctets();
            }
            if (octets >= MOVE_OCTETS_MAX) {
                appending.accept(moves);
                moves = new ArrayList<>();
                octets = 0;
            }
        }
        appending.accept(moves);
        return !segment.damaged;
    }

    private @Nullable Append move(long id, Segment segment) {
        Ledger.Located located = ledger.locate(id);
        if (located == null || located.segment() != segment) {
            return null;
        }
        try {
            MessageReader.Raw raw = MessageReader.raw(located);
            byte[] content = content(segment, located, raw.header());
            return Append.moved(id, raw.core(), content, raw.header().contentCrc(), located.place());
        } catch (IOException e) {
            LOG.error(
                    "spool: segment {} is not emptied; message {} in it cannot be read",
                    segment.generation(),
                    new QueueId(id),
                    e);
            ledger.markDamaged(segment);
            quarantine.save(segment, located.offset(), located.octets(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static byte[] content(Segment segment, Ledger.Located located, RecordHeader header) throws IOException {
        byte[] content = new byte[header.contentOctets()];
        long offset = (long) located.offset() + RecordHeader.OCTETS + header.metaOctets();
        int count = segment.file().read(ByteBuffer.wrap(content), offset);
        if (count < content.length || RecordHeader.crc(content, 0, count) != header.contentCrc()) {
            throw new DamagedException("the content of message " + new QueueId(located.id()) + " is damaged");
        }
        return content;
    }
}
