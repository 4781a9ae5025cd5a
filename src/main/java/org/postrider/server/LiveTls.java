package org.postrider.server;

import java.io.IOException;
import java.time.InstantSource;
import org.postrider.delivery.ConfiguredTls;
import org.postrider.delivery.OutgoingTls;
import org.postrider.delivery.TlsTable;
import org.postrider.smtp.client.ClientTls;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;

/**
 * The TLS of outgoing connections, as the configuration in force has it.
 *
 * <p>Thread: any.
 */
final class LiveTls {
    private volatile TlsTable table;
    private volatile Authorities authorities;

    /** Throws IOException where {@code [tls] trust} cannot be read. */
    LiveTls(PackageSettings settings) throws IOException {
        table = settings.tls();
        authorities = settings.authorities();
    }

    OutgoingTls outgoing() {
        ClientTls client = new ClientTls(new ClientEngines(), () -> authorities, InstantSource.system());
        return new OutgoingTls(new ConfiguredTls(() -> table), client);
    }

    /** Goes by these from the next connection on. */
    void take(TlsTable policies, Authorities believed) {
        table = policies;
        authorities = believed;
    }
}
