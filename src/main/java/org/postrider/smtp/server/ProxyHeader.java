package org.postrider.smtp.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.MailboxGrammar;

/**
 * Reads the header of the PROXY protocol, version 1 (a line) or 2 (binary), which a proxy writes before the client's first
 * octet. Whether the proxy may be believed has been decided before.
 */
final class ProxyHeader {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int FIXED_OCTETS = 16;
    private static final int BODY_OCTETS_MAX = 1_024 - FIXED_OCTETS;
    /** Of version 1, with the CRLF. */
    private static final int LINE_OCTETS_MAX = 107;

    private static final int VERSION = 0x20;
    private static final int COMMAND_LOCAL = 0;
    private static final int COMMAND_PROXY = 1;
    private static final int TCP_OVER_FOUR = 0x11;
    private static final int TCP_OVER_SIX = 0x21;

    private final WireReader reader;
    private final Peer proxy;
    private final long due;

    /** @param proxy who is connected; stays the peer where the header names no other */
    ProxyHeader(WireReader reader, Peer proxy, long due) {
        this.reader = reader;
        this.proxy = proxy;
        this.due = due;
    }

    /** The client behind the proxy. Ends the session where there is no header, or a malformed one. */
    Peer read() throws IOException, SessionEnd {
        reader.require(1, due);
        @Nullable Peer client = reader.peek(0) == 'P' ? readLine() : readBinary();
        if (client == null) {
            throw new SessionEnd(Ending.NOT_SMTP, Replies.PROXY_REFUSED);
        }
        return client;
    }

    private @Nullable Peer readLine() throws IOException, SessionEnd {
        int length = 0;
        do {
            length++;
            reader.require(length + 1, due);
        } while (!isLineEnd(length - 1) && length + 1 < LINE_OCTETS_MAX);
        if (!isLineEnd(length - 1)) {
            return null;
        }
        byte[] octets = new byte[length - 1];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = reader.peek(i);
        }
        reader.skip(length + 1);
        String[] words = new String(octets, StandardCharsets.ISO_8859_1).split(" ", -1);
        if (!words[0].equals("PROXY") || words.length < 2) {
            return null;
        }
        return switch (words[1]) {
            case "UNKNOWN" -> proxy;
            case "TCP4" -> words.length == 6 ? peer(words, "") : null;
            case "TCP6" -> words.length == 6 ? peer(words, "IPv6:") : null;
            default -> null;
        };
    }

    private boolean isLineEnd(int index) {
        return reader.peek(index) == '\r' && reader.peek(index + 1) == '\n';
    }

    private static @Nullable Peer peer(String[] words, String prefix) {
        @Nullable InetSocketAddress source = address(words[2], words[4], prefix);
        @Nullable InetSocketAddress destination = address(words[3], words[5], prefix);
        return source == null || destination == null ? null : new Peer(source, destination);
    }

    private static @Nullable InetSocketAddress address(String host, String port, String prefix) {
        boolean digits = port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535;
        @Nullable
        AddressLiteral literal =
                MailboxGrammar.addressLiteral("[" + prefix + host + "]").orElse(null);
        return literal == null || !digits ? null : new InetSocketAddress(literal.address(), Integer.parseInt(port));
    }

    private @Nullable Peer readBinary() throws IOException, SessionEnd {
        for (int i = 0; i < SIGNATURE.length; i++) {
            reader.require(i + 1, due);
            if (reader.peek(i) != SIGNATURE[i]) {
                return null;
            }
        }
        reader.require(FIXED_OCTETS, due);
        int versionAndCommand = reader.peek(12) & 0xff;
        int family = reader.peek(13) & 0xff;
        int length = number(14);
        if ((versionAndCommand & 0xf0) != VERSION || length > BODY_OCTETS_MAX) {
            return null;
        }
        reader.require(FIXED_OCTETS + length, due);
        @Nullable
        Peer client = switch (versionAndCommand & 0x0f) {
            case COMMAND_LOCAL -> proxy;
            case COMMAND_PROXY -> binaryPeer(family, length);
            default -> null;
        };
        reader.skip(FIXED_OCTETS + length);
        return client;
    }

    private @Nullable Peer binaryPeer(int family, int length) {
        int width = switch (family) {
            case TCP_OVER_FOUR -> 4;
            case TCP_OVER_SIX -> 16;
            // Nothing that we could name; the proxy itself is what we know.
            default -> 0;
        };
        if (width == 0) {
            return proxy;
        }
        if (length < 2 * width + 4) {
            return null;
        }
        int ports = FIXED_OCTETS + 2 * width;
        return new Peer(
                new InetSocketAddress(host(FIXED_OCTETS, width), number(ports)),
                new InetSocketAddress(host(FIXED_OCTETS + width, width), number(ports + 2)));
    }

    private InetAddress host(int from, int width) {
        byte[] octets = new byte[width];
        for (int i = 0; i < width; i++) {
            octets[i] = reader.peek(from + i);
        }
        try {
            // Makes an IPv4 address of an IPv4-mapped one.
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + width + " octets", impossible);
        }
    }

    private int number(int from) {
        return (reader.peek(from) & 0xff) << 8 | (reader.peek(from + 1) & 0xff);
    }
}
