package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file of a {@link Disk}. Thread: any; an interrupt of a reading thread does not close it for others. */
interface DiskFile extends AutoCloseable {
    /** Writes all that remains in {@code bytes}. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Fills {@code bytes} as far as the file goes and says how many octets that was, 0 at its end. */
    int read(ByteBuffer bytes, long position) throws IOException;

    /** Cuts off what lies behind the first {@code octets}. */
    void truncate(long octets) throws IOException;

    /** Makes what was written durable, and the length with it. After a failure nothing is known of what was written. */
    void force() throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
}
