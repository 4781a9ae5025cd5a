package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Reads a segment record by record and finds out what in it is not whole.
 *
 * <p>Thread: confined.
 */
final class SegmentScan {
    private static final int WINDOW_OCTETS = 1 << 20;

    private final Segment segment;
    private final int from;

    /** Where the segment is known to end; -1 where only the records can tell. */
    private final int knownEnd;

    private final int limit;
    private final RecordWindow window;

    private final List<Region> bad = new ArrayList<>();
    private final Set<Integer> contentBad = new HashSet<>();
    private int syncedMax;
    private int end;

    SegmentScan(Segment segment, int from, int knownEnd) throws IOException {
        this.segment = segment;
        this.from = from;
        this.knownEnd = knownEnd;
        long size = Math.min(segment.file().size(), Integer.MAX_VALUE);
        this.limit = knownEnd >= 0 ? (int) Math.min(knownEnd, size) : (int) size;
        this.window = new RecordWindow(segment, limit, (int) Math.min(size, WINDOW_OCTETS));
        this.end = from;
    }

    /** Octets that are no whole record. */
    record Region(int start, int end, boolean damage) {
        int octets() {
            return end - start;
        }
    }

    /** Sees the records that count. */
    interface Visitor {
        /** @param intact whether the content is what was written */
        void record(int offset, RecordHeader header, byte[] meta, boolean intact) throws IOException;
    }

    /** Behind the last whole record. */
    int end() {
        return end;
    }

    /** Reads everything, contents too. */
    void survey() throws IOException {
        int at = from;
        while (at < limit) {
            RecordHeader header = window.header(at);
            if (header == null || window.meta(at, header) == null) {
                int next = window.resume(at);
                bad.add(new Region(at, next, false));
                at = next;
                continue;
            }
            if (!contentIsWhole(at, header)) {
                contentBad.add(at);
            }
            syncedMax = Math.max(syncedMax, header.synced());
            at += header.recordOctets();
            end = at;
        }
    }

    /**
     * What is not whole. Damage is what had been durable; the rest is the batch that a crash tore, and space that was
     * never written is not among it.
     */
    List<Region> regions() throws IOException {
        List<Region> regions = new ArrayList<>();
        for (Region region : bad) {
            if (isDurable(region.start)) {
                regions.add(new Region(region.start, region.end, true));
            } else if (region.start < end || window.resembles(region.start)) {
                int tail = Math.min(region.end, region.start + WINDOW_OCTETS);
                regions.add(new Region(region.start, tail, false));
            }
        }
        for (int offset : contentBad) {
            RecordHeader header = window.header(offset);
            if (header != null) {
                regions.add(new Region(offset, offset + header.recordOctets(), isDurable(offset)));
            }
        }
        return regions;
    }

    /** Where records begin that a crash tore and that are left out. After {@link #survey}. */
    Set<Integer> torn() {
        Set<Integer> torn = new HashSet<>(contentBad);
        torn.removeIf(this::isDurable);
        return torn;
    }

    private boolean isDurable(int offset) {
        return knownEnd >= 0 || offset < syncedMax;
    }

    /** Gives the records in order; those torn by a crash are left out. After {@link #survey}. */
    void replay(Visitor visitor) throws IOException {
        int at = from;
        int nextBad = 0;
        while (at < end) {
            if (nextBad < bad.size() && bad.get(nextBad).start == at) {
                at = bad.get(nextBad++).end;
                continue;
            }
            RecordHeader header = window.header(at);
            byte[] meta = header == null ? null : window.meta(at, header);
            if (header == null || meta == null) {
                throw new DamagedException("segment " + segment.generation() + " changed while it was read");
            }
            boolean intact = !contentBad.contains(at);
            if (intact || isDurable(at)) {
                visitor.record(at, header, meta, intact);
            }
            at += header.recordOctets();
        }
    }

    private boolean contentIsWhole(int at, RecordHeader header) throws IOException {
        CRC32C crc = new CRC32C();
        int start = at + RecordHeader.OCTETS + header.metaOctets();
        int left = header.contentOctets();
        while (left > 0) {
            ByteBuffer part = window.slice(start, left);
            int count = part.remaining();
            if (count == 0) {
                return false;
            }
            crc.update(part);
            start += count;
            left -= count;
        }
        return header.contentOctets() == 0 || (int) crc.getValue() == header.contentCrc();
    }
}
