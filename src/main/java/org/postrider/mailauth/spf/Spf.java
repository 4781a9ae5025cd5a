package org.postrider.mailauth.spf;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.postrider.dns.Resolver;

/**
 * Checks clients against the policies of domains: {@code check_host()} of RFC 7208 §4.
 *
 * <p>Thread: any; a check blocks within the resolver's time-outs.
 */
public final class Spf {
    /** Terms of one check that ask the DNS; more is a permerror (RFC 7208 §4.6.4). */
    public static final int TERMS_MAX = 10;

    /** Terms of one check for which the DNS has nothing; more is a permerror (RFC 7208 §4.6.4). */
    public static final int VOIDS_MAX = 2;

    /** Mail exchangers of one term, more of which is a permerror, and names of the client, the rest of which is ignored. */
    public static final int NAMES_MAX = 10;

    /** After which nothing more is asked, and the result is a temperror (RFC 7208 §4.6.4). */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What is left of a domain's explanation. */
    public static final int EXPLANATION_OCTETS_MAX = 450;

    private final Resolver resolver;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final String receiver;

    /**
     * @param clock for the {@code t} macro, which tells the time
     * @param nanoTime a clock that never jumps, as {@code System::nanoTime}: for {@link #PATIENCE}
     * @param receiver our name, which explanations may tell (RFC 7208 §7.3, the {@code r} macro)
     */
    public Spf(Resolver resolver, InstantSource clock, LongSupplier nanoTime, String receiver) {
        this.resolver = resolver;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.receiver = receiver;
    }

    /**
     * What a check came to, and how much it asked.
     *
     * @param terms that asked the DNS: beyond {@value #TERMS_MAX} the check ended
     * @param voids terms for which the DNS had nothing: beyond {@value #VOIDS_MAX} the check ended
     */
    public record Counted(SpfOutcome outcome, int terms, int voids) {}

    /** Whether a TXT record is a domain's policy, sound or not (RFC 7208 §4.5). */
    public static boolean isPolicy(String text) {
        return SpfRecord.isMeant(text);
    }

    /** Checks one identity, and counts what that took. A client that nothing matches makes it count all. */
    public Counted count(SpfQuestion question) {
        Evaluation evaluation =
                new Evaluation(new PatientResolver(resolver, nanoTime, PATIENCE), clock, receiver, question);
        SpfOutcome outcome = evaluation.run();
        return new Counted(outcome, evaluation.terms(), evaluation.voids());
    }

    /** Checks one identity. Never throws for what a client or a domain said. */
    public SpfOutcome check(SpfQuestion question) {
        return count(question).outcome();
    }
}
