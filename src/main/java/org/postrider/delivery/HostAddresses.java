package org.postrider.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;

/** The addresses of one host that may be dialled, best first. */
sealed interface HostAddresses {
    /** How long the DNS says this holds. */
    Duration ttl();

    /**
     * @param addresses IPv6 and IPv4 in turn, IPv6 first, each family in the DNS's order (RFC 5321 §5.2 leaves it to us)
     */
    record Usable(List<InetAddress> addresses, Duration ttl) implements HostAddresses {}

    /** One of them is ours: mail would loop. */
    record Own(Duration ttl) implements HostAddresses {}

    /** There are some, and none may be used. */
    record Forbidden(InetAddress example, Duration ttl) implements HostAddresses {}

    /** There is none. */
    record None(Duration ttl) implements HostAddresses {}

    record Failed(String detail) implements HostAddresses {
        @Override
        public Duration ttl() {
            return LONGEST;
        }
    }

    /** What holds by itself, and what says nothing of its time: it never shortens another's. */
    Duration LONGEST = Duration.ofDays(1);

    /** RFC 6761 §6.3: the name never goes to the DNS. */
    Domain LOCALHOST = new Domain("localhost");

    /**
     * Looks a host up and judges what was found.
     *
     * @param explicit whether an operator named the host, who may name private addresses
     */
    static HostAddresses of(MailHost host, int port, boolean explicit, Resolver resolver, DeliverySettings settings) {
        Answer<InetAddress> six;
        Answer<InetAddress> four;
        switch (host) {
            case AddressLiteral(var address) -> {
                six = new Answer.Found<>(List.of(address), LONGEST, false);
                four = new Answer.NoRecords<>(LONGEST, false);
            }
            case Domain domain -> {
                boolean local = explicit && domain.equals(LOCALHOST);
                six = local ? loopback("::1") : resolver.addresses(domain, Family.IPV6);
                four = local ? loopback("127.0.0.1") : resolver.addresses(domain, Family.IPV4);
            }
        }
        return judge(six, four, port, explicit, settings);
    }

    private static Answer<InetAddress> loopback(String literal) {
        return new Answer.Found<>(List.of(InetAddress.ofLiteral(literal)), LONGEST, false);
    }

    private static HostAddresses judge(
            Answer<InetAddress> six, Answer<InetAddress> four, int port, boolean explicit, DeliverySettings settings) {
        Duration ttl = least(ttl(six), ttl(four));
        List<InetAddress> found = inTurn(records(six), records(four));
        for (InetAddress address : found) {
            if (Addresses.isOwn(new InetSocketAddress(address, port), settings.ownListeners())) {
                return new Own(ttl);
            }
        }
        List<InetAddress> usable = found.stream()
                .filter(address -> explicit || settings.mayDial(address))
                .toList();
        if (!usable.isEmpty()) {
            return new Usable(usable, ttl);
        }
        // One family's failure may hide what would have been usable.
        if (six instanceof Answer.Failed<InetAddress> failed) {
            return new Failed(failed.detail());
        }
        if (four instanceof Answer.Failed<InetAddress> failed) {
            return new Failed(failed.detail());
        }
        return found.isEmpty() ? new None(ttl) : new Forbidden(found.getFirst(), ttl);
    }

    private static List<InetAddress> records(Answer<InetAddress> answer) {
        return answer instanceof Answer.Found<InetAddress> found ? found.records() : List.of();
    }

    /** How long an answer holds; a failure says nothing of that. */
    static <T> Duration ttl(Answer<T> answer) {
        return switch (answer) {
            case Answer.Found<T> found -> found.ttl();
            case Answer.NoSuchName<T> none -> none.ttl();
            case Answer.NoRecords<T> none -> none.ttl();
            case Answer.Failed<T> _ -> LONGEST;
        };
    }

    static Duration least(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static List<InetAddress> inTurn(List<InetAddress> first, List<InetAddress> second) {
        List<InetAddress> result = new ArrayList<>(first.size() + second.size());
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                result.add(first.get(i));
            }
            if (i < second.size()) {
                result.add(second.get(i));
            }
        }
        return result;
    }
}
