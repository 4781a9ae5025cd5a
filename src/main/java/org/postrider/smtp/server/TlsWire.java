package org.postrider.smtp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.postrider.tls.TlsChannel;
import org.postrider.tls.TlsFacts;
import org.postrider.tls.Transport;

/**
 * TLS over another wire.
 *
 * <p>Thread: as {@link Wire} says.
 */
final class TlsWire implements Wire {
    private final Wire below;
    private final TlsChannel channel;

    private TlsWire(Wire below, TlsChannel channel) {
        this.below = below;
        this.channel = channel;
    }

    /**
     * Shakes hands as the server.
     *
     * @param first what was read already and is the handshake's: it may come in one packet with a PROXY header
     */
    static TlsWire over(Wire below, SSLEngine engine, byte[] first) throws IOException {
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
        return new TlsWire(below, channel);
    }

    TlsFacts facts() {
        return channel.facts();
    }

    /** RFC 9266; empty without TLS 1.3. */
    Optional<byte[]> channelBinding() {
        return channel.exporter();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return channel.read(into, offset, length);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        channel.write(octets, offset, length);
    }

    @Override
    public int available() throws IOException {
        return channel.hasBuffered() ? 1 : below.available();
    }

    @Override
    public void wake() {
        below.wake();
    }

    /** Tells the peer that TLS ends here, so that it knows nothing was cut off. */
    void finishTls() throws IOException {
        channel.finish();
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
