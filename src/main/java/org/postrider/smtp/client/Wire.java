package org.postrider.smtp.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.postrider.tls.TlsChannel;
import org.postrider.tls.TlsFacts;
import org.postrider.tls.Transport;

/**
 * A socket with a buffer each way and a deadline on every wait; in clear until {@link #startTls}. Nothing is sent before
 * {@link #flush} unless the buffer is full.
 *
 * <p>Thread: confined to the connection's.
 */
final class Wire implements Octets, AutoCloseable {
    /** The greatest block that one deadline covers. */
    static final int BLOCK_OCTETS_MAX = 64 * 1024;

    /** A line of a reply must fit in it; RFC 5321 §4.5.3.1.5 has 512. */
    private static final int IN_OCTETS = 4096;

    private static final int OUT_OCTETS_MIN = 1024;
    /** A greater output buffer is not kept while the connection idles. */
    private static final int OUT_OCTETS_KEPT_MAX = 16 * 1024;

    private final SocketChannel channel;
    private final Watch watch;
    private final Duration blockLimit;
    private final byte[] in = new byte[IN_OCTETS];
    private int inFrom;
    private int inTo;
    private int lineFrom;
    private int lineTo;
    private byte[] out = new byte[OUT_OCTETS_MIN];
    private int outLength;
    private @Nullable TlsChannel tls;

    Wire(SocketChannel channel, Watch watch, Duration blockLimit) {
        this.channel = channel;
        this.watch = watch;
        this.blockLimit = blockLimit;
    }

    /** Connects, or says why not. */
    static Wire connect(Dial dial, ClientSettings settings) throws BrokenWire {
        SocketChannel channel;
        try {
            channel = SocketChannel.open();
        } catch (IOException e) {
            throw new BrokenWire(Failure.CONNECT, "no socket: " + e.getMessage());
        }
        Wire wire = new Wire(channel, Watch.over(channel), settings.dataBlock());
        try {
            if (dial.bind() != null) {
                channel.bind(new InetSocketAddress(dial.bind(), 0));
            }
            // A group of commands is one write: holding its last segment back would only add a round trip.
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            wire.watch.arm(settings.connect());
            channel.connect(dial.address());
            wire.watch.disarm();
            return wire;
        } catch (IOException e) {
            wire.close();
            Failure failure = wire.watch.expired() ? Failure.TIMEOUT : Failure.CONNECT;
            throw new BrokenWire(failure, failure == Failure.TIMEOUT ? "connection timed out" : describe(e));
        }
    }

