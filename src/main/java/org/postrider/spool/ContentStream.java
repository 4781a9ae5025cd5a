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

    private final QueueId id;
    private final Part[] parts;
    private final Runnable onClose;
    private final Runnable onDamage;
    private int current;
    private ByteBuffer chunk = ByteBuffer.allocate(0);
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
        return fill() ? chunk.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, chunk.remaining());
        chunk.get(bytes, offset, count);
        return count;
    }

    @Override
    public int available() {
        return chunk.remaining();
    }

    /** Has something in the chunk, or says that all was read. */
    private boolean fill() throws IOException {
        if (closed) {
            throw new IOException("the content of message " + id + " is closed");
        }
        while (!chunk.hasRemaining()) {
            if (current == parts.length) {
                return false;
            }
            Part part = parts[current];
            if (read == part.octets) {
                current++;
                read = 0;
                crc = new CRC32C();
                continue;
            }
            load(part);
        }
        return true;
    }

    private void load(Part part) throws IOException {
        int wanted = (int) Math.min(CHUNK_OCTETS, part.octets - read);
        ByteBuffer next = chunk.capacity() >= wanted ? chunk.clear().limit(wanted) : ByteBuffer.allocate(wanted);
        int count = part.file.read(next, part.offset + read);
        next.flip();
        crc.update(next.duplicate());
        if (count < wanted || (read + count == part.octets && (int) crc.getValue() != part.crc)) {
            chunk = ByteBuffer.allocate(0);
            onDamage.run();
            throw new DamagedException("the content of message " + id + " is damaged");
        }
        read += count;
        chunk = next;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }
}
