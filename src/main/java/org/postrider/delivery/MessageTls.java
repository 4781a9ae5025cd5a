package org.postrider.delivery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.delivery.TlsDemand.Basis;
import org.postrider.delivery.TlsDemand.Refuses;
import org.postrider.delivery.TlsDemand.Requires;
import org.postrider.dns.Answer;
import org.postrider.dns.Mx;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mail.TlsWish;
import org.postrider.queue.Site;
import org.postrider.smtp.client.TlsRequirement;
import org.postrider.tlspolicy.ResultType;

/**
 * What must hold of a connection before one message goes over it: the site's TLS policy, and what the sender demands (RFC
 * 8689).
 *
 * <p>A host is asked about once in an attempt: for the pooled connection that may do, for the one that is dialled, and for
 * the record of it.
 *
 * <p>Thread: confined to the attempt's.
 */
final class MessageTls {
    private final TlsPolicy policy;
    private final Site site;
    private final TlsWish wish;
    private final List<Domain> recipients;
    private final Resolver resolver;
    private final Map<String, TlsDemand> known = new HashMap<>();

    /**
     * @param wish the sender's; of a bounce, which must not be lost, never {@link TlsWish#REQUIRED} (§5)
     * @param recipients the domains of the attempt's recipients
     */
    MessageTls(TlsPolicy policy, Site site, TlsWish wish, List<Domain> recipients, Resolver resolver) {
        this.policy = policy;
        this.site = site;
        this.wish = wish;
        this.recipients = List.copyOf(recipients);
        this.resolver = resolver;
    }

    boolean isRequired() {
        return wish == TlsWish.REQUIRED;
    }

    TlsDemand demand(String serverName) {
        return known.computeIfAbsent(serverName, this::made);
    }

    private TlsDemand made(String serverName) {
        TlsDemand demand = policy.demand(site, serverName, wish, recipients);
        return switch (demand) {
            case Refuses _ -> demand;
            case Requires requires -> isRequired() ? verified(requires, serverName) : requires;
        };
    }

    /** RFC 8689 §4.2.1: a certificate that does, of a host whose name is none that anybody could have put into the DNS. */
    private TlsDemand verified(Requires demand, String serverName) {
        boolean pinned =
                demand.requirement() instanceof TlsRequirement.Verify(var names) && !names.equals(Set.of(serverName));
        boolean named = !SiteName.of(site).isByMx()
                || pinned
                || (demand.basis().isPublished() && demand.basis().covered())
                || recipients.stream().allMatch(this::hasSignedExchangers);
        if (!named) {
            return new Refuses(
                    ResultType.VALIDATION_FAILURE,
                    "the sender requires TLS (REQUIRETLS), and nothing vouches for " + serverName
                            + " as a host of the recipient's domain: neither DNSSEC nor MTA-STS",
                    Basis.NONE);
        }
        return demand.requirement().needsTrust()
                ? demand
                : new Requires(new TlsRequirement.Verify(Set.of(serverName)), demand.basis());
    }

    private boolean hasSignedExchangers(Domain recipient) {
        return switch (resolver.mx(recipient)) {
            case Answer.Found<Mx> found -> found.authenticated();
            case Answer.NoRecords<Mx> none -> none.authenticated();
            case Answer.NoSuchName<Mx> _, Answer.Failed<Mx> _ -> false;
        };
    }
}
