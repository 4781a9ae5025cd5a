package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Envelope;

/**
 * A list of all messages that were open when it was written, by ascending id, with their envelopes, places and states.
 * Together with the log from {@link #start} on it is the whole spool, so a record before that place is wanted only for
 * the content of a message that the list names.
 *
 * <p>The file: a header; blocks of about {@value #BLOCK_OCTETS} octets, each with its CRC32C and its first id; a trailer
 * with the count of both, without which the file is not valid.
 *
 * <p>Thread: any, {@link Cursor} excepted.
 */
final class Checkpoint {
    static final int BLOCK_OCTETS = 16 << 10;
    static final int HEADER_OCTETS = 40;
    static final int BLOCK_HEADER_OCTETS = 24;
    private static final int MAGIC = 0x50526370;
    private static final int MAGIC_BLOCK = 0x5052626c;
    private static final int MAGIC_TRAILER = 0x50527472;
    private static final int VERSION = 1;

    private final DiskFile file;
    private final long number;
    private final long start;
    private final long lastId;
    private final long octets;
    private final long count;

    /** The first id of each block, and where the block begins. */
    private final long[] firstIds;

    private final long[] offsets;

    Checkpoint(
            DiskFile file,
            long number,
            long start,
            long lastId,
            long octets,
            long count,
            long[] firstIds,
            long[] offsets) {
        this.file = file;
        this.number = number;
        this.start = start;
        this.lastId = lastId;
        this.octets = octets;
        this.count = count;
        this.firstIds = firstIds;
        this.offsets = offsets;
    }

    /**
     * One message.
     *
     * @param states encoded, one for each recipient, empty where it has none
     */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    record Entry(long id, long place, int octets, byte[] core, byte[][] states) {
        void write(ByteWriter out) {
            out.fixed64(id);
            out.fixed64(place);
            out.varint(octets);
            out.block(core, 0, core.length);
            out.varint(states.length);
            for (byte[] state : states) {
                out.block(state, 0, state.length);
            }
        }

        static Entry read(ByteReader in) throws DamagedException {
            long id = in.fixed64();
            long place = in.fixed64();
            int octets = in.count(Integer.MAX_VALUE);
            byte[] core = in.block();
            byte[][] states = new byte[in.count(Envelope.RECIPIENTS_MAX)][];
            for (int i = 0; i < states.length; i++) {
                states[i] = in.block();
            }
            return new Entry(id, place, octets, core, states);
        }
    }

    /** The place of the log from which on it does not know all. */
    long start() {
        return start;
    }

    long number() {
        return number;
    }

    long lastId() {
        return lastId;
    }

    long octets() {
        return octets;
    }

    long count() {
        return count;
    }

    void close() throws IOException {
        file.close();
    }

    /** The same, read through another handle of its file. */
    Checkpoint in(DiskFile other) {
        return new Checkpoint(other, number, start, lastId, octets, count, firstIds, offsets);
    }

