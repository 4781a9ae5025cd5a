package org.postrider.tls;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Answers the names of protocols that a client offers (ALPN, RFC 7301). SMTP has none, so that names are ignored; but one
 * who offers only HTTP is a browser that somebody has sent to us (ALPACA), and is refused, as RFC 7301 §3.2 has it.
 */
final class AlpnChoice implements BiFunction<SSLEngine, List<String>, @Nullable String> {
    /** RFC 8737 §3: who asks for it looks at the certificate and leaves. */
    static final String ACME = "acme-tls/1";

    static final String HTTP_1_1 = "http/1.1";

    private static final Set<String> HTTP =
            Set.of("http/0.9", "http/1.0", HTTP_1_1, "h2", "h2c", "h3", "spdy/1", "spdy/2", "spdy/3");
    static final String IGNORE = "";

    private final Identities identities;

    AlpnChoice(Identities identities) {
        this.identities = identities;
    }

    /** The name to answer with; empty: none; {@code null}: the handshake ends with no_application_protocol. */
    @Override
    public @Nullable String apply(SSLEngine engine, List<String> offered) {
        if (offered.contains(ACME)) {
            boolean known = identities.challenge(ServerNames.requested(engine)).isPresent();
            return known ? ACME : null;
        }
        return HTTP.containsAll(offered) && !offered.isEmpty() ? null : IGNORE;
    }
}
