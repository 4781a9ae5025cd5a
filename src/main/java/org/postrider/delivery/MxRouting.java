package org.postrider.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.postrider.dns.Answer;
import org.postrider.dns.Mx;
import org.postrider.dns.Resolver;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.queue.Routing;
import org.postrider.queue.Site;

/**
 * Finds the hosts that take a domain's mail (RFC 5321 §5.1), or says for good or for now that there are none.
 *
 * <p>What is decided here, in this order: no such domain; null MX; hosts no better than ourselves go; the best
 * {@code hostsMax} stay; among these, hosts that are ourselves by address go with all that are no better; and of the rest
 * at least one must have an address that mail may be sent to.
 *
 * <p>Thread: any; blocks on the DNS.
 */
final class MxRouting {
    private static final Comparator<Exchanger> ORDER = Comparator.comparingInt(Exchanger::preference)
            .thenComparing(exchanger -> exchanger.host().text());

    private final Resolver resolver;
    private final DeliverySettings settings;
    private final TlsPolicy tls;

    /**
     * @param exchangers best first, empty unless the routing is to a site
     * @param ttl how long this holds, zero for what must be asked again
     */
    record Decision(Routing routing, List<Exchanger> exchangers, Duration ttl) {}

    /** @param signed whether DNSSEC vouches for its exchangers */
    private record Asked(MailHost host, boolean signed) {}

    MxRouting(Resolver resolver, DeliverySettings settings, TlsPolicy tls) {
        this.resolver = resolver;
        this.settings = settings;
        this.tls = tls;
    }

    Decision decide(MailHost host) {
        return switch (host) {
            case AddressLiteral literal ->
                among(new Asked(host, false), List.of(new Exchanger(0, literal)), HostAddresses.LONGEST);
            case Domain domain -> decide(domain);
        };
    }

    private Decision decide(Domain domain) {
        return switch (resolver.mx(domain)) {
            case Answer.Found<Mx> found -> byRecords(domain, found);
            // RFC 5321 §5.1: no MX record at all makes the domain its own exchanger.
            case Answer.NoRecords<Mx> none ->
                among(new Asked(domain, none.authenticated()), List.of(new Exchanger(0, domain)), none.ttl());
            case Answer.NoSuchName<Mx> none -> unroutable("5.1.2", domain + " does not exist", none.ttl());
            case Answer.Failed<Mx> failed -> unknown(failed.detail());
        };
    }

    private Decision byRecords(Domain domain, Answer.Found<Mx> found) {
        List<Exchanger> exchangers = new ArrayList<>();
        for (Mx mx : found.records()) {
            Domain name = mx.host();
            if (name != null) {
                exchangers.add(new Exchanger(mx.preference(), name));
            }
        }
        if (!exchangers.isEmpty()) {
            // RFC 7505 §3: a null MX stands alone; beside others it is a mistake and ignored.
            return among(new Asked(domain, found.authenticated()), exchangers, found.ttl());
        }
        return found.records().isEmpty()
                ? unroutable("5.4.4", domain + " has MX records, and none names a host", found.ttl())
                : unroutable("5.1.10", domain + " takes no mail (null MX)", found.ttl());
    }

    private Decision among(Asked asked, List<Exchanger> found, Duration ttl) {
        List<Exchanger> better = betterThan(worstAllowed(found), found);
        List<Exchanger> best =
                better.stream().sorted(ORDER).limit(settings.hostsMax()).toList();
        if (best.isEmpty()) {
            return unroutable(
                    "5.4.6", "mail for " + asked.host.text() + " loops back to us: we are its best MX host", ttl);
        }
        List<HostAddresses> addresses = lookUp(best);
        Duration holds = ttl;
        int ownPreference = Integer.MAX_VALUE;
        for (int i = 0; i < best.size(); i++) {
            holds = HostAddresses.least(holds, addresses.get(i).ttl());
            if (addresses.get(i) instanceof HostAddresses.Own) {
                ownPreference = Math.min(ownPreference, best.get(i).preference());
            }
        }
        List<Exchanger> left = betterThan(ownPreference, best);
        return left.isEmpty()
                ? unroutable(
                        "5.4.6",
                        "mail for " + asked.host.text() + " loops back to us: its best MX host has our address",
                        holds)
                : judge(asked, left, addresses.subList(0, left.size()), holds);
    }

    /** All at once: a backup host whose name server is slow does not add to the wait for the others. */
    private List<HostAddresses> lookUp(List<Exchanger> exchangers) {
        if (exchangers.size() == 1) {
            return List.of(lookUp(exchangers.getFirst()));
        }
        List<Future<HostAddresses>> lookups = new ArrayList<>(exchangers.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            exchangers.forEach(exchanger -> lookups.add(threads.submit(() -> lookUp(exchanger))));
        }
        return lookups.stream().map(Future::resultNow).toList();
    }

    private HostAddresses lookUp(Exchanger exchanger) {
        return HostAddresses.of(exchanger.host(), settings.mxPort(), false, resolver, settings);
    }

    private Decision judge(Asked asked, List<Exchanger> hosts, List<HostAddresses> judged, Duration ttl) {
        if (judged.stream().anyMatch(HostAddresses.Usable.class::isInstance)) {
            return new Decision(new Routing.To(site(asked, hosts)), hosts, ttl);
        }
        for (HostAddresses each : judged) {
            if (each instanceof HostAddresses.Failed(var detail)) {
                return unknown(detail);
            }
        }
        for (HostAddresses each : judged) {
            if (each instanceof HostAddresses.Forbidden(var example, var _)) {
                String summary = "the MX hosts of " + asked.host.text()
                        + " have only addresses that are not of the public Internet, such as "
                        + Addresses.text(example);
                return unroutable("5.4.4", summary, ttl);
            }
        }
        return unroutable("5.4.4", "no MX host of " + asked.host.text() + " has an address", ttl);
    }

    /** RFC 5321 §5.1: where we are in the list ourselves, our preference is what others must be better than. */
    private int worstAllowed(List<Exchanger> found) {
        int own = Integer.MAX_VALUE;
        for (Exchanger exchanger : found) {
            if (exchanger.host() instanceof Domain name && settings.ownNames().contains(name)) {
                own = Math.min(own, exchanger.preference());
            }
        }
        return own;
    }

    private static List<Exchanger> betterThan(int preference, List<Exchanger> exchangers) {
        return exchangers.stream()
                .filter(exchanger -> exchanger.preference() < preference)
                .toList();
    }

    /** Domains with the same hosts and the same TLS policy are one site, whatever the hosts' preferences. */
    private Site site(Asked asked, List<Exchanger> hosts) {
        String names = hosts.stream()
                .map(exchanger -> exchanger.host().text())
                .distinct()
                .sorted()
                .collect(Collectors.joining(",", SiteHosts.MX_PREFIX, ""));
        List<MailHost> exchangers =
                hosts.stream().map(Exchanger::host).distinct().toList();
        TlsPolicy.Destination destination = new TlsPolicy.Destination(asked.host, exchangers, asked.signed);
        return SiteName.of(names).on(tls.terms(destination)).site();
    }

    private static Decision unroutable(String status, String summary, Duration ttl) {
        return new Decision(new Routing.Unroutable(Diagnosis.local(status, summary)), List.of(), ttl);
    }

    private static Decision unknown(String detail) {
        return new Decision(
                new Routing.Unknown(Diagnosis.local("4.4.3", "the DNS does not answer now: " + detail)),
                List.of(),
                Duration.ZERO);
    }
}
