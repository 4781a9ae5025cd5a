package org.postrider.spool;

import java.io.IOException;
import java.io.InputStream;
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

    /** What was written so far, from its first octet; to be read before the next write. */
    InputStream content() throws IOException;

    /**
     * Begins the message's content anew under the same id, as when it is to be stored in another form. This draft can still
     * be read, and then only be closed.
     */
    Draft anew() throws IOException;

    @Override
    void close();
}
