package org.postrider.domain;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.tlspolicy.StsPolicy;

/**
 * What the server is to its domains.
 *
 * @param hostname the name of this server, which MX records lead to
 * @param reports who reads the reports of others
 * @param receiving the domains whose mail ends here
 * @param policies the MTA-STS policies that we serve
 * @param rotationWait how long the record of a key must have been seen before the key takes over from another one
 * @param taken names of keys that stand in the configuration
 */
public record DomainSettings(
        Domain hostname,
        Mailbox reports,
        Set<Domain> receiving,
        Map<Domain, StsPolicy> policies,
        Duration rotationWait,
        Set<Domain> taken) {
    public DomainSettings {
        receiving = Set.copyOf(receiving);
        policies = Map.copyOf(policies);
        taken = Set.copyOf(taken);
    }
}
