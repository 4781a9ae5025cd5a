package org.postrider.domain;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Mx;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;

/**
 * Whether the name servers do what mail needs of them.
 *
 * <p>Thread: any; blocks on the DNS.
 */
public final class ResolverCheck {
    /** A name that is there for as long as the DNS is. */
    static final Domain ALWAYS_THERE = new Domain("a.root-servers.net");

    /** A domain that has been signed for long: that of the people who make DNSSEC. */
    static final Domain SIGNED = new Domain("ietf.org");

    /** Resolvers for everybody, which DNS lists refuse: they see all of their users as one. */
    private static final Set<String> PUBLIC = Set.of(
            "1.1.1.1",
            "1.0.0.1",
            "8.8.8.8",
            "8.8.4.4",
            "9.9.9.9",
            "149.112.112.112",
            "208.67.222.222",
            "208.67.220.220",
            "2606:4700:4700:0:0:0:0:1111",
            "2606:4700:4700:0:0:0:0:1001",
            "2001:4860:4860:0:0:0:0:8888",
            "2001:4860:4860:0:0:0:0:8844",
            "2620:fe:0:0:0:0:0:fe");

    private final Resolver resolver;
    private final List<InetSocketAddress> servers;
    private final boolean validates;

    /**
     * @param servers those that are asked
     * @param validates whether answers count as validated at all
     */
    public ResolverCheck(Resolver resolver, List<InetSocketAddress> servers, boolean validates) {
        this.resolver = resolver;
        this.servers = List.copyOf(servers);
        this.validates = validates;
    }

    /** @param lists the zones of the DNS lists that are asked */
    public List<CheckResult> check(List<Domain> lists) {
        List<CheckResult> results = new ArrayList<>();
        results.add(answers());
        if (results.getFirst().grade() == Grade.ERROR) {
            return results;
        }
        results.add(dnssec());
        List<String> open = servers.stream()
                .map(server -> server.getAddress().getHostAddress())
                .filter(PUBLIC::contains)
                .toList();
        if (!open.isEmpty()) {
            results.add(new CheckResult(
                    "public-resolver",
                    lists.isEmpty() ? Grade.ADVICE : Grade.WARNING,
                    "[dns] servers",
                    open,
                    "a resolver of your own",
                    "Many use these resolvers, so that DNS lists refuse them or answer falsely.",
                    "Run one on this machine, such as unbound, and name it in `[dns] servers`."));
        }
        lists.forEach(zone -> results.add(list(zone)));
        return results;
    }

    private CheckResult answers() {
        return resolver.addresses(ALWAYS_THERE, Family.IPV4) instanceof Answer.Found<InetAddress> found
                ? CheckResult.good("resolver", ALWAYS_THERE.ascii(), texts(found.records()), "The name servers answer.")
                : new CheckResult(
                        "resolver",
                        Grade.ERROR,
                        ALWAYS_THERE.ascii(),
                        List.of(),
                        "an address",
                        "The name servers do not answer, or know nothing of the world.",
                        "Name others in `[dns] servers`, or see to the network.");
    }

    private CheckResult dnssec() {
        if (!validates) {
            return new CheckResult(
                    "dnssec",
                    Grade.ADVICE,
                    "[dns]",
                    List.of(),
                    "trust-ad or trust-anchors",
                    "No answer is validated, so that DANE protects no mail.",
                    "With a validating resolver on this machine set `[dns] trust-ad = true`, else `trust-anchors ="
                            + " \"root\"`.");
        }
        boolean validated = resolver.mx(SIGNED) instanceof Answer.Found<Mx> found && found.authenticated();
        return validated
                ? CheckResult.good("dnssec", SIGNED.ascii(), List.of(), "Answers are validated.")
                : new CheckResult(
                        "dnssec",
                        Grade.WARNING,
                        SIGNED.ascii(),
                        List.of(),
                        "an answer that is validated",
                        "The configuration counts on DNSSEC, and an answer that is signed was not validated.",
                        "See that the resolver validates, or passes signatures on.");
    }

    /** RFC 5782 §5: a list of addresses has the test entry 127.0.0.2. */
    private CheckResult list(Domain zone) {
        Domain entry = new Domain("2.0.0.127." + zone);
        return switch (resolver.addresses(entry, Family.IPV4)) {
            case Answer.Found<InetAddress> found ->
                found.records().stream().anyMatch(ResolverCheck::isRefusal)
                        ? new CheckResult(
                                "dns-list",
                                Grade.ERROR,
                                zone.ascii(),
                                texts(found.records()),
                                "127.0.0.x",
                                "The list refuses this resolver: its answers mean nothing.",
                                "Ask it through a resolver of your own, or register with the list.")
                        : CheckResult.good("dns-list", zone.ascii(), texts(found.records()), "The list answers.");
            case Answer.NoRecords<InetAddress> _, Answer.NoSuchName<InetAddress> _ ->
                new CheckResult(
                        "dns-list",
                        Grade.WARNING,
                        zone.ascii(),
                        List.of(),
                        "the test entry 127.0.0.2",
                        "The list does not list its test entry (RFC 5782 §5): it is none of addresses, gone, or refuses"
                                + " this resolver.",
                        "See the list's pages, or take the [[dnsbl]] out.");
            case Answer.Failed<InetAddress>(var _, String detail) ->
                CheckResult.unknown("dns-list", zone.ascii(), detail);
        };
    }

    /** 127.255.255.0/24, in which lists say what is wrong with a question. */
    private static boolean isRefusal(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4 && octets[0] == 127 && octets[1] == (byte) 255 && octets[2] == (byte) 255;
    }

    private static List<String> texts(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).toList();
    }
}
