package org.postrider.spool;

import java.util.ArrayList;
import java.util.List;

/**
 * The meta of a segment's first record.
 *
 * @param lastId the greatest id given out before
 * @param ends where earlier segments end; what lies behind is void, whatever it looks like
 */
record SegmentStart(long lastId, List<End> ends) {
    private static final int VERSION = 1;
    private static final int ENDS_MAX = 1 << 20;

    SegmentStart {
        ends = List.copyOf(ends);
    }

    record End(long generation, int offset) {}

    byte[] bytes() {
        ByteWriter out = new ByteWriter(32);
        out.octet(VERSION);
        out.fixed64(lastId);
        out.varint(ends.size());
        for (End end : ends) {
            out.varint(end.generation);
            out.varint(end.offset);
        }
        return out.toBytes();
    }

    static SegmentStart read(byte[] bytes) throws DamagedException {
        ByteReader in = new ByteReader(bytes);
        int version = in.octet();
        if (version != VERSION) {
            throw new DamagedException("a segment's start of unknown version " + version);
        }
        long lastId = in.fixed64();
        int count = in.count(ENDS_MAX);
        List<End> ends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ends.add(new End(in.varint(), in.count(Integer.MAX_VALUE)));
        }
        return new SegmentStart(lastId, ends);
    }
}
