package org.postrider.spool;

import java.io.IOException;
import org.postrider.mail.QueueId;

/**
 * The content of one message while it arrives; small content stays in memory, large content goes to its own file.
 * Closing a draft that was not committed forgets it.
 *
 * <p>Thread: confined to the session that writes it.
 */
public interface Draft extends AutoCloseable {
    QueueId id();

    /**
     * Adds content.
     *
     * @throws IOException where the disk refuses; the draft can then only be closed
     */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** The octets written so far. */
    long octets();

    @Override
    void close();
}
