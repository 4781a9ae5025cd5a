package org.postrider.tlspolicy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.dns.Tlsa;
import org.postrider.mail.Domain;

/**
 * Finds what a mail host's zone says of its TLS (RFC 7672 §2.2).
 *
 * <p>Hosts whose addresses are not signed are not asked for TLSA records: their zones have none that count, and some of
 * their servers answer such a question badly (§2.2.2). What cannot be found out is never taken for "there is none" (§2.1.2).
 *
 * <p>Thread: any; blocks on the DNS.
 */
public final class DaneLookup {
    /** Aliases followed from a host to what it stands for; the resolver follows as many. */
    private static final int ALIASES_MAX = 8;
    /** Domains whose names a certificate may have; where one connection is for more, only the host's do. */
    static final int NEXT_HOPS_MAX = 10;

    private final Resolver resolver;
    private final int port;

    /** What was found. */
    public sealed interface Result {
        /** Certificates are judged by these, and TLS is required. */
        record Secure(DaneTlsa tlsa) implements Result {}

        /** There are signed records, and none can be used: TLS is required, whatever the certificate (RFC 7672 §2.2). */
        record Unusable() implements Result {}

        /** The host has no signed records: DANE says nothing. */
        record None() implements Result {}

        /**
         * It cannot be found out now: the host must not be used.
         *
         * @param bogus whether what was said is not what the zone has signed
         * @param detail for people
         */
        record Unknown(boolean bogus, String detail) implements Result {}
    }

    /** @param port of the hosts, 25 where it is not a test */
    public DaneLookup(Resolver resolver, int port) {
        this.resolver = resolver;
        this.port = port;
    }

    /**
     * The same for mail to these domains, whose exchanger the host is by signed records: a certificate that an authority
     * has issued may be for them in place of the host (RFC 7672 §3.2.2), under their own names or those that they are
     * aliases of.
     */
    public Result find(Domain host, List<Domain> nextHops) {
        Result found = find(host);
        return found instanceof Result.Secure(DaneTlsa tlsa)
                        && tlsa.namesAuthority()
                        && nextHops.size() <= NEXT_HOPS_MAX
                ? new Result.Secure(
                        tlsa.toward(nextHops.stream().map(this::namesOf).toList()))
                : found;
    }

    /** A domain, and what signed aliases lead to; what cannot be found out is left out. */
    private Set<String> namesOf(Domain nextHop) {
        Domain name = nextHop;
        for (int i = 0; i < ALIASES_MAX; i++) {
            if (!(resolver.alias(name) instanceof Answer.Found<Domain> found)
                    || !found.authenticated()
                    || found.records().isEmpty()) {
                break;
            }
            name = found.records().getFirst();
        }
        return Set.copyOf(List.of(nextHop.ascii(), name.ascii()));
    }

    /** Asks about a host that a signed MX record, or the signed lack of one, has led to. */
    public Result find(Domain host) {
        boolean signed = hasSignedAddresses(host);
        List<Domain> aliases = new ArrayList<>();
        Domain name = host;
        while (aliases.size() < ALIASES_MAX) {
            switch (resolver.alias(name)) {
                case Answer.Failed<Domain>(var failure, var detail) -> {
                    return unknown(failure, detail);
                }
                case Answer.Found<Domain> found
                when !found.records().isEmpty() && (found.authenticated() || !aliases.isEmpty()) -> {
                    name = found.records().getFirst();
                    aliases.add(name);
                    if (signed) {
                        continue;
                    }
                    // RFC 7672 §2.2.2: the alias is signed and what it leads to is not; records may be at the alias.
                    return atFirst(List.of(host));
                }
                case Answer.Found<Domain> _ -> {
                    return new Result.None();
                }
                case Answer.NoRecords<Domain> _, Answer.NoSuchName<Domain> _ -> {
                    return end(host, aliases, signed);
                }
            }
        }
        return new Result.Unknown(false, host + ": aliases lead too far");
    }

    private Result end(Domain host, List<Domain> aliases, boolean signed) {
        if (!signed) {
            return new Result.None();
        }
        return aliases.isEmpty() ? atFirst(List.of(host)) : atFirst(List.of(aliases.getLast(), host));
    }

    /** The records of the first of these names that has any; all of the names are fine for a certificate up to that one. */
    private Result atFirst(List<Domain> bases) {
        for (Domain base : bases) {
            switch (resolver.tlsa(base, port)) {
                case Answer.Found<Tlsa> found
                when found.authenticated() -> {
                    Set<String> names = new LinkedHashSet<>();
                    names.add(base.ascii());
                    names.add(bases.getLast().ascii());
                    return DaneTlsa.of(found.records(), base.ascii(), names)
                            .map(tlsa -> (Result) new Result.Secure(tlsa))
                            .orElseGet(Result.Unusable::new);
                }
                case Answer.Failed<Tlsa>(var failure, var detail) -> {
                    return unknown(failure, detail);
                }
                case Answer.Found<Tlsa> _, Answer.NoRecords<Tlsa> _, Answer.NoSuchName<Tlsa> _ -> {}
            }
        }
        return new Result.None();
    }

    private static Result unknown(Answer.Failure failure, String detail) {
        return new Result.Unknown(failure == Answer.Failure.BOGUS, detail);
    }

    /** Whether all that is known of the host's addresses is signed. */
    private boolean hasSignedAddresses(Domain host) {
        boolean any = false;
        for (Family family : Family.values()) {
            switch (resolver.addresses(host, family)) {
                case Answer.Found<InetAddress> found -> {
                    if (!found.authenticated()) {
                        return false;
                    }
                    any = true;
                }
                // That there is none says nothing of those that there are.
                case Answer.NoRecords<InetAddress> _,
                        Answer.NoSuchName<InetAddress> _,
                        Answer.Failed<InetAddress> _ -> {}
            }
        }
        return any;
    }
}
