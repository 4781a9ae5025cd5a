package org.postrider.spool;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands before each record of a segment, {@value #OCTETS} octets, big-endian:
 *
 * <pre>
 *  0 magic  4 version  5 kind  6 zero(2)  8 generation(8)  16 id(8)  24 meta octets  28 content octets
 * 32 CRC32C of meta  36 CRC32C of content  40 synced  44 CRC32C of the 44 octets before
 * </pre>
 *
 * Records begin at multiples of {@value #ALIGNMENT}; meta follows the header, content follows meta.
 *
 * @param synced where in the segment the batch of this record began: all before was durable when it was written
 */
record RecordHeader(
        Kind kind,
        long generation,
        long id,
        int metaOctets,
        int contentOctets,
        int metaCrc,
        int contentCrc,
        int synced) {
    static final int OCTETS = 48;
    static final int ALIGNMENT = 16;
    private static final int MAGIC = 0x50527370;
    private static final int VERSION = 1;
    private static final int CHECKED_OCTETS = 44;

    enum Kind {
        /** The first record of a segment: which ids were given out, and where the segments before it end. */
        SEGMENT(1),
        MESSAGE(2),
        STATES(3),
        /** A message copied forward; its states stay where they are. */
        MOVED(4);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        static @Nullable Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** The octets of the record with its header, up to where the next one may begin. */
    int recordOctets() {
        return recordOctets(metaOctets, contentOctets);
    }

    static int recordOctets(int metaOctets, int contentOctets) {
        int octets = Math.addExact(Math.addExact(OCTETS, metaOctets), contentOctets);
        return Math.addExact(octets, ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Writes the header at the buffer's position. */
    void write(ByteBuffer out) {
        int start = out.position();
        out.putInt(MAGIC).put((byte) VERSION).put((byte) kind.code).putShort((short) 0);
        out.putLong(generation).putLong(id).putInt(metaOctets).putInt(contentOctets);
        out.putInt(metaCrc).putInt(contentCrc).putInt(synced);
        CRC32C crc = new CRC32C();
        crc.update(out.slice(start, CHECKED_OCTETS));
        out.putInt((int) crc.getValue());
    }

    /** The header at {@code offset}; {@code null} where there is none of this generation that is whole. */
    static @Nullable RecordHeader read(ByteBuffer in, int offset, long generation) {
        if (in.limit() - offset < OCTETS
                || in.getInt(offset) != MAGIC
                || in.get(offset + 4) != VERSION
                || in.getLong(offset + 8) != generation) {
            return null;
        }
        CRC32C crc = new CRC32C();
        crc.update(in.slice(offset, CHECKED_OCTETS));
        Kind kind = Kind.of(in.get(offset + 5));
        int meta = in.getInt(offset + 24);
        int content = in.getInt(offset + 28);
        if ((int) crc.getValue() != in.getInt(offset + CHECKED_OCTETS) || kind == null || meta < 0 || content < 0) {
            return null;
        }
        return new RecordHeader(
                kind,
                generation,
                in.getLong(offset + 16),
                meta,
                content,
                in.getInt(offset + 32),
                in.getInt(offset + 36),
                in.getInt(offset + 40));
    }

    /** Whether a header of this generation seems to begin here, be it damaged or not. */
    static boolean resembles(ByteBuffer in, int offset, long generation) {
        return in.limit() - offset >= 16 && in.getInt(offset) == MAGIC && in.getLong(offset + 8) == generation;
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
