package org.postrider.filter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of octets that is written once and read as often as wanted.
 *
 * <p>Thread: confined.
 */
final class Staging implements AutoCloseable {
    private static final int FIRST_OCTETS = 4 << 10;

    private final StagingArea area;
    private byte[] memory = new byte[0];
    private int taken;
    private @Nullable FileChannel file;
    private long octets;

    Staging(StagingArea area) {
        this.area = area;
    }

    long octets() {
        return octets;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        if (file == null && !holds(length)) {
            spill();
        }
        if (file == null) {
            System.arraycopy(bytes, offset, memory, (int) octets, length);
        } else {
            writeFully(file, ByteBuffer.wrap(bytes, offset, length), octets);
        }
        octets += length;
    }

    private boolean holds(int length) {
        long wanted = octets + length;
        if (wanted > StagingArea.MEMORY_OCTETS_MAX) {
            return false;
        }
        if (wanted <= memory.length) {
            return true;
        }
        int larger = (int) Math.max(wanted, Math.max(FIRST_OCTETS, 2L * memory.length));
        if (!area.takeMemory(larger - taken)) {
            return false;
        }
        taken = larger;
        memory = Arrays.copyOf(memory, larger);
        return true;
    }

    private void spill() throws IOException {
        FileChannel opened = area.file();
        file = opened;
        writeFully(opened, ByteBuffer.wrap(memory, 0, (int) octets), 0);
        giveBack();
    }

    private static void writeFully(FileChannel file, ByteBuffer from, long position) throws IOException {
        long at = position;
        while (from.hasRemaining()) {
            at += file.write(from, at);
        }
    }

    /** Reads up to the buffer's size from a place on; -1 at the end. */
    int read(long from, byte[] into) throws IOException {
        int count = (int) Math.min(into.length, octets - from);
        if (count <= 0) {
            return -1;
        }
        if (file == null) {
            System.arraycopy(memory, (int) from, into, 0, count);
            return count;
        }
        int read = file.read(ByteBuffer.wrap(into, 0, count), from);
        if (read <= 0) {
            throw new IOException("staged content is cut short");
        }
        return read;
    }

    private void giveBack() {
        area.giveMemory(taken);
        taken = 0;
        memory = new byte[0];
    }

    @Override
    public void close() {
        giveBack();
        octets = 0;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                System.getLogger(Staging.class.getName())
                        .log(System.Logger.Level.WARNING, "a staged file stays until the next start", e);
            }
        }
    }
}
