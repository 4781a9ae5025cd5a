package org.postrider.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Takes any certificate of a client into the session, to be judged after the handshake: one that is not believed gives no
 * rights, and its owner may still send what anybody may. That the client has its key the handshake shows.
 */
final class LaterJudgement extends X509ExtendedTrustManager {
    private final List<X509Certificate> asked;

    /**
     * @param asked the authorities that clients are told of, so that they choose the right one of their certificates
     */
    LaterJudgement(List<X509Certificate> asked) {
        this.asked = asked;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return asked.toArray(X509Certificate[]::new);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw neverClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw neverClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw neverClient();
    }

    private static CertificateException neverClient() {
        return new CertificateException("this context is for servers only");
    }
}
