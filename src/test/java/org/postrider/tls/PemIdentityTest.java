package org.postrider.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.PemIdentity.Parsed;
import org.postrider.tls.PemIdentity.Part;

final class PemIdentityTest {
    private static final TestCertificate CA = TestCertificate.authority("Some CA");
    private static final TestCertificate OURS = CA.issue("mx.example.net");

    private static Parsed.Invalid invalid(String certificates, String key) {
        return (Parsed.Invalid) PemIdentity.parse(certificates, key);
    }

    /** A certificate of itself and its key, as OpenSSL writes them: the key in PKCS #1 or SEC 1 where there is such a form. */
    private record Written(String certificate, String traditional, String pkcs8) {
        static Written of(String algorithm, int bits, String signature) throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (bits > 0) {
                generator.initialize(bits);
            }
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=mx.example.net");
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.TEN,
                    Date.from(Instant.now()),
                    Date.from(Instant.now().plusSeconds(3600)),
                    name,
                    pair.getPublic());
            var certificate = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(signature).build(pair.getPrivate())));
            String body =
                    Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
            return new Written(
                    written(certificate),
                    pair.getPrivate() instanceof ECPrivateKey key ? sec1(key, pair) : written(pair.getPrivate()),
                    "-----BEGIN PRIVATE KEY-----\r\n" + body + "\r\n-----END PRIVATE KEY-----\r\n");
        }

        /** With its curve, as {@code openssl ecparam -genkey} writes it. */
        private static String sec1(ECPrivateKey key, KeyPair pair) throws IOException {
            SubjectPublicKeyInfo open =
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
            var inside = new org.bouncycastle.asn1.sec.ECPrivateKey(
                    key.getParams().getOrder().bitLength(),
                    key.getS(),
                    open.getPublicKeyData(),
                    open.getAlgorithm().getParameters());
            String body = Base64.getMimeEncoder().encodeToString(inside.getEncoded());
            return "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                    + "-----BEGIN EC PRIVATE KEY-----\n" + body + "\n-----END EC PRIVATE KEY-----\n";
        }

        private static String written(Object what) throws IOException {
            StringWriter text = new StringWriter();
            try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
                writer.writeObject(what);
            }
            return text.toString();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, 2048, SHA256withRSA, BEGIN RSA PRIVATE KEY",
        "EC, 256, SHA256withECDSA, BEGIN EC PRIVATE KEY",
        "EC, 521, SHA256withECDSA, BEGIN EC PRIVATE KEY",
        "Ed25519, 0, Ed25519, BEGIN PRIVATE KEY"
    })
    void readsEachFormOfKey(String algorithm, int bits, String signature, String label) throws Exception {
        Written written = Written.of(algorithm, bits, signature);
        assertThat(written.traditional()).contains(label);
        assertThat(PemIdentity.parse(written.certificate(), written.traditional()))
                .isInstanceOf(Parsed.Valid.class);
        assertThat(PemIdentity.parse(written.certificate(), written.pkcs8())).isInstanceOf(Parsed.Valid.class);
    }

    @Test
    void readsBothFromOneFileWithRemarks() {
        String text = "subject=CN=mx.example.net\n" + OURS.keyPem() + "# and the chain\n" + OURS.chainPem();
        assertThat(PemIdentity.parse(text, text)).isInstanceOfSatisfying(Parsed.Valid.class, valid -> {
            assertThat(valid.identity().chain()).isEqualTo(OURS.chain());
            assertThat(valid.identity().names().all()).containsExactly("mx.example.net");
        });
    }

    @Test
    void tellsThatTheKeyIsAnothers() {
        assertThat(invalid(OURS.chainPem(), CA.issue("mx.example.net").keyPem()))
                .isEqualTo(new Parsed.Invalid(Part.KEY, "is not the key of the certificate of CN=mx.example.net"));
    }

    @Test
    void tellsThatTheChainIsOutOfOrder() {
        TestCertificate other = TestCertificate.authority("Other CA");
        List<String> words = List.of(
                invalid(CA.chainPem() + OURS.chainPem(), OURS.keyPem()).reason(),
                invalid(TestCertificate.selfSigned("a.example").chainPem() + other.chainPem(), other.keyPem())
                        .reason());
        assertThat(words).allMatch("must begin with the certificate that the key belongs to"::equals);
        String stray = OURS.chainPem() + other.chainPem();
        assertThat(invalid(stray, OURS.keyPem()).reason())
                .isEqualTo("is out of order: its certificate 3 has not signed certificate 2");
    }

    @Test
    void tellsWhatIsNoKey() {
        assertThat(invalid(OURS.chainPem(), "").reason()).isEqualTo("has no private key");
        assertThat(invalid(OURS.chainPem(), OURS.keyPem().replaceFirst("\nM.{12}", "\nMIIBAAAABBBB"))
                        .reason())
                .startsWith("is damaged");
        String old = """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """;
        assertThat(invalid(OURS.chainPem(), old).reason()).startsWith("is encrypted");
        String encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
        assertThat(invalid(OURS.chainPem(), encrypted).reason()).startsWith("is encrypted");
    }

    @Test
    void tellsWhatIsNoCertificate() {
        assertThat(invalid("-----BEGIN CERT", OURS.keyPem()))
                .isEqualTo(new Parsed.Invalid(Part.CERTIFICATE, "has no certificate"));
    }

    @Test
    void refusesAKeyThatClientsRefuse() throws Exception {
        Written weak = Written.of("RSA", 1024, "SHA256withRSA");
        assertThat(invalid(weak.certificate(), weak.traditional()).reason()).contains("fewer than 2048 bits");
    }

    @Test
    void neverShowsItsKey() {
        Parsed parsed = PemIdentity.parse(OURS.chainPem(), OURS.keyPem());
        assertThat(parsed.toString()).doesNotContain("key").contains("mx.example.net");
    }
}
