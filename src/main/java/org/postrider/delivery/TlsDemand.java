package org.postrider.delivery;

import org.postrider.smtp.client.TlsRequirement;
import org.postrider.tlspolicy.AppliedPolicy;
import org.postrider.tlspolicy.PolicyType;
import org.postrider.tlspolicy.ResultType;

/** What the policies in force make of one host. */
public sealed interface TlsDemand {
    Basis basis();

    /** It may be called on, and this must hold of the connection. */
    record Requires(TlsRequirement requirement, Basis basis) implements TlsDemand {
        /** What an operator demands, or nobody. */
        static Requires configured(TlsRequirement requirement) {
            return new Requires(requirement, Basis.NONE);
        }
    }

    /**
     * It must not be called on now.
     *
     * @param what one sentence for people, free of CR and LF
     */
    record Refuses(ResultType type, String what, Basis basis) implements TlsDemand {}

    /**
     * Whose word it is.
     *
     * @param policy what the recipient's domain publishes
     * @param enforced whether it must be kept; otherwise its failures are only told
     * @param covered whether the host is one that the policy names
     */
    record Basis(AppliedPolicy policy, boolean enforced, boolean covered) {
        static final Basis NONE = new Basis(AppliedPolicy.NONE, false, true);

        static Basis enforced(AppliedPolicy policy) {
            return new Basis(policy, true, true);
        }

        boolean isPublished() {
            return policy.type() != PolicyType.NONE;
        }

        /** Behind what the connection's TLS is: a space and the policy's name, or nothing. */
        String suffix() {
            return switch (policy.type()) {
                case NONE -> "";
                case TLSA -> " (DANE)";
                case STS -> enforced ? " (MTA-STS)" : " (MTA-STS testing)";
            };
        }
    }
}
