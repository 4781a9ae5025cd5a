package org.postrider.smtp.client;

import java.util.Set;

/** What must hold of a connection before anything of a message, or a password, is sent over it. */
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

    /**
     * TLS with a certificate that the DNS vouches for; whom else we trust does not matter (RFC 7672 §2.2).
     *
     * @param check equal for equal records
     * @param name asked for by SNI (RFC 7672 §8.1)
     */
    record Dane(CertificateCheck check, String name) implements TlsRequirement {}

    /** Whether TLS is begun where the server offers it. */
    default boolean wantsTls() {
        return switch (this) {
            case None _ -> false;
            case May _, Encrypt _, Verify _, Dane _ -> true;
        };
    }

    /** Whether the certificate must do. */
    default boolean needsTrust() {
        return switch (this) {
            case None _, May _, Encrypt _ -> false;
            case Verify _, Dane _ -> true;
        };
    }

    /** Whether nothing may go in clear. */
    default boolean needsTls() {
        return switch (this) {
            case None _, May _ -> false;
            case Encrypt _, Verify _, Dane _ -> true;
        };
    }
}
