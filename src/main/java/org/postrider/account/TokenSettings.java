package org.postrider.account;

import java.net.URI;
import java.time.Duration;

/**
 * Whose bearer tokens are taken.
 *
 * @param userClaim which of what the token says names the user
 * @param timeout for the endpoint to answer
 */
public record TokenSettings(Source source, String userClaim, Duration timeout) {
    /** How a token is judged. */
    public sealed interface Source {
        /**
         * By itself: it is a signed JWT.
         *
         * @param keys where the issuer's keys are (RFC 7517)
         * @param issuer that it must name
         * @param audience that it must be for
         */
        record SignedBy(URI keys, String issuer, String audience) implements Source {}

        /**
         * By its issuer, who is asked (RFC 7662).
         *
         * @param client with which we authenticate there, and {@code secret}
         */
        record AskedAt(URI endpoint, String client, String secret) implements Source {
            @Override
            public String toString() {
                return "AskedAt[" + endpoint + ", " + client + ", ***]";
            }
        }
    }
}
