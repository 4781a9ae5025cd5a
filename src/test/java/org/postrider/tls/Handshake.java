package org.postrider.tls;

import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.postrider.testing.TestCertificate;

/** A client that believes anybody and notes whom, and its handshakes with a server's engines, in memory. */
final class Handshake {
    private static final int BUFFER_OCTETS = 64 * 1_024;
    private static final int ROUNDS_MAX = 100;

    private final SSLContext context;
    private final List<X509Certificate> seen = new ArrayList<>();

    Handshake() throws Exception {
        this(null);
    }

    /**
     * @param own what the client shows where it is asked
     */
    Handshake(@Nullable TestCertificate own) throws Exception {
        context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : keys(own), new TrustManager[] {new Believer()}, null);
    }

    private static KeyManager[] keys(TestCertificate own) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        return keys.getKeyManagers();
    }

    /** The certificates that servers have shown: one for each full handshake. */
    List<X509Certificate> seen() {
        return seen;
    }

    X509Certificate last() {
        return seen.getLast();
    }

    /** Shakes hands with what the listener gives, and gives the two engines after it, the client's first. */
    List<SSLEngine> with(ServerEngines listener, @Nullable String host, Consumer<SSLParameters> how)
            throws SSLException {
        SSLEngine client = context.createSSLEngine("mx.example.net", 25);
        client.setUseClientMode(true);
        SSLParameters parameters = client.getSSLParameters();
        parameters.setServerNames(host == null ? List.of() : List.of(new SNIHostName(host)));
        how.accept(parameters);
        client.setSSLParameters(parameters);
        SSLEngine server = listener.engine().orElseThrow();
        run(client, server);
        return List.of(client, server);
    }

    List<SSLEngine> with(ServerEngines listener, @Nullable String host) throws SSLException {
        return with(listener, host, _ -> {});
    }

    private static void run(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(BUFFER_OCTETS).flip();
        ByteBuffer toClient = ByteBuffer.allocate(BUFFER_OCTETS).flip();
        client.beginHandshake();
        server.beginHandshake();
        // Some rounds more than the handshake takes, so that the tickets after it arrive, too.
        int quiet = 0;
        for (int round = 0; round < ROUNDS_MAX && quiet < 3; round++) {
            step(client, toServer, toClient);
            step(server, toClient, toServer);
            quiet = isQuiet(client) && isQuiet(server) ? quiet + 1 : 0;
        }
        if (quiet == 0) {
            throw new AssertionError("no end: " + client.getHandshakeStatus() + ", " + server.getHandshakeStatus());
        }
    }

    private static boolean isQuiet(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> {
                out.compact();
                engine.wrap(ByteBuffer.allocate(0), out);
                out.flip();
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
                if (in.hasRemaining()) {
                    engine.unwrap(in, ByteBuffer.allocate(BUFFER_OCTETS));
                }
            }
            case NEED_TASK -> {}
        }
    }

    private final class Believer extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            seen.add(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {
            seen.add(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            seen.add(chain[0]);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
