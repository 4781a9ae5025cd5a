package org.postrider.spool;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments there are, by generation. Messages that follow each other mostly lie in one segment, so the one that was
 * found last is looked at first.
 *
 * <p>Thread: guarded by the spool's lock.
 */
final class SegmentTable {
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private @Nullable Segment last;

    void add(Segment segment) {
        segments.put(segment.generation(), segment);
        last = segment;
    }

    void remove(Segment segment) {
        segments.remove(segment.generation());
        last = null;
    }

    /** The segment of this generation, {@code null} where it is not there. */
    @Nullable
    Segment find(long generation) {
        Segment found = last;
        if (found == null || found.generation() != generation) {
            found = segments.get(generation);
            last = found;
        }
        return found;
    }

    /** The one in which the record at {@code place} lies, {@code null} where it is not there. */
    @Nullable
    Segment at(long place) {
        return find(MessageIndex.generation(place));
    }

    int size() {
        return segments.size();
    }

    /** Those before {@code generation}, ascending. */
    Collection<Segment> before(long generation) {
        return segments.headMap(generation, false).values();
    }

    /** Those from {@code generation} on, ascending. */
    Collection<Segment> from(long generation) {
        return segments.tailMap(generation, true).values();
    }

    NavigableMap<Long, Segment> copy() {
        return new TreeMap<>(segments);
    }
}
