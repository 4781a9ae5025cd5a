package org.postrider.mailauth.dmarc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dmarc.DmarcOutcome.Aligned;
import org.postrider.mailauth.dmarc.DmarcOutcome.Applied;
import org.postrider.mailauth.dmarc.DmarcOutcome.PolicyTag;
import org.postrider.mailauth.dmarc.TreeWalk.Finding;
import org.postrider.mailauth.dmarc.TreeWalk.Walk;

/** One author domain against the identifiers of one message. Thread: confined, its walks on the executor. */
final class Evaluation {
    /** Identifiers of other names than the author's whose organizations are looked for; what is more does not align. */
    static final int WALKS_MAX = 10;

    private final Resolver resolver;
    private final Executor executor;
    private final @Nullable PublicSuffixes suffixes;
    private final Domain author;
    private final List<? extends AuthenticatedIdentifier> identifiers;
    private final TreeWalk walker;
    private final List<String> problems = new ArrayList<>();

    /** Whether the author domain exists: what {@code np} hangs on (RFC 9989 §3.2.13). */
    private enum Existence {
        EXISTS,
        ABSENT,
        UNKNOWN
    }

    /** Where the record was found. */
    private record Place(Domain domain, DmarcRecord record) {}

    Evaluation(
            Resolver resolver,
            Executor executor,
            @Nullable PublicSuffixes suffixes,
            Domain author,
            List<? extends AuthenticatedIdentifier> identifiers) {
        this.resolver = resolver;
        this.executor = executor;
        this.suffixes = suffixes;
        this.author = author;
        this.identifiers = identifiers;
        this.walker = new TreeWalk(resolver);
    }

    DmarcOutcome outcome() {
        Finding own = walker.at(author);
        if (own instanceof Finding.Failed(String detail)) {
            // Whether the author domain has a record decides everything; nothing else is asked for.
            return end(AuthResult.TEMPERROR, detail);
        }
        if (own instanceof Finding.Absent(int records) && records > 1) {
            problems.add(author + " has " + records + " records");
        }
        CompletableFuture<Walk> authorWalk = run(author);
        Map<Domain, CompletableFuture<Walk>> walks = startWalks(own);
        Walk walk = authorWalk.join();
        Optional<Place> place = own instanceof Finding.Found(DmarcRecord record)
                ? Optional.of(new Place(author, record))
                : inherited(walk);
        if (place.isEmpty()) {
            return walk.failure().isPresent()
                    ? end(AuthResult.TEMPERROR, walk.failure().get())
                    : end(AuthResult.NONE, "no DMARC record");
        }
        problems.addAll(place.get().record().problems());
        Optional<DmarcRecord> record = place.get().record().applied();
        if (record.isEmpty()) {
            // RFC 9989 §4.10.1: without a policy and without a place to report to there is nothing to process.
            return end(
                    AuthResult.PERMERROR, "the DMARC record of " + place.get().domain() + " is void");
        }
        return judge(new Place(place.get().domain(), record.get()), walk, walks);
    }

    private DmarcOutcome end(AuthResult result, String why) {
        problems.add(why);
        return new DmarcOutcome(
                result,
                Optional.of(author),
                Optional.empty(),
                Optional.empty(),
                identifiers.stream()
                        .map(each -> new Aligned(each, false, each.domain().equals(author)))
                        .toList(),
                problems,
                Optional.empty());
    }

    /** The organization's record, or else the public suffix's; never one in between (§4.10.1). */
    private static Optional<Place> inherited(Walk walk) {
        return walk.organization()
                .flatMap(organization -> walk.at(organization)
                        .map(record -> new Place(organization, record))
                        .or(() -> walk.publicSuffix().map(step -> new Place(step.name(), step.record()))));
    }

    /** Of the identifiers that only a walk can tell (§4.10.2), those near the author's name first. */
    private Map<Domain, CompletableFuture<Walk>> startWalks(Finding own) {
        Map<Domain, CompletableFuture<Walk>> walks = new HashMap<>();
        identifiers.stream()
                .filter(each -> each.passed() || each.result() == AuthResult.TEMPERROR)
                .filter(each ->
                        !(own instanceof Finding.Found(DmarcRecord record)) || mode(record, each) == Alignment.RELAXED)
                .map(AuthenticatedIdentifier::domain)
                .filter(domain -> !domain.equals(author))
                .distinct()
                .sorted(Comparator.comparing(domain -> !related(domain)))
                .limit(WALKS_MAX)
                .forEach(domain -> walks.put(domain, run(domain)));
        return walks;
    }

