package org.postrider.delivery;

import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.TlsWish;
import org.postrider.queue.Site;
import org.postrider.smtp.client.TlsRequirement;

/**
 * What must hold of a connection's security before a message of a site goes over it. The one place where TLS policies
 * (those of the configuration, DANE, MTA-STS) come in; what a message's sender demands comes on top, in {@link MessageTls}.
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
    TlsPolicy CLEAR = (site, serverName, wish, recipients) -> TlsDemand.Requires.configured(new TlsRequirement.None());

    /**
     * A recipient's host and where mail for it goes.
     *
     * @param exchangers those that may be tried
     * @param signed whether DNSSEC vouches for these being its exchangers
     */
    record Destination(MailHost recipient, List<MailHost> exchangers, boolean signed) {
        public Destination {
            exchangers = List.copyOf(exchangers);
        }
    }

    /** The terms that mail to a destination has for itself when it goes by MX; empty where the common ones hold. */
    default Optional<SiteTerms> terms(Destination destination) {
        return Optional.empty();
    }

    /**
     * @param serverName the MX host or the route's host
     * @param wish {@link TlsWish#OPTIONAL} leaves out what recipients' domains publish
     * @param recipients the domains of those whom the connection is for now
     */
    TlsDemand demand(Site site, String serverName, TlsWish wish, List<Domain> recipients);
}
