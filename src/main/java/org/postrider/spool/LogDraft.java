package org.postrider.spool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A draft of the {@link LogSpool}. From {@link SpoolSettings#largeOctetsMin} octets on its content goes to a file. */
final class LogDraft implements Draft {
    private static final Logger LOG = LoggerFactory.getLogger(LogDraft.class);
    private static final int FIRST_OCTETS = 1 << 10;
    private static final int FILE_BUFFER_OCTETS = 64 << 10;

    private final Disk disk;
    private final LargeFiles large;
    private final QueueId id;
    private final int largeOctetsMin;
    private final Durability durability;
    private final DraftMemory memory;
    private final CRC32C fileCrc = new CRC32C();

    /** All content, or with a file what is not yet written to it. */
    private byte[] buffer;

    private int buffered;
    private long written;
    private @Nullable DiskFile file;
    private boolean closed;

    /** What is to be given back to {@link #memory}; the first octets of a buffer do not count. */
    private int taken;

    /** A write failed, so content is missing. */
    private boolean broken;

    /** Another draft has the id now, and the file no name. */
    private boolean replaced;

    LogDraft(
            Disk disk,
            LargeFiles large,
            QueueId id,
            int largeOctetsMin,
            long sizeHint,
            Durability durability,
            DraftMemory memory) {
        this.disk = disk;
        this.large = large;
        this.id = id;
        this.largeOctetsMin = largeOctetsMin;
        this.durability = durability;
        this.memory = memory;
        int wanted = Math.clamp(sizeHint, FIRST_OCTETS, Math.min(largeOctetsMin, FILE_BUFFER_OCTETS));
        this.buffer = memory.array(take(wanted) ? wanted : FIRST_OCTETS);
    }

    @Override
    public QueueId id() {
        return id;
    }

    Durability durability() {
        return durability;
    }

    @Override
    public long octets() {
        return written + buffered;
    }

    boolean isLarge() {
        return file != null;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (closed || replaced) {
            throw new IOException("the draft " + id + " is closed");
        }
        refuseIfBroken();
        if (file == null && !holds(length)) {
            file = large.create(id);
            drain(file);
            shed();
        }
        if (file != null && !buffers(file, length)) {
            append(file, bytes, offset, length);
            return;
        }
        System.arraycopy(bytes, offset, buffer, buffered, length);
        buffered += length;
    }

    /** Whether so little is gathered before it goes to the file; makes room for it, or has nothing left before it. */
    private boolean buffers(DiskFile to, int length) throws IOException {
        if (buffer.length - buffered >= length) {
            return true;
        }
        drain(to);
        if (buffer.length < FILE_BUFFER_OCTETS
                && length <= FILE_BUFFER_OCTETS / 2
                && take(FILE_BUFFER_OCTETS - buffer.length)) {
            buffer = memory.array(FILE_BUFFER_OCTETS);
        }
        return buffer.length >= length && length <= FILE_BUFFER_OCTETS / 2;
    }

    /** Gives back the memory of content that is in the file now. */
    private void shed() {
        memory.takeBack(buffer);
        buffer = new byte[FIRST_OCTETS];
        giveBack();
    }

    /** Whether so much more stays in memory; makes room for it. */
    private boolean holds(int length) {
        if ((long) buffered + length >= largeOctetsMin) {
            return false;
        }
        if (buffer.length - buffered >= length) {
            return true;
        }
        int larger = DraftMemory.length(Math.max(buffer.length * 2, buffered + length));
        if (!take(larger - buffer.length)) {
            return false;
        }
        byte[] shorter = buffer;
        buffer = memory.array(larger);
        System.arraycopy(shorter, 0, buffer, 0, buffered);
        memory.takeBack(shorter);
        return true;
    }

    private boolean take(int octets) {
        if (!memory.take(octets)) {
            return false;
        }
        taken += octets;
        return true;
    }

    private void giveBack() {
        memory.give(taken);
        taken = 0;
    }

    private void refuseIfBroken() throws IOException {
        if (broken) {
            throw new IOException("a write of the draft " + id + " failed before");
        }
    }

    private void drain(DiskFile to) throws IOException {
        int count = buffered;
        buffered = 0;
        if (count > 0) {
            append(to, buffer, 0, count);
        }
    }

    private void append(DiskFile to, byte[] bytes, int offset, int length) throws IOException {
        broken = true;
        to.write(ByteBuffer.wrap(bytes, offset, length), written);
        broken = false;
        fileCrc.update(bytes, offset, length);
        written += length;
    }

    @Override
    public InputStream content() throws IOException {
        refuseIfBroken();
        if (file == null) {
            return new ByteArrayInputStream(buffer, 0, buffered);
        }
        drain(file);
        return new FileContent(file, written);
    }

    @Override
    public Draft anew() throws IOException {
        refuseIfBroken();
        LogDraft next = new LogDraft(disk, large, id, largeOctetsMin, octets(), durability, memory);
        if (file != null && !replaced) {
            drain(file);
            // The next one's file has the same name. What is open can be read on.
            large.delete(id);
        }
        replaced = true;
        return next;
    }

    /** The file of a draft, read from its beginning; its end does not close it. */
    private static final class FileContent extends InputStream {
        private final DiskFile file;
        private final long octets;
        private long at;

        FileContent(DiskFile file, long octets) {
            this.file = file;
            this.octets = octets;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int wanted = (int) Math.min(length, octets - at);
            if (wanted <= 0) {
                return length == 0 ? 0 : -1;
            }
            int count = file.read(ByteBuffer.wrap(into, offset, wanted), at);
            if (count <= 0) {
                throw new IOException("a draft's file is cut short");
            }
            at += count;
            return count;
        }
    }

    /** Makes a content file and its name durable; nothing for small content. */
    void sync() throws IOException {
        refuseIfBroken();
        if (replaced) {
            throw new IOException("another draft has taken the place of " + id);
        }
        if (file != null) {
            drain(file);
            if (file.size() > written) {
                // It was another message's before.
                file.truncate(written);
            }
            file.force();
            disk.syncDirectory(SpoolFiles.LARGE);
        }
    }

    /** The record that makes the message durable; for large content only after {@link #sync}. */
    Append append(Arrival arrival, byte[] prefix, List<Update> together) throws IOException {
        ByteWriter out = new ByteWriter(256);
        boolean inFile = file != null;
        long fileOctets = inFile ? written : MessageCore.NO_FILE;
        MessageCore.write(out, arrival, octets() + prefix.length, fileOctets, inFile ? (int) fileCrc.getValue() : 0);
        MessageCore core = MessageCore.read(out.toBytes());
        return Append.message(id, core, arrival, prefix, buffer, inFile ? 0 : buffered, together, durability);
    }

    /** The spool has the content now: closing leaves its file alone. */
    void keep() {
        closed = true;
        giveBack();
        if (file != null) {
            memory.takeBack(buffer);
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("spool: the synced content file of {} could not be closed", id, e);
            }
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        giveBack();
        if (file != null) {
            memory.takeBack(buffer);
            try {
                file.close();
                if (!replaced) {
                    large.delete(id);
                }
            } catch (IOException e) {
                LOG.warn("spool: the content of the dropped draft {} stays until the next start", id, e);
            }
        }
    }
}
