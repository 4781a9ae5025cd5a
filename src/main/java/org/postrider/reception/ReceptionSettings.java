package org.postrider.reception;

import java.util.List;
import java.util.Set;
import org.postrider.mail.Domain;
import org.postrider.mail.Network;
import org.postrider.policy.Response;
import org.postrider.spool.Durability;
import org.postrider.tls.Authorities;

/**
 * One listener's rules.
 *
 * @param host our own name, in Received fields and made-up Message-IDs
 * @param localDomains mail for them is taken on mx listeners
 * @param relayNetworks clients in them may send to anywhere
 * @param trustsNetworks whether they may do so without AUTH on a submission listener, too
 * @param durability what a 250 waits for
 * @param earlyTalk what becomes of clients that talk before their turn
 * @param tlsFirst whether a client comes to its rights under TLS only, which it must ask for by STARTTLS
 * @param clientAuthorities whose clients may send to anywhere: those that show a certificate of theirs
 * @param nullSenderRecipientsMax a bounce goes to one recipient; a stranger's message from {@code <>} to many is none
 */
public record ReceptionSettings(
        Domain host,
        ListenerRole role,
        Set<Domain> localDomains,
        List<Network> relayNetworks,
        boolean trustsNetworks,
        Durability durability,
        Response earlyTalk,
        int nullSenderRecipientsMax,
        ContentLimits content,
        boolean tlsFirst,
        Authorities clientAuthorities) {
    /** Takes nothing from anybody: names no domain and no network. */
    public static final ReceptionSettings DEFAULT = new ReceptionSettings(
            new Domain("localhost"),
            ListenerRole.MX,
            Set.of(),
            List.of(),
            false,
            Durability.FSYNC,
            10,
            ContentLimits.DEFAULT);

    /** One that minds no early talk and believes no client's certificate. */
    public ReceptionSettings(
            Domain host,
            ListenerRole role,
            Set<Domain> localDomains,
            List<Network> relayNetworks,
            boolean trustsNetworks,
            Durability durability,
            int nullSenderRecipientsMax,
            ContentLimits content) {
        this(
                host,
                role,
                localDomains,
                relayNetworks,
                trustsNetworks,
                durability,
                Response.OFF,
                nullSenderRecipientsMax,
                content,
                false,
                Authorities.NONE);
    }

    /** The same, and who shows a certificate of these may send to anywhere. */
    public ReceptionSettings believing(Authorities authorities) {
        return new ReceptionSettings(
                host,
                role,
                localDomains,
                relayNetworks,
                trustsNetworks,
                durability,
                earlyTalk,
                nullSenderRecipientsMax,
                content,
                tlsFirst,
                authorities);
    }

    public ReceptionSettings {
        localDomains = Set.copyOf(localDomains);
        relayNetworks = List.copyOf(relayNetworks);
        if (nullSenderRecipientsMax <= 0) {
            throw new IllegalArgumentException("null sender's recipients " + nullSenderRecipientsMax);
        }
    }
}
