package org.postrider.mailauth.dmarc;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;

/**
 * Evaluates messages (RFC 9989 §5.3): finds the record of the author domain, and whether what SPF and DKIM have
 * authenticated is aligned with it.
 *
 * <p>Thread: any; a call blocks on the DNS.
 */
public final class Dmarc {
    private final Resolver resolver;
    private final Executor executor;
    private final @Nullable PublicSuffixes suffixes;

    /**
     * @param executor runs walks beside one another; one that runs them on the spot will do
     * @param suffixes to note where the old rule differs; {@code null} for no such notes
     */
    public Dmarc(Resolver resolver, Executor executor, @Nullable PublicSuffixes suffixes) {
        this.resolver = resolver;
        this.executor = executor;
        this.suffixes = suffixes;
    }

    /**
     * Asks for what an evaluation of these will begin with, so that a resolver that remembers knows it by then. Does not wait,
     * and harms nothing where it fails.
     */
    public void ahead(AuthorDomains authors) {
        if (authors instanceof AuthorDomains.One(Domain domain)) {
            try {
                executor.execute(() -> {
                    var _ = new TreeWalk(resolver).at(domain);
                });
            } catch (RejectedExecutionException _) {
                // It is asked for when it is due.
            }
        }
    }

    /**
     * Evaluates whatever From names. Several domains are each evaluated, and the worst counts: the strictest policy of
     * those that fail (§11.5).
     *
     * @param identifiers of SPF at most one, of DKIM one for each signature
     */
    public DmarcOutcome evaluate(AuthorDomains authors, List<? extends AuthenticatedIdentifier> identifiers) {
        return switch (authors) {
            case AuthorDomains.One(Domain domain) -> evaluate(domain, identifiers);
            case AuthorDomains.Absent(String reason) ->
                DmarcOutcome.without(AuthResult.PERMERROR, Optional.empty(), reason);
            case AuthorDomains.Several(List<Domain> domains, boolean complete) -> {
                DmarcOutcome worst = domains.stream()
                        .map(domain -> evaluate(domain, identifiers))
                        .max(Comparator.comparingInt(Dmarc::badness))
                        .orElseThrow();
                boolean failed = worst.result() == AuthResult.FAIL;
                yield complete || failed
                        ? worst.withProblem("the From field names several domains")
                        : DmarcOutcome.without(
                                AuthResult.PERMERROR,
                                worst.author(),
                                "the From field names more than " + AuthorDomains.DOMAINS_MAX + " domains");
            }
        };
    }

    private static int badness(DmarcOutcome outcome) {
        return switch (outcome.result()) {
            case FAIL ->
                switch (outcome.policy()) {
                    case REJECT -> 6;
                    case QUARANTINE -> 5;
                    case NONE -> 4;
                };
            case TEMPERROR -> 3;
            case PERMERROR -> 2;
            case NONE -> 1;
            case PASS, SOFTFAIL, NEUTRAL, POLICY -> 0;
        };
    }

    /** Evaluates one author domain. */
    public DmarcOutcome evaluate(Domain author, List<? extends AuthenticatedIdentifier> identifiers) {
        return new Evaluation(resolver, executor, suffixes, author, identifiers).outcome();
    }
}
