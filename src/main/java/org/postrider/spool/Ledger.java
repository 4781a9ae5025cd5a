package org.postrider.spool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * What the spool knows in memory: the index, the segments and how much of each is still wanted, the newest checkpoint.
 * Holds only what is durable, and what a commit that does not wait for the sync has already answered.
 *
 * <p>Thread: any. Its lock is held for moments and never over I/O; the appender takes it once or twice a batch.
 */
final class Ledger {
    private static final long LATENCY_MICROS_MAX = 60_000_000;
    /** The latency told is that of the last one to two of these, so that a slow moment is forgotten also where no commit follows it. */
    private static final long LATENCY_WINDOW_NANOS = 5_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final MessageIndex index = new MessageIndex();
    private final RecentMessages recent;
    private final SegmentTable segments = new SegmentTable();

    /** Octets of each open message's own content file. */
    private final Map<Long, Long> large = new HashMap<>();

    private final ArrayDeque<LargeFiles.Finished> finishedLarge = new ArrayDeque<>();
    private long largeOctets;
    private long quarantined;
    private long failedSyncs;
    private @Nullable Checkpoint checkpoint;

    /** Everything before this is in the index. */
    private long appliedPlace;

    /** The generation that the log's follower has read to. */
    private long unreadFrom = Long.MAX_VALUE;

    private Histogram latency = new Histogram(LATENCY_MICROS_MAX, 2);
    private Histogram latencyBefore = new Histogram(LATENCY_MICROS_MAX, 2);
    private long latencySince = System.nanoTime();

    Ledger(int recentMax) {
        recent = new RecentMessages(recentMax);
    }

    /** A message as the index has it at one moment. */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    record Located(
            long id,
            long place,
            int octets,
            long[] states,
            Segment segment,
            @Nullable Checkpoint checkpoint) {
        int offset() {
            return MessageIndex.offset(place);
        }
    }

