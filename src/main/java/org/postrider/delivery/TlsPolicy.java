package org.postrider.delivery;

import org.postrider.queue.Site;
import org.postrider.smtp.client.TlsRequirement;

/**
 * What must hold of a connection's security before a message of a site goes over it. The one place where TLS policies
 * (DANE, MTA-STS, REQUIRETLS) come in; asked before each dialling. Pooled connections belong to a site, and sites of
 * different policies have different names.
 *
 * <p>Thread: any; may block.
 */
@FunctionalInterface
public interface TlsPolicy {
    /** Plain text to everybody. */
    TlsPolicy CLEAR = (site, serverName) -> TlsRequirement.NONE;

    /**
     * @param serverName the MX host or the route's host
     */
    TlsRequirement requirement(Site site, String serverName);
}
