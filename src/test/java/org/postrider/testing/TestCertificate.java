package org.postrider.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate for tests with its key, made on the spot: of itself, or of a certificate authority that is one of these. */
public record TestCertificate(X509Certificate certificate, PrivateKey key, List<X509Certificate> issuers) {
    private static final Duration VALID = Duration.ofDays(30);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A moment at which what is made here is valid. */
    public static Instant validAt() {
        return Instant.now();
    }

    /** A certificate authority. */
    public static TestCertificate authority(String name) {
        return make(name, null, true, Instant.now().plus(VALID));
    }

    /** One that nobody but itself vouches for. */
    public static TestCertificate selfSigned(String name) {
        return make(name, null, false, Instant.now().plus(VALID));
    }

    /** One that this authority vouches for. */
    public TestCertificate issue(String name) {
        return make(name, this, false, Instant.now().plus(VALID));
    }

    /** One with an RSA key: GnuTLS and LibreSSL do not take the EC keys that the JDK writes. */
    public TestCertificate issueRsa(String name) {
        return make(
                name,
                this,
                false,
                Instant.now().plus(VALID),
                keys("RSA", new RSAKeyGenParameterSpec(2_048, RSAKeyGenParameterSpec.F4)));
    }

    private static KeyPair keys(String algorithm, AlgorithmParameterSpec how) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(how);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** One of this authority's whose time is over. */
    public TestCertificate issueExpired(String name) {
        return make(name, this, false, Instant.now().minus(Duration.ofDays(1)));
    }

    private static TestCertificate make(
            String name, @Nullable TestCertificate issuer, boolean authority, Instant until) {
        return make(name, issuer, authority, until, keys("EC", new ECGenParameterSpec("secp256r1")));
    }

    private static TestCertificate make(
            String name, @Nullable TestCertificate issuer, boolean authority, Instant until, KeyPair pair) {
        try {
            X500Name subject = new X500Name("CN=" + name);
            X500Name by = issuer == null
                    ? subject
                    : new X500Name(issuer.certificate.getSubjectX500Principal().getName());
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    by,
                    new BigInteger(64, RANDOM),
                    Date.from(Instant.now().minus(Duration.ofDays(10))),
                    Date.from(until),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA")
                    .build(issuer == null ? pair.getPrivate() : issuer.key);
            X509Certificate made = new JcaX509CertificateConverter().getCertificate(builder.build(signer));
            return new TestCertificate(made, pair.getPrivate(), issuer == null ? List.of() : issuer.chain());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The certificate and those above it. */
    public List<X509Certificate> chain() {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(certificate), issuers.stream())
                .toList();
    }

    public String chainPem() {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate each : chain()) {
                text.append(pem("CERTIFICATE", each.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return text.toString();
    }

    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    /** A context that shows this certificate. */
    public SSLContext serverContext() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("key", key, new char[0], chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A context that trusts this certificate, and nothing else. */
    public SSLContext clientContext() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("trusted", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] managers = trust.getTrustManagers();
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
