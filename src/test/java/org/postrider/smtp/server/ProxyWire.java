package org.postrider.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a listener makes of a PROXY header.
 *
 * @param peer {@code null} where it ends the connection
 * @param rest how many octets are left behind the header for the session; 0 without a peer
 */
public record ProxyWire(@Nullable Peer peer, int rest) {
    /** Who is connected. */
    public static final Peer PROXY = new Peer(
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 50_000),
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25));

    private static final long NEVER = Duration.ofDays(1).toNanos();

    /** @param sliceOctets how much comes in one packet */
    public static ProxyWire read(byte[] octets, int sliceOctets) {
        MemoryWire wire = new MemoryWire();
        for (int at = 0; at < octets.length; at += Math.min(sliceOctets, octets.length - at)) {
            int length = Math.min(sliceOctets, octets.length - at);
            byte[] slice = new byte[length];
            System.arraycopy(octets, at, slice, 0, length);
            wire.send(slice);
        }
        wire.endInput();
        Watch watch = new Watch(wire);
        Deadlines deadlines = new Deadlines(() -> 0);
        ReplyWriter replies = new ReplyWriter(wire, watch, deadlines, SessionTimeouts.DEFAULT);
        WireReader reader = new WireReader(wire, watch, deadlines, new Buffers(), replies, NEVER);
        try {
            Peer peer = Objects.requireNonNull(new ProxyHeader(reader, PROXY, NEVER).read());
            return new ProxyWire(peer, rest(reader));
        } catch (SessionEnd _) {
            return new ProxyWire(null, 0);
        } catch (IOException e) {
            throw new AssertionError("a wire in memory", e);
        }
    }

    private static int rest(WireReader reader) throws IOException {
        int rest = 0;
        try {
            while (true) {
                reader.require(1, NEVER);
                reader.skip(1);
                rest++;
            }
        } catch (SessionEnd _) {
            return rest;
        }
    }
}
