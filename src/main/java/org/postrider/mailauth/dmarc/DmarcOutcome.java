package org.postrider.mailauth.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.AuthenticationResults;

/**
 * What DMARC says of a message (RFC 9989 §5.3.5, §9.2).
 *
 * @param result {@code pass}, {@code fail}; {@code none} without a record; {@code temperror} where the DNS did not tell what
 *     the answer hangs on; {@code permerror} where there is no one author domain, or its record is void
 * @param author the domain of From that was evaluated; empty where there is none
 * @param applied the record that holds for it
 * @param organization of the author domain; empty where the walk failed, or nothing was walked
 * @param identifiers all that was put in, each with whether it aligns
 * @param problems what is wrong with records, for people and reports
 * @param legacy what the rule of RFC 7489 with its public suffix list would have said, where it differs: {@code
 *     example.com, fail}
 */
public record DmarcOutcome(
        AuthResult result,
        Optional<Domain> author,
        Optional<Applied> applied,
        Optional<Domain> organization,
        List<Aligned> identifiers,
        List<String> problems,
        Optional<String> legacy) {
    public DmarcOutcome {
        identifiers = List.copyOf(identifiers);
        problems = List.copyOf(problems);
    }

    /** Which tag of the record the policy comes from. */
    public enum PolicyTag {
        P,
        SP,
        NP
    }

    /** How the record was found; the word of aggregate reports (RFC 9990 §3.1.1.5). */
    public enum Discovery {
        TREEWALK("treewalk"),
        PSL("psl");

        private final String text;

        Discovery(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * A record as it holds for one author domain.
     *
     * @param domain where it was found: the author domain, its organization or a public suffix above
     * @param tag whose policy holds; {@code P} also where a missing {@code sp} or {@code np} falls back to it
     * @param requested that policy
     * @param evaluated one level lower in test mode: {@code policy.dmarc} (RFC 9989 §9.1)
     */
    public record Applied(Domain domain, DmarcRecord record, PolicyTag tag, Policy requested, Policy evaluated) {}

    /**
     * An identifier as compared with the author domain.
     *
     * @param aligned whether it passed, and is near enough for the record
     * @param strict whether it is the very same name
     */
    public record Aligned(AuthenticatedIdentifier identifier, boolean aligned, boolean strict) {}

    static DmarcOutcome without(AuthResult result, Optional<Domain> author, String problem) {
        return new DmarcOutcome(
                result, author, Optional.empty(), Optional.empty(), List.of(), List.of(problem), Optional.empty());
    }

    public boolean spfAligned() {
        return identifiers.stream()
                .anyMatch(each -> each.aligned() && each.identifier() instanceof AuthenticatedIdentifier.Spf);
    }

    public boolean dkimAligned() {
        return identifiers.stream()
                .anyMatch(each -> each.aligned() && each.identifier() instanceof AuthenticatedIdentifier.Dkim);
    }

    /** {@code policy.dmarc}: what is asked for where the message fails; none without a record. */
    public Policy policy() {
        return applied.map(Applied::evaluated).orElse(Policy.NONE);
    }

    /** For Authentication-Results (RFC 9989 §9.1, §9.2). */
    public AuthenticationResults.Entry entry() {
        boolean told = result == AuthResult.PASS || result == AuthResult.FAIL || problems.isEmpty();
        return AuthenticationResults.Entry.of("dmarc", result)
                .because(told ? "" : problems.getLast())
                .with("policy", "dmarc", applied.isPresent() ? policy().text() : "")
                .with("header", "from", author.map(Domain::ascii).orElse(""));
    }

    public Discovery discovery() {
        return Discovery.TREEWALK;
    }

    DmarcOutcome withProblem(String problem) {
        List<String> more = new ArrayList<>(problems);
        more.add(problem);
        return new DmarcOutcome(result, author, applied, organization, identifiers, more, legacy);
    }
}
