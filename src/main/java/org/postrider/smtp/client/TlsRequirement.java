package org.postrider.smtp.client;

import java.util.Set;

/**
 * What must hold of a connection before anything of a message, or a password, is sent over it. A policy that comes from
 * the DNS or the web (DANE's records, MTA-STS' names) will be a further one.
 */
public sealed interface TlsRequirement {

    /** In clear, even where the server offers TLS. */
    record None() implements TlsRequirement {}

    /** TLS where the server offers it and it comes about, whatever its certificate; else in clear. */
    record May() implements TlsRequirement {}

    /** TLS, whatever the certificate: safe from those who listen, not from those who interfere. */
    record Encrypt() implements TlsRequirement {}

    /**
     * TLS with a certificate that we trust.
     *
     * @param names of which the certificate must have one
     */
    record Verify(Set<String> names) implements TlsRequirement {
        public Verify {
            names = Set.copyOf(names);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("no name to verify");
            }
        }
    }

    /** Whether TLS is begun where the server offers it. */
    default boolean wantsTls() {
        return switch (this) {
            case None _ -> false;
            case May _, Encrypt _, Verify _ -> true;
        };
    }

    /** Whether nothing may go in clear. */
    default boolean needsTls() {
        return switch (this) {
            case None _, May _ -> false;
            case Encrypt _, Verify _ -> true;
        };
    }
}
