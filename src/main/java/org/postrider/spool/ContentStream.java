package org.postrider.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.postrider.mail.QueueId;

/**
 * The content of one message: what lies in its record, then its own file if it has one. The last octets of each part are
 * only given once the part's checksum proved right, so a reader that gets to the end has what was written.
 *
 * <p>Thread: confined.
 */
final class ContentStream extends InputStream {
    private static final int CHUNK_OCTETS = 32 << 10;

    /** Whoever wants so much at once gets it from the file straight into the own array. */
    private static final int DIRECT_OCTETS_MIN = 4 << 10;

    private final QueueId id;
    private final Part[] parts;
    private final Runnable onClose;
    private final Runnable onDamage;
    private int current;

    /** Read ahead for those who want little at once. */
    private ByteBuffer chunk = ByteBuffer.allocate(0);

    /** How much of the current part came from its file. */
    private long read;

    private CRC32C crc = new CRC32C();
    private boolean closed;

    /** A stretch of a file. */
    record Part(DiskFile file, long offset, long octets, int crc) {}

    ContentStream(QueueId id, Part[] parts, Runnable onClose, Runnable onDamage) {
        this.id = id;
        this.parts = parts;
        this.onClose = onClose;
        this.onDamage = onDamage;
    }

    @Override
    public int read() throws IOException {
        if (!hasMore()) {
            return -1;
        }
        fill();
        return chunk.get() & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        if (!chunk.hasRemaining() && length >= Math.min(DIRECT_OCTETS_MIN, unread())) {
            int count = (int) Math.min(length, unread());
            load(ByteBuffer.wrap(bytes, offset, count));
            return count;
        }
        fill();
        int count = Math.min(length, chunk.remaining());
        chunk.get(bytes, offset, count);
        return count;
    }

    @Override
    public int available() {
        return chunk.remaining();
    }

    /** Goes to the part that has something left, or says that none has. */
    private boolean hasMore() throws IOException {
        if (closed) {
            throw new IOException("the content of message " + id + " is closed");
        }
        if (chunk.hasRemaining()) {
            return true;
        }
        while (current < parts.length && unread() == 0) {
            current++;
            read = 0;
            crc = new CRC32C();
        }
        return current < parts.length;
    }

    /** What of the current part is still in its file. */
    private long unread() {
        return parts[current].octets - read;
    }

    /** Has something in the chunk. */
    private void fill() throws IOException {
        if (chunk.hasRemaining()) {
            return;
        }
        int wanted = (int) Math.min(CHUNK_OCTETS, unread());
        ByteBuffer next = chunk.capacity() >= wanted ? chunk.clear().limit(wanted) : ByteBuffer.allocate(wanted);
        chunk = ByteBuffer.allocate(0);
        load(next);
        chunk = next.flip();
    }

    /** Fills {@code next} with what comes next of the current part. */
    private void load(ByteBuffer next) throws IOException {
        Part part = parts[current];
        int wanted = next.remaining();
        ByteBuffer loaded = next.duplicate();
        int count = part.file.read(next, part.offset + read);
        crc.update(loaded.limit(loaded.position() + count));
        if (count < wanted || (count == unread() && (int) crc.getValue() != part.crc)) {
            onDamage.run();
            throw new DamagedException("the content of message " + id + " is damaged");
        }
        read += count;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }
}
