package org.postrider.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one listener. The keys that seal its tickets are its own, and JSSE changes them every hour; a ticket of another
 * listener therefore leads to a full handshake. So does one of a session with another certificate than that for unknown names:
 * JSSE opens tickets before it has heard the name, and takes only those of the certificate that it would show then.
 *
 * <p>Thread: any.
 */
public final class ServerContext implements ServerEngines {
    /** For clients of TLS 1.2 without tickets; a session in it has some KiB. */
    private static final int SESSIONS_MAX = 4_096;

    /** RFC 8446 §4.6.1 allows a week; who comes back later shakes hands in full. */
    private static final Duration SESSION_LIFETIME = Duration.ofHours(2);

    /** Forward secrecy and authenticated encryption only, in our order (RFC 9325 §4.2). */
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final List<String> GROUPS = List.of("x25519", "secp256r1", "secp384r1", "secp521r1");

    private final SSLContext context;
    private final Identities identities;
    private final BiFunction<SSLEngine, List<String>, @Nullable String> protocols;
    private final Settings settings;

    /**
     * How a listener speaks TLS.
     *
     * @param leastVersion what clients must speak
     * @param clientAuthorities whose certificates clients are asked for; empty: none are asked for. Who shows another, or
     *     none, is not turned away: what they are worth is the verdict of {@link Authorities#client}.
     * @param challenges whether it is there for the challenges of ACME (RFC 8737), even before there is a certificate
     */
    public record Settings(Version leastVersion, List<X509Certificate> clientAuthorities, boolean challenges) {
        public static final Settings DEFAULT = new Settings(Version.TLS_1_2, List.of(), false);

        public Settings {
            clientAuthorities = List.copyOf(clientAuthorities);
        }
    }

    /** The versions that are spoken: nothing older (RFC 8996). */
    public enum Version {
        TLS_1_2,
        TLS_1_3;

        private String[] fromHere() {
            return switch (this) {
                case TLS_1_2 -> new String[] {"TLSv1.3", "TLSv1.2"};
                case TLS_1_3 -> new String[] {"TLSv1.3"};
            };
        }
    }

    /** For mail. */
    public ServerContext(Identities identities, Settings settings) {
        this(identities, settings, new AlpnChoice(identities));
    }

    /** For a web server that speaks HTTP/1.1 alone. */
    public static ServerContext forWeb(Identities identities, Settings settings) {
        return new ServerContext(
                identities,
                settings,
                (_, offered) -> offered.contains(AlpnChoice.HTTP_1_1)
                        ? AlpnChoice.HTTP_1_1
                        : offered.isEmpty() ? AlpnChoice.IGNORE : null);
    }

    private ServerContext(
            Identities identities, Settings settings, BiFunction<SSLEngine, List<String>, @Nullable String> protocols) {
        this.identities = identities;
        this.protocols = protocols;
        this.settings = settings;
        try {
            this.context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new IdentityKeys(identities)},
                    new TrustManager[] {new LaterJudgement(settings.clientAuthorities())},
                    null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
        SSLSessionContext sessions = context.getServerSessionContext();
        sessions.setSessionCacheSize(SESSIONS_MAX);
        sessions.setSessionTimeout(Math.toIntExact(SESSION_LIFETIME.toSeconds()));
    }

    @Override
    public Optional<SSLEngine> engine() {
        if (identities.isEmpty() && !(settings.challenges() && identities.awaitsChallenges())) {
            return Optional.empty();
        }
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(settings.leastVersion().fromHere());
        parameters.setCipherSuites(SUITES.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        parameters.setNamedGroups(GROUPS.toArray(String[]::new));
        parameters.setWantClientAuth(!settings.clientAuthorities().isEmpty());
        engine.setSSLParameters(parameters);
        engine.setHandshakeApplicationProtocolSelector(protocols);
        return Optional.of(engine);
    }
}
