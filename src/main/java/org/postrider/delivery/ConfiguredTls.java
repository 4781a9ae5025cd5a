package org.postrider.delivery;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.postrider.mail.MailHost;
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
    public Optional<TlsTerms> terms(MailHost recipient) {
        return table.get().find(recipient);
    }

    @Override
    public TlsRequirement requirement(Site site, String serverName) {
        SiteName name = SiteName.of(site);
        return name.tls().orElseGet(() -> usual(name, serverName)).requirement(serverName);
    }

    private TlsTerms usual(SiteName name, String serverName) {
        if (name.isByMx()) {
            return table.get().mx();
        }
        if (name.route().startsWith("smtps:")) {
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
