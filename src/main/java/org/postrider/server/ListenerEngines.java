package org.postrider.server;

import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.postrider.tls.Identities;
import org.postrider.tls.ServerContext;
import org.postrider.tls.ServerEngines;

/**
 * The TLS of one listener; a reload with other settings gives it another context, and with the same ones keeps its tickets.
 *
 * <p>Thread: any.
 */
final class ListenerEngines implements ServerEngines {
    private final Identities identities;
    private volatile Current current;

    private record Current(ServerContext.Settings settings, ServerContext context) {}

    ListenerEngines(Identities identities, ServerContext.Settings settings) {
        this.identities = identities;
        this.current = new Current(settings, new ServerContext(identities, settings));
    }

    void take(ServerContext.Settings settings) {
        if (!settings.equals(current.settings())) {
            current = new Current(settings, new ServerContext(identities, settings));
        }
    }

    @Override
    public Optional<SSLEngine> engine() {
        return current.context().engine();
    }
}
