package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.certificate.AcmeSettings;
import org.postrider.certificate.CertificateKeeper;
import org.postrider.certificate.KeyType;
import org.postrider.endtoend.PostriderUnderTest;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.FakeDnsServer;
import org.postrider.testing.Requirement;
import org.postrider.tls.Identities;

/** Certificates from Debian's pebble. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(180)
@Requirement("RFC 8555 §7.4")
final class AcmeTest {
    private static final List<String> NAMES = List.of("mx.example.net", "mail.example.net");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private final FakeDnsServer dns = FakeDnsServer.start();
    private volatile Instant now = Instant.now();

    @BeforeEach
    void name() {
        NAMES.forEach(name -> dns.add(name, 300, "A", "127.0.0.1"));
    }

    @AfterEach
    void close() {
        dns.close();
    }

    private Pebble pebble(boolean wantsBinding) throws IOException, InterruptedException {
        return new Pebble(directory.resolve("pebble"), dns, wantsBinding);
    }

    private static void await(BooleanSupplier reached, Pebble pebble) throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time; pebble says:\n" + pebble.log());
            }
            assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private static AcmeSettings settings(Pebble pebble, KeyType type, AcmeSettings.@Nullable Binding binding) {
        return new AcmeSettings(
                pebble.url(),
                Optional.of("postmaster@example.net"),
                NAMES,
                pebble.http(),
                type,
                Optional.ofNullable(binding),
                List.of(pebble.authority().certificate()));
    }

    private CertificateKeeper start(AcmeSettings settings) throws IOException {
        CertificateKeeper keeper = new CertificateKeeper(
                () -> now, new SplittableRandom(7), directory.resolve("data/acme"), new Identities());
        keeper.take(new CertificateKeeper.Settings(List.of(), Optional.of(settings), List.of()));
        keeper.start();
        return keeper;
    }

    @Test
    @Requirement("RFC 8555 §8.3")
    void getsAndRenewsACertificateByHttp() throws IOException, InterruptedException {
        try (Pebble pebble = pebble(false)) {
            X509Certificate first;
            try (CertificateKeeper keeper = start(settings(pebble, KeyType.EC, null))) {
                await(() -> !keeper.kept().isEmpty(), pebble);
                first = keeper.identities().all().getFirst().certificate();
                assertThat(keeper.identities().all().getFirst().names().hosts())
                        .containsExactlyInAnyOrderElementsOf(NAMES);
                assertThat(first.getPublicKey().getAlgorithm()).isEqualTo("EC");
                Duration life = Duration.between(now, first.getNotAfter().toInstant());
                now = now.plus(life.dividedBy(10).multipliedBy(8));
                await(() -> !keeper.identities().all().getFirst().certificate().equals(first), pebble);
            }
            // The account is the first one's: its key was kept.
            now = Instant.now();
            try (CertificateKeeper again = start(settings(pebble, KeyType.EC, null))) {
                assertThat(again.kept())
                        .singleElement()
                        .satisfies(kept ->
                                assertThat(kept.identity().certificate()).isNotEqualTo(first));
            }
        }
    }

    @Test
    @Requirement("RFC 8555 §7.3.4")
    void bindsItsAccountWhereTheAuthorityWantsThat() throws IOException, InterruptedException {
        try (Pebble pebble = pebble(true);
                CertificateKeeper keeper =
                        start(settings(pebble, KeyType.RSA, new AcmeSettings.Binding(Pebble.KEY_ID, Pebble.MAC_KEY)))) {
            await(() -> !keeper.kept().isEmpty(), pebble);
            assertThat(keeper.identities()
                            .all()
                            .getFirst()
                            .certificate()
                            .getPublicKey()
                            .getAlgorithm())
                    .isEqualTo("RSA");
        }
    }

    @Test
    @Requirement("RFC 8737 §3")
    void getsACertificateInATlsHandshake() throws IOException, InterruptedException {
        try (Pebble pebble = pebble(false);
                PostriderUnderTest server = PostriderUnderTest.in(Files.createDirectories(directory.resolve("server")))
                        .section("""
                            [[listener]]
                            address = "%s"
                            tls = "implicit"

                            [tls]
                            trust = "file:%s"

                            [acme]
                            directory = "%s"
                            names = ["mx.example.net", "mail.example.net"]
                            terms-agreed = true
                            challenge = "tls-alpn-01"
                            """.formatted(ServerProcess.text(pebble.tls()), pebble.trust(), pebble.url()))
                        .start()) {
            assertThat(server).isNotNull();
            await(() -> issuer(pebble.tls()).contains("Pebble Intermediate"), pebble);
        }
    }

    /** Who has given the certificate that is shown there; empty while there is none. */
    private static String issuer(InetSocketAddress address) {
        X509Certificate[] seen = new X509Certificate[1];
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Believer(seen)}, null);
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(10_000);
                socket.startHandshake();
            }
        } catch (java.security.GeneralSecurityException | IOException notYet) {
            return "";
        }
        return seen[0] == null ? "" : seen[0].getIssuerX500Principal().getName();
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Believer(X509Certificate[] seen) implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen[0] = chain[0];
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
