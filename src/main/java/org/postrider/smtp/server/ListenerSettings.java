package org.postrider.smtp.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.postrider.mail.Network;

/**
 * Where a listener listens, and whom it believes.
 *
 * @param proxyProtocol whether each connection begins with a PROXY header, version 1 or 2
 * @param proxyNetworks from where alone connections are taken then
 * @param backlog connections that wait to be accepted; the system may cap it
 */
public record ListenerSettings(
        InetSocketAddress address, boolean proxyProtocol, List<Network> proxyNetworks, int backlog) {
    private static final int BACKLOG = 4_096;

    /** A free port of the loopback address. */
    public static final ListenerSettings DEFAULT = of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    public ListenerSettings {
        proxyNetworks = List.copyOf(proxyNetworks);
    }

    /** A listener without PROXY protocol. */
    public static ListenerSettings of(InetSocketAddress address) {
        return new ListenerSettings(address, false, List.of(), BACKLOG);
    }

    /** A listener behind proxies in {@code networks}. */
    public static ListenerSettings behindProxies(InetSocketAddress address, List<Network> networks) {
        return new ListenerSettings(address, true, networks, BACKLOG);
    }

    boolean believes(InetAddress proxy) {
        return proxyNetworks.stream().anyMatch(network -> network.contains(proxy));
    }
}
