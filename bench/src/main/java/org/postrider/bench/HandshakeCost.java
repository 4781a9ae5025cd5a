package org.postrider.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.postrider.tls.Identities;
import org.postrider.tls.PemIdentity;
import org.postrider.tls.ServerContext;

/**
 * The server's CPU time of a full handshake in TLS 1.3, and of opening records of 16 KiB, with both ends in one thread and
 * nothing between them. CPU time says the same on a busy machine, nearly. A program: {@code HandshakeCost CERTIFICATE.pem
 * KEY.pem [PROVIDER-CLASS]}; the provider is preferred to those of the JDK.
 */
final class HandshakeCost {
    private static final int ROUNDS = 6;
    private static final int HANDSHAKES = 700;
    private static final int RECORDS = 2_000;
    private static final int BUFFER_OCTETS = 20_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final SSLContext clients;
    private final ServerContext servers;
    private final ByteBuffer toServer = ByteBuffer.allocate(2 * BUFFER_OCTETS);
    private final ByteBuffer toClient = ByteBuffer.allocate(2 * BUFFER_OCTETS);
    private final ByteBuffer plain = ByteBuffer.allocate(BUFFER_OCTETS);

    private HandshakeCost(SSLContext clients, ServerContext servers) {
        this.clients = clients;
        this.servers = servers;
    }

    static void main(String[] arguments) throws IOException, ReflectiveOperationException, GeneralSecurityException {
        if (arguments.length > 2) {
            Provider provider = (Provider)
                    Class.forName(arguments[2]).getDeclaredConstructor().newInstance();
            Security.insertProviderAt(provider, 1);
        }
        Identities identities = new Identities();
        switch (PemIdentity.parse(Files.readString(Path.of(arguments[0])), Files.readString(Path.of(arguments[1])))) {
            case PemIdentity.Parsed.Valid(PemIdentity identity) -> identities.replace(List.of(identity));
            case PemIdentity.Parsed.Invalid invalid -> throw new IllegalArgumentException(invalid.toString());
        }
        SSLContext clients = SSLContext.getInstance("TLS");
        clients.init(null, new TrustManager[] {new AnyTrust()}, null);
        new HandshakeCost(clients, new ServerContext(identities, ServerContext.Settings.DEFAULT)).run();
    }

    private void run() throws SSLException {
        for (int round = 0; round < ROUNDS; round++) {
            long[] nanos = new long[HANDSHAKES];
            for (int i = 0; i < HANDSHAKES; i++) {
                nanos[i] = handshake(client(i), server());
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "handshake: median %d us of the server's CPU, mean %d us; record of 16 KiB: %d us%n",
                    nanos[HANDSHAKES / 2] / 1_000,
                    (long) Arrays.stream(nanos).average().orElseThrow() / 1_000,
                    record() / 1_000);
        }
    }

    /** A name and port of its own for each, so that no session is resumed. */
    private SSLEngine client(int number) {
        SSLEngine engine = clients.createSSLEngine("host" + number + "." + System.nanoTime() + ".test", 25);
        engine.setUseClientMode(true);
        return engine;
    }

    private SSLEngine server() {
        Optional<SSLEngine> engine = servers.engine();
        return engine.orElseThrow();
    }

    private long handshake(SSLEngine client, SSLEngine server) throws SSLException {
        toServer.clear();
        toClient.clear();
        client.beginHandshake();
        server.beginHandshake();
        long nanos = 0;
        while (isShaking(client) || isShaking(server)) {
            step(client, toClient, toServer);
            long begin = THREADS.getCurrentThreadCpuTime();
            step(server, toServer, toClient);
            nanos += THREADS.getCurrentThreadCpuTime() - begin;
        }
        return nanos;
    }

    private static boolean isShaking(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Does all that one side can do with what it has. */
    private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
                    if (!unwrap(engine, in)) {
                        return;
                    }
                }
            }
        }
    }

    private boolean unwrap(SSLEngine engine, ByteBuffer in) throws SSLException {
        in.flip();
        int before = in.remaining();
        if (before > 0) {
            engine.unwrap(in, plain.clear());
        }
        boolean moved = in.remaining() < before;
        in.compact();
        return moved;
    }

    private long record() throws SSLException {
        SSLEngine client = client(0);
        SSLEngine server = server();
        handshake(client, server);
        byte[] octets = new byte[16 * 1_024];
        long nanos = 0;
        for (int i = 0; i < RECORDS; i++) {
            toServer.clear();
            client.wrap(ByteBuffer.wrap(octets), toServer);
            toServer.flip();
            long begin = THREADS.getCurrentThreadCpuTime();
            server.unwrap(toServer, plain.clear());
            nanos += THREADS.getCurrentThreadCpuTime() - begin;
        }
        return nanos / RECORDS;
    }

    /** The client's part is not what is measured. */
    private static final class AnyTrust extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
