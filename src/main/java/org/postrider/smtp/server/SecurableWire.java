package org.postrider.smtp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.postrider.tls.TlsChannel;
import org.postrider.tls.TlsFacts;
import org.postrider.tls.Transport;

/**
 * A wire that can go over to TLS.
 *
 * <p>Thread: as {@link Wire} says; TLS is begun, finished and used by the session alone.
 */
final class SecurableWire implements Wire {
    private final Wire below;
    private @Nullable TlsChannel tls;

    SecurableWire(Wire below) {
        this.below = below;
    }

    /**
     * Shakes hands as the server; all that follows goes through TLS.
     *
     * @param first what was read already and is the handshake's: it may come in one packet with a PROXY header
     */
    TlsFacts secure(SSLEngine engine, byte[] first) throws IOException {
        ByteBuffer ahead = ByteBuffer.wrap(first);
        TlsChannel channel = new TlsChannel(engine, new Transport() {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (ahead.hasRemaining()) {
                    int count = Math.min(length, ahead.remaining());
                    ahead.get(into, offset, count);
                    return count;
                }
                return below.read(into, offset, length);
            }

            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                below.write(octets, offset, length);
            }
        });
        channel.handshake();
        tls = channel;
        return channel.facts();
    }

    /** RFC 9266; empty without TLS 1.3. */
    Optional<byte[]> channelBinding() {
        return tls == null ? Optional.empty() : tls.exporter();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return tls == null ? below.read(into, offset, length) : tls.read(into, offset, length);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        if (tls == null) {
            below.write(octets, offset, length);
        } else {
            tls.write(octets, offset, length);
        }
    }

    @Override
    public int available() throws IOException {
        return tls != null && tls.hasBuffered() ? 1 : below.available();
    }

    @Override
    public void wake() {
        below.wake();
    }

    /** Tells the peer that TLS ends here, so that it knows nothing was cut off; without TLS nothing is said. */
    void finishTls() throws IOException {
        if (tls != null) {
            tls.finish();
        }
    }

    @Override
    public void finish() {
        try {
            finishTls();
        } catch (IOException _) {
            // The peer has gone; the end of the stream tells the same.
        }
        below.finish();
    }

    @Override
    public void close() {
        below.close();
    }
}
