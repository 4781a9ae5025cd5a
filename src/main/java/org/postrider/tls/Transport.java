package org.postrider.tls;

import java.io.IOException;

/** The two-way stream of octets below TLS. Both calls block. */
public interface Transport {
    /** At least one octet, or -1 at the end. */
    int read(byte[] into, int offset, int length) throws IOException;

    /** Writes all. */
    void write(byte[] octets, int offset, int length) throws IOException;
}
