package org.postrider.server.cli;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.postrider.delivery.Addresses;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;

/** The addresses under which the world sees this server: those of its name, and those of this machine that are public. */
final class PublicAddresses {
    private PublicAddresses() {}

    static List<InetAddress> of(Domain hostname, Resolver resolver) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (Family family : Family.values()) {
            if (resolver.addresses(hostname, family) instanceof Answer.Found<InetAddress> found) {
                addresses.addAll(found.records());
            }
        }
        addresses.addAll(ofMachine());
        addresses.removeIf(Addresses::isPrivate);
        return List.copyOf(addresses);
    }

    private static List<InetAddress> ofMachine() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .toList();
        } catch (SocketException unknowable) {
            return List.of();
        }
    }
}
