package org.postrider.mailauth.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mailauth.AuthResult;

/**
 * What is done with a message for DMARC's sake, and why that is not what its author's domain asks.
 *
 * @param overrides for aggregate reports; never empty where a failing message is treated otherwise than the record says
 */
public record Disposition(Action action, List<DispositionOverride> overrides) {
    /** The words of aggregate reports (RFC 9990 §3.1.1.9). */
    public enum Action {
        /** Nothing: no policy, or none that holds. */
        NONE,
        /** It passed, under a policy that would have been applied. */
        PASS,
        QUARANTINE,
        REJECT;

        private final String text = name().toLowerCase(Locale.ROOT);

        public String text() {
            return text;
        }
    }

    public Disposition {
        overrides = List.copyOf(overrides);
    }

    /**
     * What RFC 9989 §7.4 makes of an outcome: a message must not be refused for {@code p=reject} alone, and without
     * further knowledge is quarantined instead.
     *
     * @param override what lets a failing message go on as if it had not failed; {@code null} where there is nothing
     * @param rejectAgreed whether something else (a rule of this host, the client's standing, the content) speaks for
     *     refusing it too
     */
    public static Disposition of(DmarcOutcome outcome, @Nullable DispositionOverride override, boolean rejectAgreed) {
        Optional<DmarcOutcome.Applied> applied = outcome.applied();
        if (outcome.result() == AuthResult.PASS) {
            return new Disposition(outcome.policy() == Policy.NONE ? Action.NONE : Action.PASS, List.of());
        }
        if (outcome.result() != AuthResult.FAIL || applied.isEmpty()) {
            return new Disposition(Action.NONE, undecided(outcome));
        }
        List<DispositionOverride> overrides = new ArrayList<>();
        if (applied.get().evaluated() != applied.get().requested()) {
            overrides.add(new DispositionOverride(DispositionOverride.Type.POLICY_TEST_MODE, "t=y"));
        }
        Policy policy = outcome.policy();
        if (policy == Policy.NONE) {
            return new Disposition(Action.NONE, overrides);
        }
        if (override != null) {
            overrides.add(override);
            return new Disposition(Action.NONE, overrides);
        }
        if (policy == Policy.REJECT && !rejectAgreed) {
            overrides.add(DispositionOverride.localRule("nothing but p=reject speaks for refusing it"));
            return new Disposition(Action.QUARANTINE, overrides);
        }
        return new Disposition(policy == Policy.REJECT ? Action.REJECT : Action.QUARANTINE, overrides);
    }

    /** A policy that could not be applied for want of an answer is told in reports, too. */
    private static List<DispositionOverride> undecided(DmarcOutcome outcome) {
        return outcome.result() == AuthResult.TEMPERROR && outcome.policy() != Policy.NONE
                ? List.of(new DispositionOverride(DispositionOverride.Type.OTHER, "the DNS failed"))
                : List.of();
    }
}
