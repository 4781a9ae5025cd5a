package org.postrider.delivery;

import java.util.List;
import java.util.Optional;
import org.postrider.mail.MailHost;

/**
 * The configured TLS policies of mail that goes by MX.
 *
 * @param mx what holds for domains without a policy of their own
 * @param policies {@code [[tls-policy]]}, the first that matches decides
 */
public record TlsTable(TlsTerms mx, List<Policy> policies) {
    public TlsTable {
        policies = List.copyOf(policies);
    }

    /** One {@code [[tls-policy]]}. */
    public record Policy(RouteTable.Pattern pattern, TlsTerms terms) {}

    Optional<TlsTerms> find(MailHost recipient) {
        return policies.stream()
                .filter(policy -> policy.pattern.matches(recipient))
                .map(Policy::terms)
                .findFirst();
    }
}
