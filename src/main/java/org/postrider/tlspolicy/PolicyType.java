package org.postrider.tlspolicy;

import java.util.Optional;

/** Which kind of policy a session was held to (RFC 8460 §4.4, policy-type). */
public enum PolicyType {
    TLSA("tlsa"),
    STS("sts"),
    NONE("no-policy-found");

    private final String word;

    PolicyType(String word) {
        this.word = word;
    }

    /** As reports write it. */
    public String word() {
        return word;
    }

    /** Reads what {@link #word} writes. */
    public static Optional<PolicyType> of(String word) {
        for (PolicyType type : values()) {
            if (type.word.equals(word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
