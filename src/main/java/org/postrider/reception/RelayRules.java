package org.postrider.reception;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Ascii;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;
import org.postrider.mail.Network;
import org.postrider.mail.Reply;

/**
 * Who may send what where, by the recipient's domain alone: source routes are gone by the time an address gets here, and
 * a local-part is never read as a route (RFC 5321 §3.6, Appendix F).
 *
 * <p>Thread: confined to a session.
 */
final class RelayRules {
    static final Reply RELAY_DENIED = Reply.of(554, "5.7.1", "Relay access denied");
    static final Reply AUTHENTICATION_REQUIRED = Reply.of(530, "5.7.0", "Authentication required");
    /** RFC 3207 §4. */
    static final Reply STARTTLS_FIRST = Reply.of(530, "5.7.0", "Must issue a STARTTLS command first");

    static final Reply ROUTE_IN_LOCAL_PART = Reply.of(550, "5.7.1", "Routes in the local part are not followed");

    private static final String POSTMASTER = "postmaster";

    private final ReceptionSettings settings;
    private final boolean trusted;

    private boolean secured;
    private boolean authenticated;
    /** Whether it has shown a certificate of an authority that gives these rights. */
    private boolean certified;

    RelayRules(ReceptionSettings settings, InetAddress client) {
        this.settings = settings;
        this.trusted = isIn(settings, client);
    }

    private static boolean isIn(ReceptionSettings settings, InetAddress client) {
        for (Network network : settings.relayNetworks()) {
            if (network.contains(client)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the client may send to anywhere: by its address, by its certificate, or as it has authenticated. */
    boolean trusted() {
        return trusted || authenticated || certified;
    }

    /** TLS has begun: who the client is counts from anew. */
    void secured(boolean isCertified) {
        secured = true;
        authenticated = false;
        certified = isCertified;
    }

    void authenticated(boolean is) {
        authenticated = is;
    }

    @Nullable
    Reply connected() {
        return switch (settings.role()) {
            case MX, SUBMISSION -> null;
            case RELAY -> trusted || certified ? null : RELAY_DENIED;
        };
    }

    @Nullable
    Reply sender() {
        return switch (settings.role()) {
            case MX -> null;
            case SUBMISSION ->
                authenticated || certified || (trusted && settings.trustsNetworks()) ? null : whatIsMissing();
            case RELAY -> connected();
        };
    }

    private Reply whatIsMissing() {
        return settings.tlsFirst() && !secured ? STARTTLS_FIRST : AUTHENTICATION_REQUIRED;
    }

    @Nullable
    Reply recipient(Mailbox mailbox) {
        Reply refused = sender();
        if (refused != null) {
            return refused;
        }
        MailHost host = mailbox.host();
        boolean local = isLocal(host);
        // RFC 5321 §4.5.1: postmaster is there at each local domain, and without a domain, which is read as our host.
        if (Ascii.equalsIgnoreCase(mailbox.localPart(), POSTMASTER) && (local || host.equals(settings.host()))) {
            return null;
        }
        if (local) {
            return !trusted() && isRoute(mailbox.localPart()) ? ROUTE_IN_LOCAL_PART : null;
        }
        return trusted() ? null : RELAY_DENIED;
    }

    private boolean isLocal(MailHost host) {
        return switch (host) {
            case Domain domain -> settings.localDomains().contains(domain);
            // Nobody has a mailbox at an address of ours; to others we relay as to any host.
            case AddressLiteral _ -> false;
        };
    }

    /**
     * The percent and bang hacks: {@code user%elsewhere@ours}, {@code elsewhere!user@ours}. Whoever delivers our mail may
     * still follow them, so a stranger cannot send there.
     */
    private static boolean isRoute(String localPart) {
        return localPart.indexOf('%') >= 0 || localPart.indexOf('!') >= 0;
    }
}
