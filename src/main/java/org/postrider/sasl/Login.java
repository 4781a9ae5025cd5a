package org.postrider.sasl;

/**
 * Who has authenticated.
 *
 * @param user the name of the account, in the spelling in which the accounts have it
 * @param mechanism such as {@code SCRAM-SHA-256}
 */
public record Login(String user, String mechanism) {
    public Login {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a login of nobody");
        }
    }
}
