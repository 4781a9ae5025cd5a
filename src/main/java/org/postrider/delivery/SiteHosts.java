package org.postrider.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.MailboxGrammar;
import org.postrider.queue.Site;

/**
 * Which hosts a site stands for, in the order in which an attempt is to try them.
 *
 * <p>A site's name holds its hosts, so that it can always be dialled; their preferences are remembered from the routing
 * for as long as the DNS allows, a short while at least; where they cannot be asked again, those known last go on. Domains
 * that share hosts with different preferences share the last one's order.
 *
 * <p>Thread: any.
 */
final class SiteHosts {
    static final String MX_PREFIX = "mx:";

    /** What the DNS allows for a shorter time, or does not answer, is not asked for by each attempt. */
    static final Duration REMEMBERED_MIN = Duration.ofSeconds(30);

    private final ExpiringMap<Site, List<Exchanger>> remembered;
    private final RandomGenerator random;

    SiteHosts(ExpiringMap<Site, List<Exchanger>> remembered, RandomGenerator random) {
        this.remembered = remembered;
        this.random = random;
    }

    void remember(Site site, List<Exchanger> exchangers, Duration ttl) {
        remembered.put(site, exchangers, ttl.compareTo(REMEMBERED_MIN) < 0 ? REMEMBERED_MIN : ttl);
    }

    /** Goes on with what was known last: the preferences could not be asked for. */
    void keep(Site site) {
        remember(site, lastKnown(site), REMEMBERED_MIN);
    }

    private List<Exchanger> lastKnown(Site site) {
        return remembered.last(site).orElseGet(() -> named(site));
    }

    /** Whether the preferences of the site's hosts are still known. */
    boolean knows(Site site) {
        return remembered.find(site).isPresent();
    }

    /** The hosts of an MX site, best first, equals in random order (RFC 5321 §5.1). */
    List<MailHost> inOrder(Site site) {
        List<Exchanger> exchangers = lastKnown(site);
        TreeMap<Integer, List<MailHost>> byPreference = new TreeMap<>();
        for (Exchanger exchanger : exchangers) {
            byPreference
                    .computeIfAbsent(exchanger.preference(), _ -> new ArrayList<>())
                    .add(exchanger.host());
        }
        List<MailHost> order = new ArrayList<>(exchangers.size());
        for (List<MailHost> equals : byPreference.values()) {
            Collections.shuffle(equals, random);
            equals.stream().filter(host -> !order.contains(host)).forEach(order::add);
        }
        return order;
    }

    private static List<Exchanger> named(Site site) {
        List<Exchanger> exchangers = new ArrayList<>();
        for (String name :
                SiteName.of(site).route().substring(MX_PREFIX.length()).split(",", -1)) {
            host(name).ifPresent(host -> exchangers.add(new Exchanger(0, host)));
        }
        return exchangers;
    }

    private static Optional<MailHost> host(String name) {
        return name.startsWith("[")
                ? MailboxGrammar.addressLiteral(name).map(MailHost.class::cast)
                : Domain.parse(name).map(MailHost.class::cast);
    }
}
