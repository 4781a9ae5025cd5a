package org.postrider.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Identities;
import org.postrider.tls.PemIdentity;

final class CertificateKeeperTest {
    private static final TestCertificate FIRST = TestCertificate.selfSigned("mx.example.net");
    private static final TestCertificate SECOND = TestCertificate.selfSigned("mx.example.net");

    @TempDir
    private Path directory;

    private CertificateKeeper keeper;
    private Path certificate;
    private Path key;

    @BeforeEach
    void prepare() throws IOException {
        keeper = new CertificateKeeper(
                Instant::now, new SplittableRandom(1), directory.resolve("acme"), new Identities());
        certificate = directory.resolve("cert.pem");
        key = directory.resolve("key.pem");
        write(FIRST.chainPem(), FIRST.keyPem());
    }

    @AfterEach
    void close() {
        keeper.close();
    }

    private void write(String chainPem, String keyPem) throws IOException {
        Files.writeString(certificate, chainPem);
        Files.writeString(key, keyPem);
    }

    private record FileText(Path file) implements PemPair.Text {
        @Override
        public String read() throws IOException {
            return Files.readString(file);
        }

        @Override
        public String origin() {
            return file.toString();
        }
    }

    private CertificateKeeper.Settings files() {
        return new CertificateKeeper.Settings(
                List.of(new PemPair(new FileText(certificate), new FileText(key))), Optional.empty(), List.of());
    }

    private X509Certificate shown() {
        return keeper.identities().all().getFirst().certificate();
    }

    @Test
    void showsWhatIsInTheFilesWhenTheyChange() throws IOException {
        keeper.take(files());
        assertThat(shown()).isEqualTo(FIRST.certificate());
        write(SECOND.chainPem(), SECOND.keyPem());
        keeper.look();
        assertThat(shown()).isEqualTo(SECOND.certificate());
        assertThat(keeper.kept()).singleElement().satisfies(kept -> {
            assertThat(kept.source()).isEqualTo(certificate.toString());
            assertThat(kept.until())
                    .isEqualTo(SECOND.certificate().getNotAfter().toInstant());
        });
    }

    @Test
    void keepsTheLastGoodPairWhileTheFilesAreHalfWritten() throws IOException {
        keeper.take(files());
        Files.writeString(certificate, SECOND.chainPem());
        keeper.look();
        assertThat(shown()).isEqualTo(FIRST.certificate());
        Files.writeString(key, SECOND.keyPem().substring(0, 60));
        keeper.look();
        assertThat(shown()).isEqualTo(FIRST.certificate());
        Files.delete(key);
        keeper.look();
        assertThat(shown()).isEqualTo(FIRST.certificate());
        Files.writeString(key, SECOND.keyPem());
        keeper.look();
        assertThat(shown()).isEqualTo(SECOND.certificate());
    }

    @Test
    void aReloadWithTheSameFilesKeepsTheLastGoodPairToo() throws IOException {
        keeper.take(files());
        Files.writeString(certificate, SECOND.chainPem());
        keeper.take(files());
        assertThat(shown()).isEqualTo(FIRST.certificate());
    }

    @Test
    void tellsHowLongTheyLast() throws IOException {
        assertThat(keeper.daysLeft()).isNaN();
        keeper.take(files());
        assertThat(keeper.daysLeft()).isCloseTo(30, within(0.1));
    }

    @Test
    void aSelfSignedCertificateIsMadeOnceAndKept() throws IOException {
        Path file = directory.resolve("dev/self-signed.pem");
        List<String> names = List.of("localhost", "127.0.0.1");
        PemIdentity made = SelfSigned.keptIn(file, names, Instant.now());
        assertThat(made.names().cover("localhost")).isTrue();
        assertThat(made.names().cover("127.0.0.1")).isTrue();
        assertThat(SelfSigned.keptIn(file, names, Instant.now()).certificate()).isEqualTo(made.certificate());
        Instant late = Instant.now().plusSeconds(350L * 24 * 3600);
        assertThat(SelfSigned.keptIn(file, names, late).certificate()).isNotEqualTo(made.certificate());
        assertThat(SelfSigned.keptIn(file, List.of("mx.example.net"), Instant.now())
                        .certificate())
                .isNotEqualTo(made.certificate());
    }

    private CertificateKeeper.Settings acme(InetSocketAddress http) {
        AcmeSettings acme = new AcmeSettings(
                URI.create("https://127.0.0.1:1/directory"),
                Optional.empty(),
                List.of("mx.example.net"),
                http,
                KeyType.EC,
                Optional.empty(),
                List.of());
        return new CertificateKeeper.Settings(List.of(), Optional.of(acme), List.of());
    }

    @Test
    @Requirement("RFC 8555 §8.3")
    void answersChallengesOverHttpAndNothingElse() throws IOException {
        try (HttpChallenges http = new HttpChallenges()) {
            http.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            http.answer("token_1-x", "token_1-x.thumbprint");
            assertThat(ask(http.port(), "GET /.well-known/acme-challenge/token_1-x HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\ntoken_1-x.thumbprint");
            assertThat(ask(http.port(), "GET /.well-known/acme-challenge/token_2 HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 404 ");
            assertThat(ask(http.port(), "GET /../etc/passwd HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404 ");
            assertThat(ask(http.port(), "x".repeat(9_000))).startsWith("HTTP/1.1 404 ");
            http.forget("token_1-x");
            assertThat(ask(http.port(), "GET /.well-known/acme-challenge/token_1-x HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 404 ");
        }
    }

    private static String ask(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[1_000];
            int length = 0;
            for (int count; (count = socket.getInputStream().read(answer, length, answer.length - length)) > 0; ) {
                length += count;
            }
            return new String(answer, 0, length, StandardCharsets.US_ASCII);
        } catch (java.net.SocketException e) {
            // What was not read of a request that is too long resets the connection; the answer may be lost with it.
            return "HTTP/1.1 404 ";
        }
    }

    @Test
    void tellsThatTheAddressForChallengesIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
            assertThatThrownBy(() -> keeper.take(acme(address)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("http-address");
        }
    }
}