    static ByteBuffer header(long number, long start, long lastId) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_OCTETS);
        header.putInt(MAGIC).putInt(VERSION).putLong(number).putLong(start).putLong(lastId);
        header.putInt(crc(header, header.position()));
        return header.clear();
    }

    static ByteBuffer blockHeader(byte[] payload, int length, int entries, long firstId) {
        ByteBuffer header = ByteBuffer.allocate(BLOCK_HEADER_OCTETS);
        int crc = RecordHeader.crc(payload, 0, length);
        return header.putInt(MAGIC_BLOCK)
                .putInt(length)
                .putInt(crc)
                .putInt(entries)
                .putLong(firstId)
                .flip();
    }

    static ByteBuffer trailer(int blocks, long entries) {
        ByteBuffer trailer = ByteBuffer.allocate(BLOCK_HEADER_OCTETS);
        trailer.putInt(MAGIC_TRAILER).putInt(blocks).putLong(entries);
        trailer.putInt(crc(trailer, trailer.position()));
        return trailer.clear();
    }

    private static int crc(ByteBuffer bytes, int octets) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, octets));
        return (int) crc.getValue();
    }

    /** Sees each entry. */
    interface Visitor {
        void entry(Entry entry) throws DamagedException;
    }

    /** Where the checkpoint in {@code file} begins; only its header is read and checked. */
    static long startOf(DiskFile file, long number) throws IOException {
        return header(file, number)[0];
    }

    /** Start and last id. */
    private static long[] header(DiskFile file, long number) throws IOException {
        ByteBuffer header = read(file, 0, HEADER_OCTETS);
        int crc = crc(header, 32);
        if (header.getInt() != MAGIC || header.getInt() != VERSION || header.getLong() != number) {
            throw new DamagedException("checkpoint " + number + ": not a checkpoint of this format");
        }
        long start = header.getLong();
        long lastId = header.getLong();
        if (header.getInt() != crc) {
            throw new DamagedException("checkpoint " + number + ": its header is damaged");
        }
        return new long[] {start, lastId};
    }

    /** Reads and checks the whole file. */
    static Checkpoint load(DiskFile file, long number, Visitor visitor) throws IOException {
        long[] header = header(file, number);
        List<Long> ids = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        long entries = 0;
        long at = HEADER_OCTETS;
        while (true) {
            ByteBuffer block = read(file, at, BLOCK_HEADER_OCTETS);
            if (block.getInt(0) == MAGIC_TRAILER) {
                checkTrailer(block, ids.size(), entries);
                break;
            }
            ids.add(block.getLong(16));
            offsets.add(at);
            for (Entry entry : entries(file, at)) {
                visitor.entry(entry);
                entries++;
            }
            at += BLOCK_HEADER_OCTETS + block.getInt(4);
        }
        return new Checkpoint(
                file,
                number,
                header[0],
                header[1],
                at + BLOCK_HEADER_OCTETS,
                entries,
                ids.stream().mapToLong(Long::longValue).toArray(),
                offsets.stream().mapToLong(Long::longValue).toArray());
    }

    private static void checkTrailer(ByteBuffer trailer, int blocks, long entries) throws DamagedException {
        int crc = crc(trailer, 16);
        if (trailer.getInt(16) != crc || trailer.getInt(4) != blocks || trailer.getLong(8) != entries) {
            throw new DamagedException("a checkpoint's trailer is damaged");
        }
    }

    private static ByteBuffer read(DiskFile file, long at, int octets) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(octets);
        if (file.read(bytes, at) < octets) {
            throw new DamagedException("a checkpoint ends early");
        }
        return bytes.clear();
    }

    private static List<Entry> entries(DiskFile file, long at) throws IOException {
        ByteBuffer header = read(file, at, BLOCK_HEADER_OCTETS);
        int length = header.getInt(4);
        if (header.getInt(0) != MAGIC_BLOCK || length < 0 || length > file.size() - at) {
            throw new DamagedException("a checkpoint's block is damaged");
        }
        byte[] payload = new byte[length];
        read(file, at + BLOCK_HEADER_OCTETS, length).get(payload);
        if (RecordHeader.crc(payload, 0, length) != header.getInt(8)) {
            throw new DamagedException("a checkpoint's block is damaged");
        }
        int count = header.getInt(12);
        ByteReader in = new ByteReader(payload);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(Entry.read(in));
        }
        return entries;
    }

    /** The entry of one message, {@code null} where there is none. */
    @Nullable
    Entry find(long id) throws IOException {
        return cursor().seek(id);
    }

    Cursor cursor() {
        return new Cursor();
    }

    /** Finds entries, fast where ids are asked for in ascending order. Thread: confined. */
    final class Cursor {
        private int block = -1;
        private List<Entry> loaded = List.of();
        private int next;

        @Nullable
        Entry seek(long id) throws IOException {
            int found = Arrays.binarySearch(firstIds, id);
            int wanted = found >= 0 ? found : -found - 2;
            if (wanted < 0) {
                return null;
            }
            if (wanted != block) {
                loaded = entries(file, offsets[wanted]);
                block = wanted;
                next = 0;
            }
            if (next > 0 && loaded.get(next - 1).id() >= id) {
                next = 0;
            }
            while (next < loaded.size() && loaded.get(next).id() < id) {
                next++;
            }
            return next < loaded.size() && loaded.get(next).id() == id ? loaded.get(next) : null;
        }
    }
}
