package org.postrider.delivery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.Network;

/**
 * Which addresses mail may be sent to: a domain's owner writes what he likes into his zone, and must not be able to point
 * us at ourselves, at our neighbours behind the firewall, or at a cloud's metadata service (169.254.169.254).
 * Who else has to tell public addresses from others asks here too.
 */
public final class Addresses {
    /**
     * What is not the public Internet: this network, private use, shared (carrier-grade NAT), loopback, link-local,
     * protocol assignments, benchmarking, multicast, reserved and broadcast; unspecified, loopback, unique local,
     * link-local, site-local, multicast (RFC 6890, RFC 4193, RFC 3879).
     */
    public static final List<Network> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "::1/128",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .map(text -> Network.parse(text).orElseThrow())
            .toList();

    /** Where an IPv6 address carries an IPv4 one: its prefix, and the index of the first octet. */
    private record Carrier(Network network, int at) {}

    private static final List<Carrier> CARRIERS = List.of(
            new Carrier(Network.parse("64:ff9b::/96").orElseThrow(), 12), // NAT64, RFC 6052 §2.1
            new Carrier(Network.parse("2002::/16").orElseThrow(), 2), // 6to4, RFC 3056 §2
            new Carrier(Network.parse("::/96").orElseThrow(), 12)); // IPv4-compatible, RFC 4291 §2.5.5.1

    private Addresses() {}

    /** Whether the address is none of the public Internet, nor leads to one that is none. */
    public static boolean isPrivate(InetAddress address) {
        if (NOT_PUBLIC.stream().anyMatch(network -> network.contains(address))) {
            return true;
        }
        if (!(address instanceof Inet6Address)) {
            return false;
        }
        for (Carrier carrier : CARRIERS) {
            if (carrier.network.contains(address) && isPrivate(carried(address, carrier.at))) {
                return true;
            }
        }
        return false;
    }

    private static InetAddress carried(InetAddress address, int at) {
        byte[] octets = address.getAddress();
        try {
            return InetAddress.getByAddress(new byte[] {octets[at], octets[at + 1], octets[at + 2], octets[at + 3]});
        } catch (UnknownHostException impossible) {
            throw new AssertionError("four octets are no address", impossible);
        }
    }

    /** Whether a connection to {@code address} would reach one of our own listeners. */
    static boolean isOwn(InetSocketAddress address, List<InetSocketAddress> listeners) {
        for (InetSocketAddress listener : listeners) {
            boolean samePort = listener.getPort() == address.getPort();
            if (samePort
                    && (listener.getAddress().equals(address.getAddress())
                            || (listener.getAddress().isAnyLocalAddress() && isOfThisMachine(address.getAddress())))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknowable) {
            return false;
        }
    }

    /** A host as certificates name it: a domain in ASCII, or an address without brackets. */
    static String serverName(MailHost host) {
        return switch (host) {
            case Domain domain -> domain.ascii();
            case AddressLiteral(var address) -> text(address);
        };
    }

    /** The address alone, without brackets or zone. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
