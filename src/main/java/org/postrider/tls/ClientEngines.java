package org.postrider.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Makes the engines for the connections that we open. They shake hands with whatever certificate the server shows: what
 * it is worth is judged afterwards, by {@link Authorities}, since in opportunistic TLS even a worthless one is
 * better than clear text (RFC 7435 §3).
 *
 * <p>A later connection to the same server and port resumes the session of an earlier one; the certificates come with it,
 * and are judged anew.
 *
 * <p>Thread: any.
 */
public final class ClientEngines {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final int SESSIONS_MAX = 5_000;
    private static final Duration SESSION_AGE_MAX = Duration.ofHours(1);

    private final SSLContext context;

    public ClientEngines() {
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[] {new AnyCertificate()}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK offers no TLS", e);
        }
        SSLSessionContext sessions = context.getClientSessionContext();
        sessions.setSessionCacheSize(SESSIONS_MAX);
        sessions.setSessionTimeout(Math.toIntExact(SESSION_AGE_MAX.toSeconds()));
    }

    /**
     * A new engine in client mode, TLS 1.2 or newer (RFC 8996).
     *
     * @param serverName asked for by SNI unless it is an IP address (RFC 6066 §3)
     */
    public SSLEngine engine(String serverName, int port) {
        SSLEngine engine = context.createSSLEngine(serverName, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setServerNames(indication(serverName).stream().toList());
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static Optional<SNIServerName> indication(String serverName) {
        boolean literal =
                serverName.indexOf(':') >= 0 || serverName.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (literal) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SNIHostName(serverName));
        } catch (IllegalArgumentException _) {
            // A name that DNS allows and SNI does not, such as one with an underscore.
            return Optional.empty();
        }
    }

    /** Extended, so that the engine adds no checks of its own. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
