package org.postrider.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.TlsDemand.Basis;
import org.postrider.delivery.TlsDemand.Refuses;
import org.postrider.delivery.TlsDemand.Requires;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.TlsWish;
import org.postrider.queue.Site;
import org.postrider.smtp.client.TlsRequirement;
import org.postrider.tlspolicy.AppliedPolicy;
import org.postrider.tlspolicy.DaneLookup;
import org.postrider.tlspolicy.DaneTlsa;
import org.postrider.tlspolicy.PolicyType;
import org.postrider.tlspolicy.ResultType;
import org.postrider.tlspolicy.StsCache;
import org.postrider.tlspolicy.StsPolicy;
import org.postrider.tlspolicy.TlsLedger;

/**
 * The TLS that recipients' domains publish, over what the configuration says of all: an operator's {@code [[tls-policy]]}
 * comes first, then for each host DANE, then MTA-STS (RFC 8461 §2: it never overrides DANE), then what is usual. Routes
 * that the configuration names have the configuration's TLS alone.
 *
 * <p>A host that cannot meet what is published is not used: mail waits, and never goes in clear (RFC 7672 §2.2, RFC 8461
 * §5). Where the configuration wants no TLS at all, nothing is asked for.
 *
 * <p>Thread: any; blocks on the DNS and on policy hosts.
 */
public final class PublishedTls implements TlsPolicy {
    private final ConfiguredTls configured;
    private final DaneLookup dane;
    private final StsCache sts;
    private final TlsLedger ledger;
    private final Supplier<Heeded> heeded;

    /** Which kinds of policies count. */
    public record Heeded(boolean dane, boolean sts) {}

    /**
     * @param ledger hears of policies that cannot be had
     * @param heeded what counts now
     */
    public PublishedTls(
            ConfiguredTls configured, DaneLookup dane, StsCache sts, TlsLedger ledger, Supplier<Heeded> heeded) {
        this.configured = configured;
        this.dane = dane;
        this.sts = sts;
        this.ledger = ledger;
        this.heeded = heeded;
    }

    @Override
    public Optional<SiteTerms> terms(Destination destination) {
        Optional<SiteTerms> own = configured.terms(destination);
        if (own.isPresent() || configured.wantsNone() || !(destination.recipient() instanceof Domain domain)) {
            return own;
        }
        Heeded now = heeded.get();
        StsPolicy policy = now.sts ? policy(domain) : null;
        boolean signed = now.dane && destination.signed() && anyHasRecords(destination.exchangers());
        return signed || policy != null ? Optional.of(new PublishedTerms(signed, policy)) : Optional.empty();
    }

    private @Nullable StsPolicy policy(Domain domain) {
        return switch (sts.find(domain)) {
            case StsCache.Result.Found(StsPolicy policy, var stale) -> {
                stale.ifPresent(failed -> tell(domain, AppliedPolicy.of(policy), failed));
                yield policy.mode() == StsPolicy.Mode.NONE ? null : policy;
            }
            case StsCache.Result.Failed failed -> {
                tell(domain, new AppliedPolicy(PolicyType.STS, List.of(), List.of()), failed);
                yield null;
            }
            case StsCache.Result.None _ -> null;
        };
    }

    private void tell(Domain domain, AppliedPolicy policy, StsCache.Result.Failed failed) {
        ResultType type = switch (failed.fault()) {
            case FETCH -> ResultType.STS_POLICY_FETCH_ERROR;
            case CERTIFICATE -> ResultType.STS_WEBPKI_INVALID;
            case INVALID -> ResultType.STS_POLICY_INVALID;
        };
        ledger.count(new TlsLedger.Session(domain, policy, new TlsLedger.Flaw(type, "", "", "", failed.detail())));
    }

    /** All at once: a host whose name server is slow does not add to the wait for the others. */
    private boolean anyHasRecords(List<MailHost> exchangers) {
        List<Future<DaneLookup.Result>> lookups = new ArrayList<>(exchangers.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (MailHost exchanger : exchangers) {
                if (exchanger instanceof Domain host) {
                    lookups.add(threads.submit(() -> dane.find(host)));
                }
            }
        }
        return lookups.stream().map(Future::resultNow).anyMatch(found -> !(found instanceof DaneLookup.Result.None));
    }

    @Override
    public TlsDemand demand(Site site, String serverName, TlsWish wish, List<Domain> recipients) {
        boolean published =
                wish != TlsWish.OPTIONAL && SiteName.of(site).terms().orElse(null) instanceof PublishedTerms;
        if (!published) {
            return configured.demand(site, serverName);
        }
        PublishedTerms terms = (PublishedTerms) SiteName.of(site).terms().orElseThrow();
        Optional<Domain> host = Domain.parse(serverName);
        if (host.isEmpty()) {
            // An address literal among MX hosts; nothing can be said of its name.
            return byPolicy(site, serverName, null, terms.sts());
        }
        return terms.dane() && heeded.get().dane
                ? byRecords(site, host.get(), recipients, terms)
                : byPolicy(site, serverName, host.get(), terms.sts());
    }

    private TlsDemand byRecords(Site site, Domain host, List<Domain> recipients, PublishedTerms terms) {
        return switch (dane.find(host, recipients)) {
            case DaneLookup.Result.Secure(DaneTlsa tlsa) ->
                new Requires(
                        new TlsRequirement.Dane(new DaneCertificate(tlsa), tlsa.base()),
                        Basis.enforced(AppliedPolicy.of(tlsa, host.ascii())));
            case DaneLookup.Result.Unusable _ -> {
                TlsDemand otherwise = byPolicy(site, host.ascii(), host, terms.sts());
                yield otherwise.basis().enforced()
                        ? otherwise
                        : new Requires(new TlsRequirement.Encrypt(), Basis.enforced(AppliedPolicy.tlsa(host.ascii())));
            }
            case DaneLookup.Result.None _ -> byPolicy(site, host.ascii(), host, terms.sts());
            case DaneLookup.Result.Unknown(boolean bogus, String detail) ->
                new Refuses(
                        bogus ? ResultType.DNSSEC_INVALID : ResultType.TLSA_INVALID,
                        host + " may have TLSA records, which cannot be had now: " + detail,
                        Basis.enforced(AppliedPolicy.tlsa(host.ascii())));
        };
    }

    private TlsDemand byPolicy(Site site, String serverName, @Nullable Domain host, @Nullable StsPolicy policy) {
        TlsDemand usual = configured.demand(site, serverName);
        if (policy == null || !heeded.get().sts) {
            return usual;
        }
        boolean covered = host != null && StsPolicy.isCovered(host, policy.hosts());
        AppliedPolicy applied = AppliedPolicy.of(policy);
        return switch (policy.mode()) {
            case NONE -> usual;
            case TESTING ->
                usual instanceof Requires(TlsRequirement requirement, var _)
                        ? new Requires(requirement, new Basis(applied, false, covered))
                        : usual;
            case ENFORCE ->
                // RFC 8461 §4.1, §4.2: the host must be one that the policy names, and the certificate for it.
                covered
                        ? new Requires(new TlsRequirement.Verify(Set.of(serverName)), Basis.enforced(applied))
                        : new Refuses(
                                ResultType.VALIDATION_FAILURE,
                                serverName + " is none of the hosts of the MTA-STS policy: "
                                        + String.join(", ", policy.hosts()),
                                new Basis(applied, true, false));
        };
    }
}
