package org.postrider.smtp.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect, and as whom.
 *
 * @param address resolved
 * @param serverName the server as DNS or the route names it, for people and for certificates
 * @param bind the local address to connect from, {@code null} for the system's choice
 * @param heloName what EHLO, HELO or LHLO says of us: a domain, or an address literal with its brackets
 * @param credentials with what to authenticate, {@code null} for not at all
 */
public record Dial(
        InetSocketAddress address,
        String serverName,
        @Nullable InetAddress bind,
        String heloName,
        Protocol protocol,
        TlsRequirement tls,
        @Nullable ClientCredentials credentials) {

    public Dial {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unresolved: " + address);
        }
        if (heloName.isEmpty() || heloName.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException("not a name for EHLO: " + heloName);
        }
    }

    /** Without authentication. */
    public Dial(
            InetSocketAddress address,
            String serverName,
            @Nullable InetAddress bind,
            String heloName,
            Protocol protocol,
            TlsRequirement tls) {
        this(address, serverName, bind, heloName, protocol, tls, null);
    }

    /** The same under another requirement. */
    public Dial in(TlsRequirement other) {
        return new Dial(address, serverName, bind, heloName, protocol, other, credentials);
    }

    /** The server as logs and notices name it: {@code host [address]:port}, without the host where it is the address. */
    public String remote() {
        String where = "[" + address.getAddress().getHostAddress() + "]:" + address.getPort();
        return where.startsWith(serverName) ? where : serverName + " " + where;
    }
}
