package org.postrider.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a filter, over TCP or a Unix socket, each wait with its end. After a failure it is closed.
 *
 * <p>Thread: confined.
 */
final class PeerChannel implements AutoCloseable {
    private static final int BUFFER_OCTETS = 8 << 10;

    private final SocketChannel channel;
    private final Deadlines deadlines;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_OCTETS).flip();

    private interface Step<T> {
        T run() throws IOException;
    }

    private PeerChannel(SocketChannel channel, Deadlines deadlines) {
        this.channel = channel;
        this.deadlines = deadlines;
    }

    static PeerChannel connect(FilterAddress address, Duration wait, Deadlines deadlines) throws FilterFailure {
        try {
            boolean unix = address.socket() instanceof UnixDomainSocketAddress;
            SocketChannel channel = unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
            PeerChannel peer = new PeerChannel(channel, deadlines);
            peer.within(wait, "no connection to " + address, () -> channel.connect(address.socket()));
            if (!unix) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            return peer;
        } catch (FilterFailure failure) {
            throw failure;
        } catch (IOException e) {
            throw new FilterFailure("no connection to " + address + ": " + e.getMessage(), e);
        }
    }

    /** Writes all that remains in {@code octets}. */
    void write(ByteBuffer octets, Duration wait) throws FilterFailure {
        within(wait, "it took nothing", () -> {
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            return true;
        });
    }

    /** Fills all of {@code octets}; its end before that is a failure. */
    void read(byte[] octets, long due) throws FilterFailure {
        int at = 0;
        while (at < octets.length) {
            if (!in.hasRemaining() && !fill(due)) {
                throw broken("it broke off", null);
            }
            int count = Math.min(in.remaining(), octets.length - at);
            in.get(octets, at, count);
            at += count;
        }
    }

    /** Reads up to a NUL, which is not part of the answer; the end of the stream will do. */
    byte[] readString(int octetsMax, long due) throws FilterFailure {
        ByteArrayOutputStream string = new ByteArrayOutputStream(64);
        while (in.hasRemaining() || fill(due)) {
            byte next = in.get();
            if (next == 0) {
                break;
            }
            if (string.size() == octetsMax) {
                throw broken("its answer is too long", null);
            }
            string.write(next);
        }
        return string.toByteArray();
    }

    private boolean fill(long due) throws FilterFailure {
        in.clear();
        int count = -1;
        try {
            count = within(deadlines.left(due), "no answer", () -> channel.read(in));
        } finally {
            in.flip();
        }
        return count > 0;
    }

    private <T> T within(Duration wait, String complaint, Step<T> step) throws FilterFailure {
        if (wait.isNegative() || wait.isZero()) {
            throw broken(complaint + " in time", null);
        }
        Future<?> alarm;
        try {
            alarm = deadlines.closeAfter(wait, channel);
        } catch (RejectedExecutionException e) {
            throw broken("the server is stopping", e);
        }
        try {
            return step.run();
        } catch (ClosedChannelException e) {
            throw broken(complaint + " within " + wait.toMillis() + " ms", e);
        } catch (IOException e) {
            throw broken(complaint + ": " + e.getMessage(), e);
        } finally {
            alarm.cancel(false);
        }
    }

    private FilterFailure broken(String complaint, @Nullable Throwable cause) {
        close();
        return cause == null ? new FilterFailure(complaint) : new FilterFailure(complaint, cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is of no use any more, whatever the system says.
            return;
        }
    }
}
