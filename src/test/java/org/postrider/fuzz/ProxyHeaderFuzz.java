package org.postrider.fuzz;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postrider.smtp.server.Peer;
import org.postrider.smtp.server.ProxyWire;

/**
 * The header of a proxy: whole and octet by octet it must come to the same, in its binary form to what a second reader says,
 * and written as a line it must be the same again.
 */
public final class ProxyHeaderFuzz {
    private static final int FIXED_OCTETS = 16;
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.ISO_8859_1);

    private ProxyHeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) throws UnknownHostException {
        ProxyWire whole = ProxyWire.read(input, Integer.MAX_VALUE);
        ProxyWire parts = ProxyWire.read(input, 1);
        if (!whole.equals(parts)) {
            throw new AssertionError("the slices matter: " + whole + " and " + parts);
        }
        Peer peer = whole.peer();
        if (input.length > 0 && input[0] != 'P' && !whole.equals(binary(input))) {
            throw new AssertionError(whole + " and, as the specification has it, " + binary(input));
        }
        if (peer != null && !peer.equals(ProxyWire.PROXY)) {
            checkRoundTrip(peer);
        }
    }

    /** The specification's structure, read at once. */
    private static ProxyWire binary(byte[] input) throws UnknownHostException {
        ProxyWire refused = new ProxyWire(null, 0);
        if (input.length < FIXED_OCTETS || !Arrays.equals(Arrays.copyOf(input, SIGNATURE.length), SIGNATURE)) {
            return refused;
        }
        ByteBuffer in = ByteBuffer.wrap(input).position(SIGNATURE.length);
        int command = in.get();
        int family = in.get();
        int length = Short.toUnsignedInt(in.getShort());
        int rest = in.remaining() - length;
        if ((command != 0x20 && command != 0x21) || length > 1_024 - FIXED_OCTETS || rest < 0) {
            return refused;
        }
        int width = family == 0x11 ? 4 : 16;
        if (command == 0x20 || (family != 0x11 && family != 0x21)) {
            return new ProxyWire(ProxyWire.PROXY, rest);
        }
        return length < 2 * width + 4 ? refused : new ProxyWire(peer(in, width), rest);
    }

    private static Peer peer(ByteBuffer in, int width) throws UnknownHostException {
        byte[] source = new byte[width];
        byte[] destination = new byte[width];
        in.get(source).get(destination);
        int from = Short.toUnsignedInt(in.getShort());
        int to = Short.toUnsignedInt(in.getShort());
        return new Peer(
                new InetSocketAddress(InetAddress.getByAddress(source), from),
                new InetSocketAddress(InetAddress.getByAddress(destination), to));
    }

    private static void checkRoundTrip(Peer peer) {
        @Nullable String line = line(peer);
        if (line != null) {
            ProxyWire again = ProxyWire.read((line + "EHLO").getBytes(StandardCharsets.US_ASCII), Integer.MAX_VALUE);
            if (!again.equals(new ProxyWire(peer, 4))) {
                throw new AssertionError(peer + " comes again as " + again + " of " + line);
            }
        }
    }

    /** Version 1 of it; {@code null} where the addresses are not of one family. */
    private static @Nullable String line(Peer peer) {
        InetAddress source = peer.remote().getAddress();
        InetAddress destination = peer.local().getAddress();
        if (source instanceof Inet4Address != destination instanceof Inet4Address) {
            return null;
        }
        String family = source instanceof Inet4Address ? "TCP4" : "TCP6";
        return "PROXY " + family + " " + source.getHostAddress() + " " + destination.getHostAddress() + " "
                + peer.remote().getPort() + " " + peer.local().getPort() + "\r\n";
    }
}
