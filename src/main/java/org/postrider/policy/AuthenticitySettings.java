package org.postrider.policy;

import java.util.Set;
import org.postrider.mail.Domain;

/**
 * What becomes of messages whose authenticity was verified.
 *
 * @param enforce false: judge all, refuse and hold nothing
 * @param spfFail where the reverse-path's domain says for sure that the client may not send for it
 * @param spfError where its record makes no sense
 * @param noAuthor where From is missing, repeated, malformed or names several domains, so that DMARC has nothing to go by
 * @param quarantine what {@code p=quarantine} comes to
 * @param reject what {@code p=reject} comes to
 * @param unknown where the DNS does not tell whether a message of a domain with a policy is authentic
 * @param trustedSealers whose ARC seals are believed: what they found is taken where a message fails here
 * @param trustedLists domains of mailing lists whose mail, authentic as theirs, is taken where it fails for its author
 * @param scores that weights are added up for, those of client and envelope included
 */
public record AuthenticitySettings(
        boolean enforce,
        Response spfFail,
        Response spfError,
        Response noAuthor,
        Quarantine quarantine,
        Rejection reject,
        Response unknown,
        Set<Domain> trustedSealers,
        Set<Domain> trustedLists,
        PolicySettings.Scores scores) {
    /** Notes all, and refuses only what has no author. */
    public static final AuthenticitySettings DEFAULT = new AuthenticitySettings(
            true,
            Response.TAG,
            Response.TAG,
            Response.REJECT,
            new Quarantine(Response.TAG, false),
            Rejection.AGREED,
            Response.TAG,
            Set.of(),
            Set.of(),
            PolicySettings.Scores.OFF);

    public AuthenticitySettings {
        trustedSealers = Set.copyOf(trustedSealers);
        trustedLists = Set.copyOf(trustedLists);
    }

    /**
     * What is done with suspicious mail.
     *
     * @param hold whether it waits in the queue for somebody to release or remove it, beside what {@code response} says
     */
    public record Quarantine(Response response, boolean hold) {}

    /** When {@code p=reject} is followed (RFC 9989 §7.4). */
    public enum Rejection {
        /** Never: it is quarantined. */
        NEVER,
        /** Where something else speaks against the client too: a DNS list, or a list of our own. Else it is quarantined. */
        AGREED,
        /** Always, as RFC 7489 had it; mailing lists suffer. */
        ALWAYS
    }
}
