package org.postrider.account;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.sasl.Mechanism;

/**
 * What the accounts go by.
 *
 * @param users those of the configuration
 * @param mechanisms that may be offered
 * @param cost of the hashes that are made, and of the work that an unknown user costs
 * @param cacheFor how long a password that was right is known without hashing; zero: not at all
 * @param quotas of whom the configuration says nothing else
 * @param fromHeader what becomes of a From field that its user may not use
 */
public record AccountSettings(
        List<User> users,
        Set<Mechanism> mechanisms,
        Argon2Hash.Cost cost,
        Duration cacheFor,
        Guard.Limits guard,
        Optional<LdapSettings> ldap,
        Optional<TokenSettings> tokens,
        QuotaSettings quotas,
        FromHeader fromHeader) {
    /** No users, all mechanisms but those with SHA-1, no backends beside the state database. */
    public static final AccountSettings DEFAULT = new AccountSettings(
            List.of(),
            Set.of(
                    Mechanism.EXTERNAL,
                    Mechanism.SCRAM_SHA_512_PLUS,
                    Mechanism.SCRAM_SHA_256_PLUS,
                    Mechanism.SCRAM_SHA_512,
                    Mechanism.SCRAM_SHA_256,
                    Mechanism.PLAIN,
                    Mechanism.LOGIN),
            Argon2Hash.Cost.DEFAULT,
            Duration.ofMinutes(1),
            Guard.Limits.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            QuotaSettings.OFF,
            FromHeader.ALLOW);

    public AccountSettings {
        users = List.copyOf(users);
        mechanisms = Set.copyOf(mechanisms);
    }
}
