package org.postrider.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities.Reason;
import org.postrider.tls.Authorities.Verdict;

final class AuthoritiesTest {
    private final Instant now = Instant.now();
    private static final TestCertificate CA = TestCertificate.authority("Some CA");
    private static final TestCertificate OURS = CA.issue("mx.example.net");

    private static Authorities believing(TestCertificate... believed) {
        return Authorities.of(java.util.Arrays.stream(believed)
                .map(TestCertificate::certificate)
                .toList());
    }

    private static @Nullable Reason reason(Verdict verdict) {
        return verdict instanceof Verdict.Distrusted(var reason, var _) ? reason : null;
    }

    @Test
    void believesWhomAnAuthorityVouchesFor() {
        assertThat(believing(CA).server(OURS.chain(), "mx.example.net", now).isTrusted())
                .isTrue();
        assertThat(believing(CA).client(OURS.chain(), now).isTrusted()).isTrue();
    }

    @Test
    void believesItWithoutTheAuthoritysCertificateInTheChain() {
        List<X509Certificate> alone = List.of(OURS.certificate());
        assertThat(believing(CA).server(alone, "MX.Example.net.", now).isTrusted())
                .isTrue();
    }

    @Test
    void believesAChainThatIsOutOfOrder() {
        TestCertificate other = TestCertificate.selfSigned("stray.example");
        List<X509Certificate> chain = List.of(OURS.certificate(), other.certificate(), CA.certificate());
        assertThat(believing(CA).server(chain, now).isTrusted()).isTrue();
    }

    @Test
    void doesNotBelieveAnotherAuthority() {
        Authorities others = believing(TestCertificate.authority("Some CA"));
        assertThat(reason(others.server(OURS.chain(), "mx.example.net", now))).isEqualTo(Reason.NOT_TRUSTED);
        assertThat(reason(believing().client(OURS.chain(), now))).isEqualTo(Reason.NOT_TRUSTED);
    }

    @Test
    void doesNotBelieveOneThatIsNoAuthority() {
        TestCertificate forged = OURS.issue("bank.example");
        assertThat(reason(believing(CA).server(forged.chain(), "bank.example", now)))
                .isEqualTo(Reason.NOT_TRUSTED);
    }

    @Test
    void believesACertificateOfItselfThatIsNamed() {
        TestCertificate own = TestCertificate.selfSigned("lan.example");
        assertThat(believing(own).server(own.chain(), "lan.example", now).isTrusted())
                .isTrue();
        assertThat(reason(believing(CA).server(own.chain(), "lan.example", now)))
                .isEqualTo(Reason.NOT_TRUSTED);
    }

    @Test
    void tellsWhatIsOutOfDate() {
        TestCertificate expired = CA.issueExpired("mx.example.net");
        assertThat(reason(believing(CA).server(expired.chain(), "mx.example.net", now)))
                .isEqualTo(Reason.EXPIRED);
        Instant early = now.minus(Duration.ofDays(300));
        assertThat(reason(believing(CA).server(OURS.chain(), "mx.example.net", early)))
                .isEqualTo(Reason.EXPIRED);
    }

    @Test
    @Requirement("RFC 9525 §6.3")
    void tellsThatItIsForAnotherHost() {
        Verdict verdict = believing(CA).server(OURS.chain(), "mx.example.org", now);
        assertThat(reason(verdict)).isEqualTo(Reason.HOST_MISMATCH);
        assertThat(verdict.toString()).contains("mx.example.net").contains("mx.example.org");
    }

    @Test
    @Requirement("RFC 9525 §6.3")
    void aWildcardStandsForOneLabel() {
        CertifiedNames names = CertifiedNames.of(CA.issue("*.example.net").certificate());
        assertThat(names.cover("mx.example.net")).isTrue();
        assertThat(names.cover("example.net")).isFalse();
        assertThat(names.cover("a.mx.example.net")).isFalse();
        assertThat(CertifiedNames.of(CA.issue("mx*.example.net").certificate()).cover("mx1.example.net"))
                .isFalse();
        assertThat(CertifiedNames.of(CA.issue("*.net").certificate()).cover("example.net"))
                .isFalse();
    }

    @Test
    void tellsThatThereIsNoCertificate() {
        assertThat(reason(believing(CA).client(List.of(), now))).isEqualTo(Reason.NO_CERTIFICATE);
    }

    @Test
    void readsABundle() {
        String bundle = "# ours\n" + CA.chainPem() + "\n" + OURS.keyPem() + OURS.chainPem();
        assertThat(Pem.certificates(bundle))
                .isEqualTo(new Pem.Certificates.Found(List.of(CA.certificate(), OURS.certificate(), CA.certificate())));
        assertThat(Pem.certificates(OURS.keyPem())).isEqualTo(new Pem.Certificates.Bad("has no certificate"));
        assertThat(Pem.certificates(CA.chainPem().replaceFirst("\nM.{8}", "\nMIIBAAAA")))
                .isEqualTo(new Pem.Certificates.Bad("certificate 1 of it is damaged"));
    }

    @Test
    void theRuntimesAuthoritiesAreAmongThem() {
        assertThat(Authorities.withSystem(List.of(CA.certificate())).certificates())
                .hasSizeGreaterThan(20)
                .contains(CA.certificate());
    }
}
