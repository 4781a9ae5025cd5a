package org.postrider.smtp.server;

import java.io.IOException;

/**
 * The two-way stream of octets below a session. TLS is another of these, wrapped around the first.
 *
 * <p>Thread: {@link #read} and {@link #write} belong to the session; the others may be called by any thread at any time.
 */
interface Wire {
    /** Waits for octets; -1 where the peer closed its side or {@link #wake} was called. */
    int read(byte[] into, int offset, int length) throws IOException;

    /** Writes all; may block as long as the peer does not read. */
    void write(byte[] octets, int offset, int length) throws IOException;

    /** How many octets can be read without waiting, at least. */
    int available() throws IOException;

    /** Ends a {@link #read} that waits, and all later ones; what was to be read is lost. Writing stays possible. */
    void wake();

    /** Tells the peer that nothing more will be written. */
    void finish();

    void close();
}