    @Nullable
    Located locate(long id) {
        lock.lock();
        try {
            return located(id);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Located located(long id) {
        long place = index.place(id);
        long[] states = place == MessageIndex.NONE ? null : index.statePlaces(id);
        Segment segment = segments.at(place);
        if (states == null || segment == null) {
            return null;
        }
        return new Located(id, place, index.octets(id), states, segment, checkpoint);
    }

    /** As {@link #locate}, and keeps the segment from being recycled until {@link #release}. */
    @Nullable
    Located hold(long id) {
        lock.lock();
        try {
            Located located = located(id);
            if (located != null) {
                located.segment().readers++;
            }
            return located;
        } finally {
            lock.unlock();
        }
    }

    void release(Segment segment) {
        lock.lock();
        try {
            segment.readers--;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    StoredMessage recent(QueueId id) {
        lock.lock();
        try {
            return recent.find(id);
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Segment segment(long generation) {
        lock.lock();
        try {
            return segments.find(generation);
        } finally {
            lock.unlock();
        }
    }

    /** All ids, ascending. Sorted without the lock. */
    long[] sortedIds() {
        return ids(_ -> true);
    }

    /** The ids of the messages whose records lie at {@code place} or behind it, in a segment that is there; ascending. */
    long[] idsFrom(long place) {
        return ids(at -> at >= place && segments.at(at) != null);
    }

    /** The ids of the messages whose records lie in no segment that is there; ascending. */
    long[] homelessIds() {
        return ids(at -> segments.at(at) == null);
    }

    private long[] ids(LongPredicate wanted) {
        long[] ids;
        lock.lock();
        try {
            ids = index.ids(wanted);
        } finally {
            lock.unlock();
        }
        Arrays.sort(ids);
        return ids;
    }

    /** The ids of the messages whose records lie in these segments, in the order in which they lie there. */
    Map<Segment, long[]> idsIn(List<Segment> wanted) {
        Map<Segment, long[]> ids = new LinkedHashMap<>();
        if (wanted.isEmpty()) {
            return ids;
        }
        Map<Long, List<MessageIndex.Placed>> placed = new HashMap<>();
        wanted.forEach(segment -> placed.put(segment.generation(), new ArrayList<>()));
        lock.lock();
        try {
            index.collect(placed);
        } finally {
            lock.unlock();
        }
        for (Segment segment : wanted) {
            ids.put(
                    segment,
                    placed.getOrDefault(segment.generation(), List.of()).stream()
                            .sorted(Comparator.comparingLong(MessageIndex.Placed::place))
                            .mapToLong(MessageIndex.Placed::id)
                            .toArray());
        }
        return ids;
    }

    /** Octets that no open message wants, in sealed segments from {@code generation} on. */
    long deadOctets(long generation, int segmentOctets) {
        lock.lock();
        try {
            long dead = 0;
            for (Segment segment : segments.from(generation)) {
                if (segment.sealed) {
                    dead += segmentOctets - segment.liveOctets;
                }
            }
            return dead;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a message that was read from the disk, unless it has changed since it was looked up. */
    void remember(Located read, StoredMessage message) {
        lock.lock();
        try {
            if (index.place(read.id()) == read.place() && Arrays.equals(index.statePlaces(read.id()), read.states())) {
                recent.put(message);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes in records of the segment that is being written. */
    void apply(List<Append> appends, Segment segment, int end, boolean synced) {
        lock.lock();
        try {
            for (Append append : appends) {
                apply(append);
            }
            if (synced) {
                segment.end = end;
                appliedPlace = MessageIndex.place(segment.generation(), end);
            }
        } finally {
            lock.unlock();
        }
    }

    private void apply(Append append) {
        MessageCore core = append.core;
        if (core != null && append.kind == RecordHeader.Kind.MOVED) {
            move(append.id, append.place, append.recordOctets());
        } else if (core != null) {
            add(append.id, core, append.place, append.recordOctets());
            if (append.arrival != null) {
                recent.put(append.id, append.arrival, core.contentOctets());
            }
            recordLatency((System.nanoTime() - append.began) / 1_000);
        }
        for (Update update : append.updates) {
            boolean settled = update.state() instanceof RecipientState.Settled;
            MessageIndex.Applied applied = apply(update.id().value(), update.recipient(), settled, append.place);
            if (applied == MessageIndex.Applied.OPEN) {
                recent.apply(update);
            }
        }
    }

    private void recordLatency(long micros) {
        turnLatencyWindow();
        latency.recordValue(Math.min(micros, LATENCY_MICROS_MAX));
    }

    private void turnLatencyWindow() {
        long now = System.nanoTime();
        if (now - latencySince < LATENCY_WINDOW_NANOS) {
            return;
        }
        boolean bothAreOld = now - latencySince >= 2 * LATENCY_WINDOW_NANOS;
        latencySince = now;
        Histogram oldest = latencyBefore;
        oldest.reset();
        latencyBefore = latency;
        latency = oldest;
        if (bothAreOld) {
            latencyBefore.reset();
        }
    }

    /** Adds a message; one that is there is begun anew. */
    void add(long id, MessageCore core, long place, int octets) {
        lock.lock();
        try {
            disown(id);
            index.put(id, place, octets, core.recipients());
            own(place, octets);
            if (core.isLarge() && large.put(id, core.fileOctets()) == null) {
                largeOctets += core.fileOctets();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notes that a message was copied; nothing where it is unknown. Says whether it is known. */
    boolean move(long id, long place, int octets) {
        lock.lock();
        try {
            if (!index.contains(id)) {
                return false;
            }
            disown(id);
            index.move(id, place, octets);
            own(place, octets);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Notes where a recipient's newest state lies; a message whose recipients are all settled is forgotten. */
    MessageIndex.Applied apply(long id, int recipient, boolean settled, long place) {
        lock.lock();
        try {
            MessageIndex.Applied applied = index.apply(id, recipient, settled, place);
            if (applied == MessageIndex.Applied.DONE) {
                forget(id);
            }
            return applied;
        } finally {
            lock.unlock();
        }
    }

    void forget(long id) {
        lock.lock();
        try {
            disown(id);
            index.remove(id);
            recent.remove(id);
            Long octets = large.remove(id);
            if (octets != null) {
                largeOctets -= octets;
                finishedLarge.add(new LargeFiles.Finished(new QueueId(id), octets));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all messages and none of their files. */
    void clear() {
        lock.lock();
        try {
            for (long id : index.ids(_ -> true)) {
                disown(id);
                index.remove(id);
            }
            large.clear();
            largeOctets = 0;
            finishedLarge.clear();
        } finally {
            lock.unlock();
        }
    }

    private void own(long place, int octets) {
        Segment segment = segments.at(place);
        if (segment != null) {
            segment.liveOctets += octets;
            segment.liveMessages++;
        }
    }

    private void disown(long id) {
        long place = index.place(id);
        Segment segment = place == MessageIndex.NONE ? null : segments.at(place);
        if (segment != null) {
            segment.liveOctets -= index.octets(id);
            segment.liveMessages--;
        }
    }

    void open(Segment segment) {
        lock.lock();
        try {
            segments.add(segment);
        } finally {
            lock.unlock();
        }
    }

    /** No record is added to the segment any more; what lies behind {@code end} does not count. */
    void seal(Segment segment, int end) {
        lock.lock();
        try {
            segment.sealed = true;
            segment.end = end;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the segments from {@code generation} on from being recycled: they have not been read to their end. */
    void holdFrom(long generation) {
        lock.lock();
        try {
            unreadFrom = generation;
        } finally {
            lock.unlock();
        }
    }

    /** Behind the last durable record of a sealed segment, 0 where this run has not looked. */
    int endOf(Segment segment) {
        lock.lock();
        try {
            return segment.end;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out a segment that nobody wants or reads; {@code null} where there is none before {@code generation}. */
    @Nullable
    Segment takeEmpty(long generation) {
        lock.lock();
        try {
            for (Segment segment : segments.before(Math.min(generation, unreadFrom))) {
                if (segment.sealed && segment.liveMessages == 0 && segment.readers == 0) {
                    segments.remove(segment);
                    return segment;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The sealed segments before {@code generation} that are worth emptying, those with the most dead octets first, at most
     * {@code max}; none where all of these together have fewer dead octets than {@code deadOctetsMin}.
     */
    List<Segment> mostDead(long generation, Predicate<Segment> worth, long deadOctetsMin, int max) {
        lock.lock();
        try {
            List<Segment> chosen = segments.before(generation).stream()
                    .filter(segment -> segment.sealed && !segment.damaged && segment.liveMessages > 0)
                    .filter(worth)
                    .sorted(Comparator.comparingLong(Segment::deadOctets).reversed())
                    .limit(max)
                    .toList();
            long dead = chosen.stream().mapToLong(Segment::deadOctets).sum();
            return dead >= deadOctetsMin ? chosen : List.of();
        } finally {
            lock.unlock();
        }
    }

    LargeFiles.@Nullable Finished pollFinishedLarge() {
        lock.lock();
        try {
            return finishedLarge.poll();
        } finally {
            lock.unlock();
        }
    }

    boolean hasLarge(long id) {
        lock.lock();
        try {
            return large.containsKey(id);
        } finally {
            lock.unlock();
        }
    }

    List<Long> largeIds() {
        lock.lock();
        try {
            return List.copyOf(large.keySet());
        } finally {
            lock.unlock();
        }
    }

    boolean hasFinishedLarge() {
        lock.lock();
        try {
            return !finishedLarge.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Checkpoint checkpoint() {
        lock.lock();
        try {
            return checkpoint;
        } finally {
            lock.unlock();
        }
    }

    void checkpoint(Checkpoint newest) {
        lock.lock();
        try {
            checkpoint = newest;
        } finally {
            lock.unlock();
        }
    }

    long appliedPlace() {
        lock.lock();
        try {
            return appliedPlace;
        } finally {
            lock.unlock();
        }
    }

    void appliedPlace(long place) {
        lock.lock();
        try {
            appliedPlace = place;
        } finally {
            lock.unlock();
        }
    }

    NavigableMap<Long, Segment> segments() {
        lock.lock();
        try {
            return segments.copy();
        } finally {
            lock.unlock();
        }
    }

    void countQuarantined() {
        lock.lock();
        try {
            quarantined++;
        } finally {
            lock.unlock();
        }
    }

    long quarantined() {
        lock.lock();
        try {
            return quarantined;
        } finally {
            lock.unlock();
        }
    }

    void markDamaged(Segment segment) {
        lock.lock();
        try {
            segment.damaged = true;
        } finally {
            lock.unlock();
        }
    }

    void countFailedSync() {
        lock.lock();
        try {
            failedSyncs++;
        } finally {
            lock.unlock();
        }
    }

    long usedOctets(int segmentOctets) {
        lock.lock();
        try {
            long checkpointOctets = checkpoint == null ? 0 : checkpoint.octets();
            return (long) segments.size() * segmentOctets + largeOctets + checkpointOctets;
        } finally {
            lock.unlock();
        }
    }

    Condition condition(int segmentOctets, long octetsForMail, boolean failed) {
        lock.lock();
        try {
            turnLatencyWindow();
            Histogram both = latencyBefore.copy();
            both.add(latency);
            long used = usedOctets(segmentOctets);
            return new Condition(
                    index.size(),
                    used,
                    Math.min(1.0, (double) used / octetsForMail),
                    Duration.ofNanos(both.getValueAtPercentile(99) * 1_000),
                    quarantined,
                    failedSyncs,
                    failed);
        } finally {
            lock.unlock();
        }
    }
}
