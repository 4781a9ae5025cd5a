package org.postrider.delivery;

import java.time.InstantSource;
import java.util.List;
import org.postrider.smtp.client.ClientTls;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;
import org.postrider.tlspolicy.TlsLedger;

/**
 * TLS on the way out: what is required, and what meets it.
 *
 * <p>Thread: any.
 */
public record OutgoingTls(TlsPolicy policy, ClientTls client, TlsLedger ledger) {
    /** Without anybody who counts how it goes. */
    public OutgoingTls(TlsPolicy policy, ClientTls client) {
        this(policy, client, TlsLedger.NONE);
    }

    /** Clear text to everybody. */
    public static OutgoingTls none() {
        Authorities nobody = Authorities.of(List.of());
        return new OutgoingTls(
                TlsPolicy.CLEAR, new ClientTls(new ClientEngines(), () -> nobody, InstantSource.system()));
    }
}
