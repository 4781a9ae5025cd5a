package org.postrider.account;

import java.util.Map;

/** What an account can prove itself with, by password. */
public sealed interface UserSecret {
    /**
     * Hashed, with the verifiers of SCRAM that were made when the password was known.
     *
     * @param scram by hash, such as {@code SHA-256}; without one for a hash, SCRAM with it fails for this account
     */
    record Hashed(Argon2Hash password, Map<String, ScramSecret> scram) implements UserSecret {
        public Hashed {
            scram = Map.copyOf(scram);
        }
    }

    /** As it is, in the configuration. */
    record Plain(String password) implements UserSecret {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** None: the account authenticates by token or certificate. */
    record None() implements UserSecret {}
}
