package org.postrider.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.TestCertificate;

final class TlsChannelTest {
    private static final TestCertificate OURS = TestCertificate.selfSigned("mx.example.net");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Pipe toServer = new Pipe();
    private final Pipe toClient = new Pipe();

    /** One direction; a read waits for what is written. */
    private static final class Pipe {
        private final BlockingQueue<byte[]> written = new LinkedBlockingQueue<>();
        private final AtomicInteger writes = new AtomicInteger();
        private byte[] first = new byte[0];

        void write(byte[] octets, int offset, int length) {
            writes.incrementAndGet();
            written.add(Arrays.copyOfRange(octets, offset, offset + length));
        }

        int read(byte[] into, int offset, int length) throws IOException {
            while (first.length == 0) {
                try {
                    first = written.take();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            int count = Math.min(length, first.length);
            System.arraycopy(first, 0, into, offset, count);
            first = Arrays.copyOfRange(first, count, first.length);
            return count;
        }
    }

    private static Transport transport(Pipe from, Pipe to) {
        return new Transport() {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return from.read(into, offset, length);
            }

            @Override
            public void write(byte[] octets, int offset, int length) {
                to.write(octets, offset, length);
            }
        };
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private TlsChannel server(String... versions) {
        SSLEngine engine = OURS.serverContext().createSSLEngine();
        engine.setUseClientMode(false);
        if (versions.length > 0) {
            engine.setEnabledProtocols(versions);
        }
        return new TlsChannel(engine, transport(toServer, toClient));
    }

    private TlsChannel client() {
        SSLEngine engine = OURS.clientContext().createSSLEngine("mx.example.net", 25);
        engine.setUseClientMode(true);
        return new TlsChannel(engine, transport(toClient, toServer));
    }

    private <T> T await(Future<T> future) throws Exception {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void shakeHands(TlsChannel server, TlsChannel client) throws Exception {
        Callable<Boolean> accepting = () -> {
            server.handshake();
            return true;
        };
        Future<Boolean> accepted = threads.submit(accepting);
        client.handshake();
        await(accepted);
    }

    private static byte[] readFully(TlsChannel from, int count) throws IOException {
        byte[] octets = new byte[count];
        for (int at = 0; at < count; ) {
            int read = from.read(octets, at, count - at);
            if (read < 0) {
                return Arrays.copyOf(octets, at);
            }
            at += read;
        }
        return octets;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void carriesOctetsBothWays(String version) throws Exception {
        TlsChannel server = server(version);
        TlsChannel client = client();
        shakeHands(server, client);
        byte[] much = new byte[100_000];
        new Random(1).nextBytes(much);
        Future<byte[]> received = threads.submit(() -> readFully(server, much.length));
        client.write(much, 0, much.length);
        assertThat(await(received)).isEqualTo(much);

        byte[] line = "250 OK\r\n".getBytes(StandardCharsets.US_ASCII);
        server.write(line, 0, line.length);
        assertThat(readFully(client, line.length)).isEqualTo(line);
        assertThat(client.facts().version()).isEqualTo(version);
        assertThat(server.facts().serverName()).isEqualTo("mx.example.net");
        assertThat(client.facts().peerChain()).containsExactly(OURS.certificate());
    }

    /** Of TLS 1.3 the client sends its change_cipher_spec while the rest of the server's flight is still unread. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2, 2, 2", "TLSv1.3, 2, 3"})
    void sendsEachFlightOfAHandshakeInOneWrite(String version, int ofServer, int ofClient) throws Exception {
        shakeHands(server(version), client());
        assertThat(toClient.writes).as("server").hasValue(ofServer);
        assertThat(toServer.writes).as("client").hasValue(ofClient);
    }

    @Test
    void smallReadsGetAllOfALargeRecord() throws Exception {
        TlsChannel server = server();
        TlsChannel client = client();
        shakeHands(server, client);
        byte[] record = new byte[16_000];
        new Random(2).nextBytes(record);
        client.write(record, 0, record.length);
        byte[] got = new byte[record.length];
        for (int at = 0; at < got.length; at++) {
            assertThat(server.read(got, at, 1)).isEqualTo(1);
        }
        assertThat(got).isEqualTo(record);
        assertThat(server.hasBuffered()).isFalse();
    }

    @Test
    void endsWithTheClosureOfThePeer() throws Exception {
        TlsChannel server = server();
        TlsChannel client = client();
        shakeHands(server, client);
        client.finish();
        assertThat(server.read(new byte[10], 0, 10)).isEqualTo(-1);
    }

    @Test
    void plainTextIsNoHandshake() throws Exception {
        TlsChannel server = server();
        byte[] line = "EHLO client.example\r\n".getBytes(StandardCharsets.US_ASCII);
        toServer.write(line, 0, line.length);
        assertThatThrownBy(server::handshake).isInstanceOf(TlsFailure.class).hasMessageContaining("does not speak TLS");
    }

    @Test
    void bothEndsExportTheSameChannelBinding() throws Exception {
        TlsChannel server = server("TLSv1.3");
        TlsChannel client = client();
        shakeHands(server, client);
        assertThat(server.exporter()).isPresent();
        assertThat(server.exporter().get())
                .hasSize(32)
                .isEqualTo(client.exporter().orElseThrow());
    }

    @Test
    void thereIsNoChannelBindingBelowTls13() throws Exception {
        TlsChannel server = server("TLSv1.2");
        shakeHands(server, client());
        assertThat(server.exporter()).isEmpty();
    }
}