    /** The socket as TLS sees it; answers 0 where it is not to wait and has nothing. */
    private final class Below implements Transport {
        @Override
        public int read(byte[] octets, int offset, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(octets, offset, length));
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            writeAll(ByteBuffer.wrap(octets, offset, length));
        }
    }

    private void writeAll(ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            channel.write(octets);
        }
    }

    /**
     * Shakes hands; from then on all goes through TLS. What was read in clear and not taken must have been refused before.
     *
     * @param limit for the handshake as a whole
     */
    TlsFacts startTls(SSLEngine engine, Duration limit) throws BrokenWire {
        if (inFrom < inTo || outLength > 0) {
            throw new IllegalStateException("clear text left over at the beginning of TLS");
        }
        TlsChannel channel = new TlsChannel(engine, new Below());
        watch.arm(limit);
        try {
            channel.handshake();
        } catch (IOException e) {
            throw broken(e, "it did not end in time");
        }
        watch.disarm();
        tls = channel;
        return channel.facts();
    }

    /** What binds an authentication to this TLS session (RFC 9266), where there is one. */
    Optional<byte[]> channelBinding() {
        return tls == null ? Optional.empty() : tls.exporter();
    }

    /** Adds to what {@link #flush} sends. */
    @Override
    public void put(byte[] bytes, int from, int to) throws BrokenWire {
        int at = from;
        while (at < to) {
            if (outLength == BLOCK_OCTETS_MAX) {
                flush();
            }
            int length = Math.min(to - at, BLOCK_OCTETS_MAX - outLength);
            if (outLength + length > out.length) {
                int grown = Math.max(2 * out.length, Integer.highestOneBit(outLength + length) * 2);
                out = Arrays.copyOf(out, Math.min(grown, BLOCK_OCTETS_MAX));
            }
            System.arraycopy(bytes, at, out, outLength, length);
            outLength += length;
            at += length;
        }
    }

    void put(String text) throws BrokenWire {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        put(bytes, 0, bytes.length);
    }

    /** How much {@link #flush} would send. */
    int pending() {
        return outLength;
    }

    void flush() throws BrokenWire {
        flush(blockLimit);
    }

    void flush(Duration limit) throws BrokenWire {
        int length = outLength;
        outLength = 0;
        watch.arm(limit);
        try {
            if (tls == null) {
                writeAll(ByteBuffer.wrap(out, 0, length));
            } else {
                tls.write(out, 0, length);
            }
        } catch (IOException e) {
            throw broken(e, "the peer took too long to read");
        }
        watch.disarm();
    }

    /** Whether the peer has said more than was read: between a reply and the next command it must not. */
    boolean hasUnread() {
        try {
            return inFrom < inTo || (tls != null && tls.hasArrived());
        } catch (IOException _) {
            // What came after the last reply is not TLS: out of turn, at any rate.
            return true;
        }
    }

    /**
     * Reads the next line; it is {@link #input} from {@link #lineFrom} to {@link #lineTo}, without its end, until more is
     * read. A lone LF ends one too: unlike for a receiver of mail, nothing can be smuggled to a client by it.
     */
    void readLine() throws BrokenWire {
        int at = inFrom;
        while (true) {
            for (; at < inTo; at++) {
                if (in[at] == '\n') {
                    lineFrom = inFrom;
                    lineTo = at > inFrom && in[at - 1] == '\r' ? at - 1 : at;
                    inFrom = at + 1;
                    return;
                }
            }
            at -= inFrom;
            fill();
        }
    }

    int lineFrom() {
        return lineFrom;
    }

    int lineTo() {
        return lineTo;
    }

    byte[] input() {
        return in;
    }

    /** One deadline for all that is read until {@link #disarm}. */
    void arm(Duration limit) {
        watch.arm(limit);
    }

    void disarm() {
        watch.disarm();
    }

    /**
     * Moves what is unread to the front, and reads more behind it. Lets the others go first: by its next turn the peer has
     * often answered, and there is nothing to wait for.
     */
    @SuppressWarnings("ThreadPriorityCheck") // It is right without the yield, and faster with it.
    private void fill() throws BrokenWire {
        System.arraycopy(in, inFrom, in, 0, inTo - inFrom);
        inTo -= inFrom;
        inFrom = 0;
        if (inTo == in.length) {
            throw new BrokenWire(Failure.PROTOCOL, "a reply line of more than " + in.length + " octets");
        }
        Thread.yield();
        try {
            int room = in.length - inTo;
            int read = tls == null ? channel.read(ByteBuffer.wrap(in, inTo, room)) : tls.read(in, inTo, room);
            if (read < 0) {
                throw new BrokenWire(Failure.BROKEN, "the peer closed the connection");
            }
            inTo += read;
        } catch (IOException e) {
            throw broken(e, "no reply in time");
        }
    }

    private BrokenWire broken(IOException e, String late) {
        return watch.expired() ? new BrokenWire(Failure.TIMEOUT, late) : new BrokenWire(Failure.BROKEN, describe(e));
    }

    private static String describe(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    /** Whether the peer has neither closed the connection nor said anything unasked. Does not wait. */
    boolean isQuiet() {
        if (hasUnread()) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            boolean quiet = tls == null ? channel.read(ByteBuffer.wrap(in)) == 0 : !tls.hasArrivedUnasked();
            channel.configureBlocking(true);
            return quiet;
        } catch (IOException _) {
            return false;
        }
    }

    /** Gives up what only a transaction needs. */
    void rest() {
        if (out.length > OUT_OCTETS_KEPT_MAX) {
            out = new byte[OUT_OCTETS_MIN];
        }
    }

    /** Tells the peer that TLS ends here as we meant it to (RFC 8446 §6.1). */
    void finish(Duration limit) {
        if (tls != null) {
            watch.arm(limit);
            try {
                tls.finish();
            } catch (IOException _) {
                // It is on its way out anyhow.
            }
            watch.disarm();
        }
    }

    /** Closes the socket, in whatever state. */
    @Override
    public void close() {
        watch.stop();
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing more can be done, and nothing of it is needed any more.
        }
    }
}