    private boolean related(Domain domain) {
        return domain.ascii().endsWith("." + author.ascii()) || author.ascii().endsWith("." + domain.ascii());
    }

    private CompletableFuture<Walk> run(Domain start) {
        try {
            return CompletableFuture.supplyAsync(() -> walker.from(start), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(walker.from(start));
        }
    }

    private DmarcOutcome judge(Place place, Walk walk, Map<Domain, CompletableFuture<Walk>> walks) {
        List<Aligned> compared = new ArrayList<>();
        boolean open = false;
        for (AuthenticatedIdentifier identifier : identifiers) {
            boolean same = identifier.domain().equals(author);
            boolean near = same;
            if (!same && mode(place.record(), identifier) == Alignment.RELAXED) {
                CompletableFuture<Walk> other = walks.get(identifier.domain());
                Optional<Domain> theirs =
                        other == null ? Optional.empty() : other.join().organization();
                near = theirs.isPresent() && theirs.equals(walk.organization());
                // One of the two walks failed: they may be of one organization, or not.
                open |= other != null
                        && (theirs.isEmpty() || walk.organization().isEmpty());
            }
            open |= near && identifier.result() == AuthResult.TEMPERROR;
            compared.add(new Aligned(identifier, near && identifier.passed(), same));
        }
        boolean passed = compared.stream().anyMatch(Aligned::aligned);
        Existence existence = existence(place);
        boolean unknown = open || existence == Existence.UNKNOWN;
        AuthResult result = passed ? AuthResult.PASS : unknown ? AuthResult.TEMPERROR : AuthResult.FAIL;
        if (result == AuthResult.TEMPERROR) {
            problems.add("the DNS did not tell all that the result hangs on");
        }
        return new DmarcOutcome(
                result,
                Optional.of(author),
                Optional.of(applied(place, existence)),
                walk.organization(),
                compared,
                problems,
                legacy(place.record(), walk, passed));
    }

    private static Alignment mode(DmarcRecord record, AuthenticatedIdentifier identifier) {
        return switch (identifier) {
            case AuthenticatedIdentifier.Spf _ -> record.aspf();
            case AuthenticatedIdentifier.Dkim _ -> record.adkim();
        };
    }

    /** Asked only where the answer makes a difference. */
    private Existence existence(Place place) {
        DmarcRecord record = place.record();
        if (place.domain().equals(author) || record.subdomainPolicy() == record.absentDomainPolicy()) {
            return Existence.EXISTS;
        }
        return switch (resolver.addresses(author, Family.IPV4)) {
            case Answer.Found<?> _, Answer.NoRecords<?> _ -> Existence.EXISTS;
            case Answer.NoSuchName<?> _ -> Existence.ABSENT;
            case Answer.Failed<?> _ -> Existence.UNKNOWN;
        };
    }

    private Applied applied(Place place, Existence existence) {
        DmarcRecord record = place.record();
        PolicyTag tag = PolicyTag.P;
        Policy requested = record.domainPolicy();
        if (!place.domain().equals(author)) {
            boolean absent = existence == Existence.ABSENT;
            requested = absent ? record.absentDomainPolicy() : record.subdomainPolicy();
            tag = absent && record.np().isPresent()
                    ? PolicyTag.NP
                    : record.sp().isPresent() ? PolicyTag.SP : PolicyTag.P;
        }
        return new Applied(place.domain(), record, tag, requested, record.testing() ? requested.lowered() : requested);
    }

    /** RFC 7489 §3.2: what the list has for an organization, and whether the same identifiers would align with it. */
    private Optional<String> legacy(DmarcRecord record, Walk walk, boolean passed) {
        if (suffixes == null) {
            return Optional.empty();
        }
        Domain listed = suffixes.organization(author);
        boolean passedThen = identifiers.stream()
                .filter(AuthenticatedIdentifier::passed)
                .anyMatch(each -> each.domain().equals(author)
                        || (mode(record, each) == Alignment.RELAXED
                                && suffixes.organization(each.domain()).equals(listed)));
        boolean same = passed == passedThen
                && (walk.organization().isEmpty() || walk.organization().get().equals(listed));
        return same ? Optional.empty() : Optional.of(listed + ", " + (passedThen ? "pass" : "fail"));
    }
}
