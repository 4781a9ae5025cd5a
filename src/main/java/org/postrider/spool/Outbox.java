package org.postrider.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as a row of durable facts, for one follower behind it. What the follower has done with them it acknowledges, and
 * that is kept on the disk: after a crash it goes on from there, so that it gets each fact at least once, and the same fact
 * always with the same key.
 *
 * <p>A segment is not recycled before its facts are acknowledged. Nothing here is on the way of a commit: the log is read
 * back behind the sync, envelopes and states only.
 *
 * <p>Places are positions in the log, as ascending numbers.
 *
 * <p>Thread: {@link #durable} any; all else the follower's alone.
 */
public final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final int WINDOW_OCTETS = 8 << 10;

    private final Disk disk;
    private final Ledger ledger;
    private final int segmentOctets;
    private @Nullable OutboxFile file;
    private long acknowledged;
    private long at;

    /** Up to here the log is known to be durable. */
    private long limit;

    private @Nullable Segment segment;
    private @Nullable RecordWindow window;

    /**
     * @param begin where this run's log begins
     * @param file {@code null} where nobody has followed this spool's log
     */
    private Outbox(Disk disk, Ledger ledger, int segmentOctets, long begin, @Nullable OutboxFile file) {
        this.disk = disk;
        this.ledger = ledger;
        this.segmentOctets = segmentOctets;
        this.file = file;
        this.acknowledged = file == null ? begin : readTo(ledger, begin, file);
        this.at = acknowledged;
        if (file != null) {
            hold();
        }
    }

    /** What was acknowledged, and no less than the log has. */
    private static long readTo(Ledger ledger, long begin, OutboxFile file) {
        long place = file.place();
        if (place > begin) {
            LOG.error("spool: the file {} is of another log; all of this one is told", SpoolFiles.OUTBOX);
            place = 0;
        }
        NavigableMap<Long, Segment> segments = ledger.segments();
        return Math.max(place, segments.isEmpty() ? begin : MessageIndex.place(segments.firstKey(), 0));
    }

    /** Goes on where the follower was; from now on what it has not read is kept. */
    static Outbox open(Disk disk, Ledger ledger, int segmentOctets, long nextGeneration) throws IOException {
        long begin = MessageIndex.place(nextGeneration, 0);
        return new Outbox(disk, ledger, segmentOctets, begin, OutboxFile.open(disk));
    }

    private void hold() {
        ledger.holdFrom(MessageIndex.generation(acknowledged));
    }

    /** There is a follower from now on: what it has not acknowledged is kept. A new one begins with this run. */
    void follow() throws IOException {
        if (file == null) {
            hold();
            file = OutboxFile.create(disk, acknowledged);
        }
    }

    /** Everything before this is durable; what is told later lies behind it. */
    public long durable() {
        return ledger.appliedPlace();
    }

    /** Where {@link #next} goes on. */
    public long position() {
        return at;
    }

    /** Goes back to an earlier {@link #position}, not before what was acknowledged. */
    public void rewind(long position) {
        if (position < acknowledged || position > at) {
            throw new IllegalArgumentException("from " + at + " to " + position + " behind " + acknowledged);
        }
        at = position;
        leave();
    }

    public long acknowledged() {
        return acknowledged;
    }

    /** How much durable log lies behind a place, in octets as it lies on the disk. */
    public long octetsBehind(long place) {
        long durable = durable();
        long segments = MessageIndex.generation(durable) - MessageIndex.generation(place);
        return segments * segmentOctets + MessageIndex.offset(durable) - MessageIndex.offset(place);
    }

    /** Makes durable that everything before {@code position} is done with: it is not told again, and may be recycled. */
    public void acknowledge(long position) throws IOException {
        if (position < acknowledged || position > at) {
            throw new IllegalArgumentException("acknowledged " + position + " of " + acknowledged + " to " + at);
        }
        OutboxFile to = file;
        if (to == null) {
            throw new IllegalStateException("nobody follows this log");
        }
        if (position > acknowledged) {
            to.write(position);
            acknowledged = position;
            hold();
        }
    }

    /** The facts of the next record that has any; empty where all that is durable has been read. */
    public List<Fact> next() throws IOException {
        while (at < limit || advance()) {
            RecordWindow records = records();
            if (records == null) {
                continue;
            }
            List<Fact> facts = read(records, MessageIndex.offset(at));
            if (!facts.isEmpty()) {
                return facts;
            }
        }
        return List.of();
    }

    /** Looks how much is durable by now. Says whether there is more to read. */
    private boolean advance() {
        limit = durable();
        return at < limit;
    }

    /** The records of the segment that is read, {@code null} where that is at its end and the next one's turn has come. */
    private @Nullable RecordWindow records() throws IOException {
        long generation = MessageIndex.generation(at);
        Segment current = segment;
        RecordWindow records = window;
        if (current == null || records == null) {
            current = ledger.segment(generation);
            records = current == null ? null : new RecordWindow(current, 0, WINDOW_OCTETS);
            segment = current;
            window = records;
        }
        boolean last = generation == MessageIndex.generation(limit);
        int end = last ? MessageIndex.offset(limit) : current == null ? 0 : sealedEnd(current);
        if (records == null || MessageIndex.offset(at) >= end) {
            Long higher = ledger.segments().higherKey(generation);
            at = last || higher == null ? limit : MessageIndex.place(higher, 0);
            leave();
            return null;
        }
        records.limit(end);
        return records;
    }

    private void leave() {
        segment = null;
        window = null;
    }

    private int sealedEnd(Segment sealed) throws IOException {
        int end = ledger.endOf(sealed);
        return end > 0 ? end : recordedEnd(sealed);
    }

    /** A later segment's first record tells where this one ends; without one it ends where no record can be read. */
    private int recordedEnd(Segment sealed) throws IOException {
        NavigableMap<Long, Segment> later = ledger.segments().tailMap(sealed.generation(), false);
        for (Segment segmentAfter : later.values()) {
            for (SegmentStart.End end : endsToldBy(segmentAfter)) {
                if (end.generation() == sealed.generation()) {
                    return end.offset();
                }
            }
        }
        return (int) Math.min(sealed.file().size(), Integer.MAX_VALUE);
    }

    private static List<SegmentStart.End> endsToldBy(Segment segment) throws IOException {
        try {
            MessageReader.Raw raw = MessageReader.raw(segment, 0);
            return raw.header().kind() == RecordHeader.Kind.SEGMENT
                    ? SegmentStart.read(raw.meta()).ends()
                    : List.of();
        } catch (DamagedException e) {
            LOG.debug("spool: segment {} has no readable start", segment.generation(), e);
            return List.of();
        }
    }

    private List<Fact> read(RecordWindow records, int offset) throws IOException {
        long generation = MessageIndex.generation(at);
        RecordHeader header = records.header(offset);
        byte[] meta = header == null ? null : records.meta(offset, header);
        if (header == null || meta == null) {
            int next = records.resume(offset);
            LOG.error("spool: segment {} cannot be read from octet {} to {}: not told", generation, offset, next);
            at = MessageIndex.place(generation, next);
            return List.of();
        }
        at = MessageIndex.place(generation, offset + header.recordOctets());
        Segment current = segment;
        if (current != null && current.torn.contains(offset)) {
            return List.of();
        }
        try {
            return facts(generation, offset, header, meta);
        } catch (DamagedException e) {
            LOG.error("spool: the record at octet {} of segment {} is not told", offset, generation, e);
            return List.of();
        }
    }

    private static List<Fact> facts(long generation, int offset, RecordHeader header, byte[] meta)
            throws DamagedException {
        List<Fact> facts = new ArrayList<>();
        ByteReader in = new ByteReader(meta);
        switch (header.kind()) {
            case SEGMENT, MOVED -> {}
            case MESSAGE -> {
                MessageCore core = MessageCore.read(in.block());
                Fact.Key key = new Fact.Key(generation, offset, 0);
                facts.add(new Fact.Accepted(key, new QueueId(header.id()), core.arrival(), core.contentOctets()));
                changes(generation, offset, in, facts);
            }
            case STATES -> changes(generation, offset, in, facts);
        }
        return facts;
    }

    private static void changes(long generation, int offset, ByteReader in, List<Fact> facts) throws DamagedException {
        UpdateCodec.readNoted(in, (id, recipient, state, note) -> {
            if (note != null) {
                Fact.Key key = new Fact.Key(generation, offset, facts.size());
                facts.add(new Fact.Changed(key, new QueueId(id), recipient, StateCodec.read(state), note));
            }
        });
    }

    /** Closes the file; the follower has stopped. */
    void close() throws IOException {
        OutboxFile open = file;
        if (open != null) {
            open.close();
        }
    }
}
