package org.postrider.smtp.server;

import java.net.InetSocketAddress;

/**
 * Who is connected.
 *
 * @param remote the client, as the PROXY header says where the listener takes one; IPv4-mapped IPv6 addresses are plain
 *     IPv4 here
 * @param local the address it connected to
 */
public record Peer(InetSocketAddress remote, InetSocketAddress local) {}
