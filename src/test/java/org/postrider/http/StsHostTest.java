package org.postrider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities;
import org.postrider.tlspolicy.HttpsPolicyFetch;
import org.postrider.tlspolicy.PolicyFetch;
import org.postrider.tlspolicy.StsPolicy;

@Timeout(30)
final class StsHostTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("CA");
    private static final TestCertificate CERTIFICATE = AUTHORITY.issue("mta-sts.example.net");
    private static final StsPolicy POLICY =
            new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("mx.example.net"), Duration.ofDays(7));

    private StsHost host;

    @BeforeEach
    void start() throws IOException {
        host = StsHost.start(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                StsHostTest::engine,
                () -> Map.of(new Domain("example.net"), POLICY));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private static Optional<SSLEngine> engine() {
        SSLEngine engine = CERTIFICATE.serverContext().createSSLEngine();
        engine.setUseClientMode(false);
        return Optional.of(engine);
    }

    private String ask(String request) throws IOException {
        try (Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), host.port());
                SSLSocket socket = (SSLSocket) AUTHORITY
                        .clientContext()
                        .getSocketFactory()
                        .createSocket(plain, "mta-sts.example.net", host.port(), true)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    @Requirement("RFC 8461 §3.3")
    void ourOwnClientReadsWhatItServes() {
        FakeResolver dns = new FakeResolver().address("mta-sts.example.net", "127.0.0.1");
        PolicyFetch.Fetched fetched = new HttpsPolicyFetch(
                        dns,
                        () -> new HttpsPolicyFetch.Reach(host.port(), _ -> true),
                        () -> Authorities.of(List.of(AUTHORITY.certificate())),
                        InstantSource.system(),
                        Duration.ofSeconds(10))
                .fetch(new Domain("example.net"));

        assertThat(fetched).isInstanceOf(PolicyFetch.Fetched.Body.class);
        assertThat(StsPolicy.parse(((PolicyFetch.Fetched.Body) fetched).text().getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(new StsPolicy.Parsed.Valid(POLICY));
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        assertThat(ask("HEAD /.well-known/mta-sts.txt HTTP/1.1\r\nHost: MTA-STS.example.net:443\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: mta-sts.example.net\r\n\r\n",
                "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: example.net\r\n\r\n",
                "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.other.example\r\n\r\n",
                "GET /.well-known/mta-sts.txt HTTP/1.1\r\n\r\n",
                "POST /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.net\r\n\r\n",
                "GET /.well-known/../mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.net\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void servesNothingElse(String request) throws IOException {
        assertThat(ask(request)).startsWith("HTTP/1.1 404 ");
    }
}
