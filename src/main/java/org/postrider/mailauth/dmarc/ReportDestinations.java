package org.postrider.mailauth.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;

/**
 * Whether those to whom a record wants its reports sent want them: who is of another organization must say so in the DNS
 * (RFC 9990 §4, which RFC 9991 §5 refers to).
 *
 * <p>Thread: any; a call blocks on the DNS.
 */
public final class ReportDestinations {
    /** URIs of one record that are looked at: the receiver's own limit (RFC 9990 §3.5). */
    public static final int URIS_MAX = 5;

    private final Resolver resolver;

    /** What the reports are. */
    public enum Kind {
        AGGREGATE,
        FAILURE
    }

    /** What became of one URI. */
    public sealed interface Destination {
        ReportUri uri();

        /**
         * Reports go to {@code uri}, which its host may have put in the place of the record's.
         */
        record Verified(ReportUri uri) implements Destination {}

        /** No report goes there. */
        record Refused(ReportUri uri, String reason) implements Destination {}

        /** The DNS did not tell; it may be asked again later. */
        record Unknown(ReportUri uri, String detail) implements Destination {}
    }

    public ReportDestinations(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Looks at what a record of {@code policyDomain} lists, in its order; of schemes that we cannot send to, at none. */
    public List<Destination> of(Domain policyDomain, DmarcRecord record, Kind kind) {
        TreeWalk walker = new TreeWalk(resolver);
        List<Destination> destinations = new ArrayList<>();
        List<ReportUri> uris = kind == Kind.AGGREGATE ? record.rua() : record.ruf();
        for (ReportUri uri : uris.stream().limit(URIS_MAX).toList()) {
            uri.host().ifPresent(host -> destinations.addAll(check(walker, policyDomain, uri, host, kind)));
        }
        return destinations;
    }

    private List<Destination> check(TreeWalk walker, Domain policyDomain, ReportUri uri, Domain host, Kind kind) {
        if (host.equals(policyDomain)) {
            return List.of(new Destination.Verified(uri));
        }
        Optional<Domain> ours = walker.from(policyDomain).organization();
        Optional<Domain> theirs = walker.from(host).organization();
        if (ours.isEmpty() || theirs.isEmpty()) {
            return List.of(new Destination.Unknown(uri, "the organization of " + host + " is not known"));
        }
        return ours.equals(theirs)
                ? List.of(new Destination.Verified(uri))
                : askExternal(policyDomain, uri, host, kind);
    }

    private List<Destination> askExternal(Domain policyDomain, ReportUri uri, Domain host, Kind kind) {
        Optional<Domain> place = Domain.parse(policyDomain + "._report._dmarc." + host);
        if (place.isEmpty()) {
            return List.of(new Destination.Refused(uri, "the name that would allow it is too long"));
        }
        return switch (resolver.txt(place.get())) {
            case Answer.Found<String> texts -> {
                List<DmarcRecord> records = texts.records().stream()
                        .flatMap(text -> DmarcRecord.parse(text).stream())
                        .toList();
                yield records.isEmpty()
                        ? List.of(new Destination.Refused(uri, host + " does not allow it"))
                        : allowed(records, uri, host, kind);
            }
            case Answer.NoRecords<String> _, Answer.NoSuchName<String> _ ->
                List.of(new Destination.Refused(uri, host + " does not allow it"));
            case Answer.Failed<String>(var _, String detail) -> List.of(new Destination.Unknown(uri, detail));
        };
    }

    /** Steps 8 and 9: any record allows it, and one with URIs of the same host has them put in. */
    private static List<Destination> allowed(List<DmarcRecord> records, ReportUri uri, Domain host, Kind kind) {
        List<ReportUri> others = records.stream()
                .flatMap(record -> (kind == Kind.AGGREGATE ? record.rua() : record.ruf()).stream())
                .distinct()
                .limit(URIS_MAX)
                .toList();
        if (others.isEmpty()) {
            return List.of(new Destination.Verified(uri));
        }
        boolean sameHost = others.stream().allMatch(other -> other.host().equals(Optional.of(host)));
        return sameHost
                ? others.stream().<Destination>map(Destination.Verified::new).toList()
                : List.of(new Destination.Refused(uri, host + " names a destination at another host"));
    }
}
