package org.postrider.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.certificate.KeyType;
import org.postrider.certificate.SelfSigned;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;

final class ServerContextTest {
    private static final PemIdentity MX = identity("mx.example.net");
    private static final PemIdentity MAIL = identity("mail.example.org");
    private static final PemIdentity WILD = identity("*.example.org");
    private static final PemIdentity MX_RSA = rsa("mx.example.net");

    private final Identities identities = new Identities();
    private final ServerContext listener = new ServerContext(identities, ServerContext.Settings.DEFAULT);

    private static PemIdentity identity(String name) {
        return SelfSigned.make(KeyType.EC, List.of(name), Instant.now());
    }

    private static PemIdentity rsa(String name) {
        return SelfSigned.make(KeyType.RSA, List.of(name), Instant.now());
    }

    private X509Certificate shownFor(@Nullable String host) throws Exception {
        Handshake client = new Handshake();
        client.with(listener, host);
        return client.last();
    }

    @Test
    void hasNoEngineBeforeThereIsACertificate() {
        assertThat(listener.engine()).isEmpty();
        identities.replace(List.of(MX));
        assertThat(listener.engine()).isPresent();
    }

    @Test
    @Requirement("RFC 6066 §3")
    void showsTheCertificateForTheNameThatIsAskedFor() throws Exception {
        identities.replace(List.of(MX, WILD, MAIL));
        assertThat(shownFor("mail.example.org")).isEqualTo(MAIL.certificate());
        assertThat(shownFor("lists.example.org")).isEqualTo(WILD.certificate());
        assertThat(shownFor("MX.example.net")).isEqualTo(MX.certificate());
        assertThat(shownFor("unknown.example")).isEqualTo(MX.certificate());
        assertThat(shownFor(null)).isEqualTo(MX.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void showsTheKindOfKeyThatTheClientCanCheck(String version) throws Exception {
        identities.replace(List.of(MX_RSA, MX));
        Handshake modern = new Handshake();
        modern.with(listener, "mx.example.net", with -> with.setProtocols(new String[] {version}));
        assertThat(modern.last()).isEqualTo(MX.certificate());
        Handshake old = new Handshake();
        old.with(listener, null, with -> {
            with.setProtocols(new String[] {version});
            with.setSignatureSchemes(new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"});
        });
        assertThat(old.last()).isEqualTo(MX_RSA.certificate());
    }

    @Test
    void theNameGivesWayToWhatTheClientCanCheck() throws Exception {
        identities.replace(List.of(MX_RSA, MAIL));
        Handshake old = new Handshake();
        old.with(
                listener,
                "mail.example.org",
                with -> with.setSignatureSchemes(new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"}));
        assertThat(old.last()).isEqualTo(MX_RSA.certificate());
    }

    @Test
    void showsAnotherCertificateWhileHandshakesGoOn() throws Exception {
        identities.replace(List.of(MX));
        SSLEngine begun = listener.engine().orElseThrow();
        identities.replace(List.of(MAIL));
        Handshake client = new Handshake();
        client.with(() -> java.util.Optional.of(begun), null);
        assertThat(client.last()).isEqualTo(MAIL.certificate());
        assertThat(identities.named("identity-0"))
                .map(Identities.Named::identity)
                .contains(MX);
        identities.replace(List.of(MAIL));
        assertThat(identities.named("identity-0")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    @Requirement("B10")
    void aTicketOfOneListenerIsWorthNothingAtAnother(String version) throws Exception {
        identities.replace(List.of(MX));
        ServerContext other = new ServerContext(
                identities,
                new ServerContext.Settings(ServerContext.Version.TLS_1_2, List.of(MX.certificate()), false));
        Handshake client = new Handshake();
        client.with(listener, "mx.example.net", with -> with.setProtocols(new String[] {version}));
        assertThat(client.seen()).hasSize(1);
        client.with(listener, "mx.example.net", with -> with.setProtocols(new String[] {version}));
        assertThat(client.seen()).as("resumed at the same listener").hasSize(1);
        client.with(other, "mx.example.net", with -> with.setProtocols(new String[] {version}));
        assertThat(client.seen()).as("a full handshake at the other").hasSize(2);
    }

    @Test
    @Requirement("conf-70")
    void speaksNothingOlderThanItIsTold() throws Exception {
        identities.replace(List.of(MX));
        assertThat(listener.engine().orElseThrow().getEnabledProtocols())
                .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        ServerContext strict = new ServerContext(
                identities, new ServerContext.Settings(ServerContext.Version.TLS_1_3, List.of(), false));
        Handshake old = new Handshake();
        assertThatThrownBy(() -> old.with(strict, null, with -> with.setProtocols(new String[] {"TLSv1.2"})))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void offersForwardSecrecyAndAuthenticatedEncryptionOnly() {
        identities.replace(List.of(MX));
        assertThat(listener.engine().orElseThrow().getEnabledCipherSuites())
                .hasSize(9)
                .allMatch(suite -> suite.contains("_GCM_") || suite.contains("CHACHA20"))
                .noneMatch(suite -> suite.startsWith("TLS_RSA_"));
    }

    @Test
    @Requirement("RFC 7301 §3.2")
    void refusesAClientThatWantsHttp() throws Exception {
        identities.replace(List.of(MX));
        Handshake browser = new Handshake();
        assertThatThrownBy(() -> browser.with(
                        listener,
                        "mx.example.net",
                        with -> with.setApplicationProtocols(new String[] {"h2", "http/1.1"})))
                .isInstanceOf(SSLException.class);
        Handshake other = new Handshake();
        var engines = other.with(listener, null, with -> with.setApplicationProtocols(new String[] {"smtp"}));
        assertThat(engines.getFirst().getApplicationProtocol()).isEmpty();
    }

    @Test
    @Requirement("RFC 8737 §3")
    void answersAChallengeForItsNameOnly() throws Exception {
        ServerContext challenged = new ServerContext(
                identities, new ServerContext.Settings(ServerContext.Version.TLS_1_2, List.of(), true));
        assertThat(identities.answerChallenge("mx.example.net", MAIL)).isTrue();
        assertThat(listener.engine()).as("not one for challenges").isEmpty();
        Handshake authority = new Handshake();
        var engines = authority.with(
                challenged, "mx.example.net", with -> with.setApplicationProtocols(new String[] {"acme-tls/1"}));
        assertThat(engines.getFirst().getApplicationProtocol()).isEqualTo("acme-tls/1");
        assertThat(authority.last()).isEqualTo(MAIL.certificate());
        assertThatThrownBy(() -> new Handshake()
                        .with(
                                challenged,
                                "other.example.net",
                                with -> with.setApplicationProtocols(new String[] {"acme-tls/1"})))
                .isInstanceOf(SSLException.class);
        identities.forgetChallenge("mx.example.net");
        assertThat(challenged.engine()).isEmpty();
    }

    @Test
    void takesAClientsCertificateToBeJudgedLater() throws Exception {
        identities.replace(List.of(MX));
        TestCertificate ca = TestCertificate.authority("Relay CA");
        TestCertificate stranger = TestCertificate.selfSigned("stranger.example");
        ServerContext asking = new ServerContext(
                identities,
                new ServerContext.Settings(ServerContext.Version.TLS_1_2, List.of(ca.certificate()), false));
        Authorities authorities = Authorities.of(List.of(ca.certificate()));
        SSLEngine ours =
                new Handshake(ca.issue("relay.example")).with(asking, null).getLast();
        assertThat(authorities.client(chain(ours), Instant.now()).isTrusted()).isTrue();
        SSLEngine none = new Handshake().with(asking, null).getLast();
        assertThatThrownBy(() -> none.getSession().getPeerCertificates()).isInstanceOf(SSLException.class);
        assertThat(authorities.client(stranger.chain(), Instant.now()).isTrusted())
                .isFalse();
    }

    private static List<X509Certificate> chain(SSLEngine engine) throws SSLException {
        return java.util.Arrays.stream(engine.getSession().getPeerCertificates())
                .map(X509Certificate.class::cast)
                .toList();
    }
}
