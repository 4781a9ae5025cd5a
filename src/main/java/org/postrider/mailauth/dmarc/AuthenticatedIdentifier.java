package org.postrider.mailauth.dmarc;

import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;

/**
 * A domain that SPF or DKIM looked at, and what that came to; it authenticates the domain only with {@link AuthResult#PASS}
 * (RFC 9989 §3.2.1, §4.4).
 */
public sealed interface AuthenticatedIdentifier {
    Domain domain();

    AuthResult result();

    /**
     * By SPF: never of HELO, but of the domain of MAIL FROM, which for a null reverse-path is the HELO name after {@code
     * postmaster@} (RFC 9989 §3.2.4).
     */
    record Spf(Domain domain, AuthResult result) implements AuthenticatedIdentifier {}

    /**
     * By a DKIM signature.
     *
     * @param domain {@code d=}
     * @param selector {@code s=}
     */
    record Dkim(Domain domain, String selector, AuthResult result) implements AuthenticatedIdentifier {}

    default boolean passed() {
        return result() == AuthResult.PASS;
    }
}
