package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment's records through a window of some octets, so that small records that lie together cost one read.
 *
 * <p>Thread: confined.
 */
final class RecordWindow {
    private final Segment segment;
    private final ByteBuffer window;
    private int limit;
    private long start;

    /**
     * @param limit where the records end at the latest
     * @param octets of the window, at least a record header's
     */
    RecordWindow(Segment segment, int limit, int octets) {
        this.segment = segment;
        this.limit = limit;
        this.window = ByteBuffer.allocate(Math.max(octets, RecordHeader.OCTETS));
        window.limit(0);
    }

    /** Lets the records end later: what was written since is not in the window and is read anew. */
    void limit(int later) {
        limit = later;
    }

    /** Whether a header of this generation seems to begin here, be it damaged or not. */
    boolean resembles(int at) throws IOException {
        return RecordHeader.resembles(window, index(at, 16), segment.generation());
    }

    /** The header of the record here, {@code null} where none is whole and ends before the limit. */
    @Nullable
    RecordHeader header(int at) throws IOException {
        RecordHeader header = RecordHeader.read(window, index(at, RecordHeader.OCTETS), segment.generation());
        return header != null && header.recordOctets() <= limit - at ? header : null;
    }

    /** The meta of the record here, {@code null} where it is damaged. */
    byte @Nullable [] meta(int at, RecordHeader header) throws IOException {
        byte[] meta = new byte[header.metaOctets()];
        int from = at + RecordHeader.OCTETS;
        if (meta.length <= window.capacity() / 2) {
            int index = index(from, meta.length);
            if (window.limit() - index < meta.length) {
                return null;
            }
            window.get(index, meta);
        } else if (segment.file().read(ByteBuffer.wrap(meta), from) < meta.length) {
            return null;
        }
        return RecordHeader.crc(meta, 0, meta.length) == header.metaCrc() ? meta : null;
    }

    /** The next place behind {@code at} where a whole header and meta stand, else the limit. */
    int resume(int at) throws IOException {
        for (int next = at + RecordHeader.ALIGNMENT; next < limit; next += RecordHeader.ALIGNMENT) {
            RecordHeader header = resembles(next) ? header(next) : null;
            if (header != null && meta(next, header) != null) {
                return next;
            }
        }
        return limit;
    }

    /** What of {@code octets} from {@code at} on is there, as much as the window holds at once. */
    ByteBuffer slice(int at, int octets) throws IOException {
        int index = index(at, Math.min(octets, window.capacity() / 2));
        return window.slice(index, Math.max(0, Math.min(octets, window.limit() - index)));
    }

    /** Has as much as there is of {@code octets} from {@code at} in the window and says at which index it begins. */
    private int index(int at, int octets) throws IOException {
        boolean there = at >= start && (long) at + octets <= start + window.limit();
        if (!there) {
            window.clear().limit(Math.clamp(limit - at, 0, window.capacity()));
            segment.file().read(window, at);
            window.flip();
            start = at;
        }
        return (int) (at - start);
    }
}
