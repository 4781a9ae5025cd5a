package org.postrider.delivery;

import java.util.Optional;
import org.postrider.mail.MailHost;
import org.postrider.queue.Site;
import org.postrider.smtp.client.TlsRequirement;

/**
 * What must hold of a connection's security before a message of a site goes over it. The one place where TLS policies
 * (DANE, MTA-STS, REQUIRETLS) come in.
 *
 * <p>Asked twice: at routing, where a recipient's own terms become part of its site's name, so that sites of different
 * policies are different sites; and before each dialling and each use of a pooled connection, which must still meet what
 * is required then.
 *
 * <p>Thread: any; may block.
 */
@FunctionalInterface
public interface TlsPolicy {
    /** Plain text to everybody. */
    TlsPolicy CLEAR = (site, serverName) -> new TlsRequirement.None();

    /** The terms that mail to this host has for itself when it goes by MX; empty where the common ones hold. */
    default Optional<TlsTerms> terms(MailHost recipient) {
        return Optional.empty();
    }

    /**
     * @param serverName the MX host or the route's host
     */
    TlsRequirement requirement(Site site, String serverName);
}
