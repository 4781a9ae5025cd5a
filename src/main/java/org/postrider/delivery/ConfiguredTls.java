package org.postrider.delivery;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postrider.mail.Domain;
import org.postrider.mail.TlsWish;
import org.postrider.queue.Site;
import org.postrider.smtp.client.TlsRequirement;

/**
 * The TLS that the configuration asks for. A route that says nothing of it has TLS where the server offers it; not within
 * this machine, where nobody is in between; and always where it is an {@code smtps:} one.
 *
 * <p>Thread: any.
 */
public final class ConfiguredTls implements TlsPolicy {
    private final Supplier<TlsTable> table;

    /** @param table the one in force */
    public ConfiguredTls(Supplier<TlsTable> table) {
        this.table = table;
    }

    @Override
    public Optional<SiteTerms> terms(Destination destination) {
        return table.get().find(destination.recipient()).map(SiteTerms.class::cast);
    }

    /** What the site's own words or the usual ones demand; of what domains publish nothing is known here. */
    @Override
    public TlsDemand demand(Site site, String serverName, TlsWish wish, List<Domain> recipients) {
        return demand(site, serverName);
    }

    TlsDemand demand(Site site, String serverName) {
        SiteName name = SiteName.of(site);
        TlsTerms terms = name.terms().orElse(null) instanceof TlsTerms own ? own : usual(name, serverName);
        return TlsDemand.Requires.configured(terms.requirement(serverName));
    }

    /** What a route that says nothing of TLS requires of its server. */
    public static TlsRequirement usual(Route.Server route) {
        String serverName = route.serverName();
        return usual(route.text(), serverName).requirement(serverName);
    }

    /** Whether mail by MX is to go in clear as a rule. */
    boolean wantsNone() {
        return table.get().mx().level() == TlsLevel.NONE;
    }

    private TlsTerms usual(SiteName name, String serverName) {
        return name.isByMx() ? table.get().mx() : usual(name.route(), serverName);
    }

    private static TlsTerms usual(String route, String serverName) {
        if (route.startsWith("smtps:")) {
            return TlsTerms.of(TlsLevel.ENCRYPT);
        }
        return TlsTerms.of(isLoopback(serverName) ? TlsLevel.NONE : TlsLevel.MAY);
    }

    /** Whether a route's host is this machine by what it says, not by what the DNS may say of it. */
    public static boolean isLoopback(String serverName) {
        try {
            return serverName.equals(HostAddresses.LOCALHOST.ascii())
                    || InetAddress.ofLiteral(serverName).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
