package org.postrider.smtp.client;

/**
 * With what we authenticate at a server.
 *
 * @param inClear whether they may be sent over a connection without TLS
 */
public record ClientCredentials(String user, String password, boolean inClear) {
    public ClientCredentials {
        if (user.isEmpty() || password.isEmpty()) {
            throw new IllegalArgumentException("credentials without a " + (user.isEmpty() ? "user" : "password"));
        }
    }

    @Override
    public String toString() {
        return user + ":***";
    }
}
