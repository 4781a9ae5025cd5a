package org.postrider.mailauth.spf;

import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;

/**
 * What a check came to.
 *
 * @param domain whose policy was asked for; empty where the identity gives no domain
 * @param result any but {@code POLICY} (RFC 7208 §2.6)
 * @param explanation the domain's own words to a {@code FAIL}, a stranger's: printable ASCII of bounded length (RFC 7208
 *     §6.2)
 * @param mechanism the one that decided, as its record has it, without its qualifier; empty where none matched
 * @param problem why it is an error, for people: printable ASCII of bounded length
 */
public record SpfOutcome(
        Identity identity,
        Optional<Domain> domain,
        AuthResult result,
        Optional<String> explanation,
        Optional<String> mechanism,
        Optional<String> problem) {}
