package org.postrider.tls;

import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** The name that a client asks for (RFC 6066 §3). */
final class ServerNames {
    private ServerNames() {}

    /** In lower case; {@code null} where the client names none, or has not been heard yet. */
    static @Nullable String requested(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }
}
