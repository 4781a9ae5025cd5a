package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log: takes what was handed in since the last sync, appends it, syncs once, and answers.
 *
 * <p>Thread: {@link #hand} any; all else the committer's alone.
 */
final class Appender {
    /*
     * A batch is whatever came during the sync before it; no message is delayed for others' sake, and states for a moment
     * only (Patience). Each record says where its batch began, so that after a crash the reader knows what had been durable
     * and must be whole.
     *
     * A write or sync that fails closes the segment for ever at the end of the last good batch. The kernel may have
     * dropped the dirty pages and may yet have written them, so the next segment's first record says where the closed one
     * ends; only once that is durable are the clients of the failed batch told that their messages were not taken.
     * States, and messages that were answered before the sync, cannot be taken back: they are appended again.
     * Where no new segment can be had, messages are refused and states wait in memory until one can.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);
    private static final int BUFFER_OCTETS_MAX = 4 << 20;
    private static final int BATCH_RECORDS_MAX = 8_192;
    private static final long BATCH_OCTETS_MAX = 16L << 20;

    private final SpoolSettings settings;
    private final Ledger ledger;
    private final SegmentSupply supply;
    private final IdSource ids;
    private final Disk disk;
    private final ByteBuffer buffer;
    private final ConcurrentLinkedQueue<Append> inbox = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Append> again = new ArrayDeque<>();
    private final List<Append> batch = new ArrayList<>();
    private final Patience patience = new Patience();

    /** Those of the batch that were answered before its sync. */
    private final Set<Append> early = new LinkedHashSet<>();

    /** Ends of earlier segments that no durable record tells of yet. */
    private final List<SegmentStart.End> ends;

    private @Nullable Segment segment;
    private long nextGeneration;

    /** Where the buffer's first octet goes. */
    private int flushed;

    private int synced;
    private int firstRecordEnd;
    private boolean rotated;

    /** Writing has failed since the last batch that became durable; told once. */
    private boolean outage;

    /** Writing failed in this run: the next try is after a pause. */
    private boolean failedNow;

    /**
     * Messages of failed batches. Their clients are told once it is durable that those records are void: until then they
     * may be found after a crash.
     */
    private final Map<Append, IOException> owed = new LinkedHashMap<>();

    /** What was in work when the committer died: durable or not, nobody can say. */
    private volatile List<Append> doubtful = List.of();

    private long batchOctets;

    Appender(
            Disk disk,
            SpoolSettings settings,
            Ledger ledger,
            SegmentSupply supply,
            IdSource ids,
            long nextGeneration,
            List<SegmentStart.End> ends) {
        this.disk = disk;
        this.settings = settings;
        this.ledger = ledger;
        this.supply = supply;
        this.ids = ids;
        this.nextGeneration = nextGeneration;
        this.ends = new ArrayList<>(ends);
        this.buffer = ByteBuffer.allocateDirect(Math.min(BUFFER_OCTETS_MAX, settings.segmentOctets()));
    }

    void hand(Append append) {
        inbox.add(append);
    }

    /** Whether all that waits can wait a moment longer. */
    boolean canWait(long now) {
        return again.isEmpty() && owed.isEmpty() && patience.pays(inbox, now);
    }

    boolean isIdle() {
        return inbox.isEmpty() && again.isEmpty() && owed.isEmpty();
    }

    /** Writes one batch. Says whether the log can be written; where it cannot, try again after a pause. */
    boolean runBatch() {
        failedNow = false;
        if (segment == null) {
            IOException failure = begin();
            if (failure != null) {
                turnAway(failure);
                return false;
            }
        }
        while (segment != null && !failedNow && batch.size() < BATCH_RECORDS_MAX && batchOctets < BATCH_OCTETS_MAX) {
            Append append = again.isEmpty() ? inbox.poll() : again.poll();
            if (append == null) {
                break;
            }
            take(append);
        }
        if (segment != null && !failedNow && !batch.isEmpty()) {
            settle();
        }
        return segment != null && !failedNow;
    }

    /** Whether a segment was begun since this was last asked. */
    boolean hasRotated() {
        boolean answer = rotated;
        rotated = false;
        return answer;
    }

    /** Opens the first segment; throws where that is not possible. */
    void start() throws IOException {
        IOException failure = begin();
        if (failure != null) {
            throw failure;
        }
    }

    private int position() {
        return flushed + buffer.position();
    }

    private void take(Append append) {
        if (append.kind == RecordHeader.Kind.MOVED && isStale(append)) {
            append.refuse(Commit.Reason.CLOSED, "gone or moved before");
            return;
        }
        int octets = append.recordOctets();
        if ((long) position() + octets > settings.segmentOctets() && synced > 0 && !isFirst()) {
            again.addFirst(append);
            makeRoom();
            return;
        }
        batch.add(append);
        batchOctets += octets;
        if (append.kind == RecordHeader.Kind.MESSAGE) {
            patience.message(append.began);
        }
        try {
            append.place = write(append);
        } catch (IOException e) {
            fail(e);
        }
    }

    /** What did not fit stays the first that waits, behind what a failure here brings back. */
    private void makeRoom() {
        if (!batch.isEmpty()) {
            settle();
        }
        if (segment != null && !failedNow) {
            IOException failure = rotate();
            if (failure != null) {
                turnAway(failure);
            }
        }
    }

    private boolean isFirst() {
        return position() == firstRecordEnd;
    }

    private boolean isStale(Append append) {
        Ledger.Located located = ledger.locate(append.id);
        return located == null || located.place() != append.movedFrom;
    }

    private long write(Append append) throws IOException {
        Segment current = current();
        int offset = position();
        if (buffer.remaining() < RecordHeader.OCTETS) {
            flush();
        }
        append.header(current.generation(), synced).write(buffer);
        put(append.meta, append.meta.length);
        put(append.prefix, append.prefix.length);
        put(append.content, append.contentOctets);
        int padding = offset + append.recordOctets() - position();
        put(new byte[padding], padding);
        return MessageIndex.place(current.generation(), offset);
    }

    private void put(byte[] bytes, int length) throws IOException {
        int at = 0;
        while (at < length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int count = Math.min(buffer.remaining(), length - at);
            buffer.put(bytes, at, count);
            at += count;
        }
    }

    private void flush() throws IOException {
        int octets = buffer.position();
        buffer.flip();
        current().file().write(buffer, flushed);
        buffer.clear();
        flushed += octets;
    }

    private Segment current() {
        if (segment == null) {
            throw new AssertionError("no segment to write to");
        }
        return segment;
    }

    /** Makes the batch durable and answers. */
    private void settle() {
        Segment current = current();
        try {
            flush();
            answerUnsynced(current);
            current.file().force();
        } catch (IOException e) {
            ledger.countFailedSync();
            fail(e);
            return;
        }
        synced = flushed;
        batch.removeAll(early);
        early.clear();
        ledger.apply(batch, current, synced, true);
        batch.forEach(this::finish);
        batch.clear();
        batchOctets = 0;
        if (outage) {
            outage = false;
            LOG.info("spool: the log can be written again");
        }
    }

    /** Commits that do not wait for the sync are answered here. */
    private void answerUnsynced(Segment current) {
        for (Append append : batch) {
            if (append.durability == Durability.OS && !append.answered) {
                early.add(append);
            }
        }
        if (!early.isEmpty()) {
            ledger.apply(List.copyOf(early), current, flushed, false);
            early.forEach(this::finish);
        }
    }

    private void finish(Append append) {
        try {
            append.durable();
        } catch (Throwable e) { // an error of the asker's must not end the thread that answers all others
            LOG.error("spool: what was to run after a sync failed; the log is not affected", e);
        }
    }

    /** Closes the segment at its last good batch, for ever, and goes on in another. */
    private void fail(IOException cause) {
        Segment failed = current();
        failedNow = true;
        if (!outage) {
            LOG.error(
                    "spool: writing segment {} failed; it is closed at octet {} and its last {} records go elsewhere",
                    failed.generation(),
                    synced,
                    batch.size(),
                    cause);
        }
        outage = true;
        ledger.seal(failed, synced);
        ends.add(new SegmentStart.End(failed.generation(), synced));
        segment = null;
        List<Append> retried = new ArrayList<>();
        for (Append append : batch) {
            if (append.mustSurvive()) {
                retried.add(append);
            } else if (append.kind == RecordHeader.Kind.MOVED) {
                append.refuse(reason(cause), String.valueOf(cause.getMessage()));
            } else {
                owed.put(append, cause);
            }
        }
        batch.clear();
        early.clear();
        batchOctets = 0;
        for (int i = retried.size() - 1; i >= 0; i--) {
            again.addFirst(retried.get(i));
        }
        IOException failure = begin();
        if (failure != null) {
            turnAway(failure);
        }
    }

    /** Seals the full segment and opens the next. */
    private @Nullable IOException rotate() {
        Segment full = current();
        ledger.seal(full, synced);
        ends.add(new SegmentStart.End(full.generation(), synced));
        segment = null;
        return begin();
    }

    /** Opens a segment and makes its first record durable; answers what went wrong, else {@code null}. */
    private @Nullable IOException begin() {
        buffer.clear();
        flushed = 0;
        synced = 0;
        long generation = nextGeneration;
        Segment opened = null;
        try {
            opened = supply.take(generation);
            byte[] meta = new SegmentStart(ids.lastGiven(), ends).bytes();
            int crc = RecordHeader.crc(meta, 0, meta.length);
            new RecordHeader(RecordHeader.Kind.SEGMENT, generation, 0, meta.length, 0, crc, 0, 0).write(buffer);
            segment = opened;
            put(meta, meta.length);
            int padding = RecordHeader.recordOctets(meta.length, 0) - position();
            put(new byte[padding], padding);
            flush();
            opened.file().force();
        } catch (IOException e) {
            segment = null;
            discard(generation, opened);
            return e;
        }
        synced = flushed;
        firstRecordEnd = flushed;
        ends.clear();
        owed.forEach((append, cause) -> append.refuse(reason(cause), String.valueOf(cause.getMessage())));
        owed.clear();
        nextGeneration++;
        rotated = true;
        ledger.open(opened);
        ledger.apply(List.of(), opened, synced, true);
        return null;
    }

    /** Removes a segment that holds nothing but a first record, if that. */
    private void discard(long generation, @Nullable Segment opened) {
        try {
            if (opened != null) {
                opened.file().close();
            }
            disk.delete(SpoolFiles.segment(generation));
        } catch (IOException e) {
            LOG.warn("spool: segment {} could not be removed", generation, e);
        }
    }

    /** Refuses all messages that wait, keeps the states. */
    private void turnAway(IOException cause) {
        if (!outage) {
            LOG.error("spool: no segment can be written; new mail is refused until one can", cause);
        }
        outage = true;
        List<Append> waiting = new ArrayList<>(again);
        again.clear();
        for (Append append = inbox.poll(); append != null; append = inbox.poll()) {
            waiting.add(append);
        }
        for (Append append : waiting) {
            if (append.mustSurvive()) {
                again.add(append);
            } else {
                append.refuse(reason(cause), String.valueOf(cause.getMessage()));
            }
        }
    }

    /** Refuses what waits, states included, because the spool has stopped. */
    void abandon() {
        for (Append append = inbox.poll(); append != null; append = inbox.poll()) {
            append.refuse(Commit.Reason.CLOSED, "the spool is closed");
        }
    }

    /**
     * As {@link #abandon}, with what was in work. What may be durable is not answered before {@link #answerDoubtful}: its
     * client would send it again. Thread: the committer's.
     */
    void abandonAll() {
        List<Append> unsure = new ArrayList<>(batch);
        unsure.addAll(owed.keySet());
        doubtful = List.copyOf(unsure);
        again.forEach(append -> append.refuse(Commit.Reason.CLOSED, "the spool is closed"));
        abandon();
    }

    /** Lets go of those who wait for an answer that nobody can give, because the spool is being closed. Thread: any. */
    void answerDoubtful() {
        doubtful.forEach(append -> append.refuse(Commit.Reason.CLOSED, "the spool was closed before it could tell"));
    }

    /** Seals the last segment and closes no file: readers may still be at work. */
    void stop() {
        if (segment != null) {
            ledger.seal(segment, synced);
            segment = null;
        }
    }

    static Commit.Reason reason(IOException cause) {
        String message = String.valueOf(cause.getMessage());
        boolean full = message.contains("No space left") || message.contains("quota");
        return full ? Commit.Reason.FULL : Commit.Reason.FAILED;
    }
}
