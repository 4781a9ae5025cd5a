package org.postrider.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.certificate.KeyType;
import org.postrider.certificate.SelfSigned;
import org.postrider.mailauth.dkim.CryptoProviders;

final class LentSignaturesTest {
    private LentSignatures lent;

    @BeforeEach
    void borrow() {
        Optional<Provider> lender = CryptoProviders.best().fastest();
        assumeTrue(lender.isPresent(), "no other provider than the JDK's loads on this platform");
        lent = LentSignatures.by(lender.get());
    }

    private static KeyPair pair(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static String signerOf(String algorithm, PrivateKey key) throws Exception {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        return signature.getProvider().getName();
    }

    @ParameterizedTest
    @CsvSource({
        "EC, TLSv1.3, ''",
        "EC, TLSv1.2, ''",
        "RSA, TLSv1.3, rsa_pss_rsae_sha256",
        "RSA, TLSv1.3, rsa_pss_rsae_sha512",
        "RSA, TLSv1.2, rsa_pss_rsae_sha384",
        "RSA, TLSv1.2, rsa_pkcs1_sha256"
    })
    void aClientTakesTheHandshakeThatALentSignatureSigns(KeyType type, String version, String scheme) throws Exception {
        Identities identities = new Identities(lent::prepared);
        PemIdentity identity = SelfSigned.make(type, List.of("mx.example.net"), Instant.now());
        identities.replace(List.of(identity));
        Handshake client = new Handshake();
        client.with(new ServerContext(identities, ServerContext.Settings.DEFAULT), "mx.example.net", with -> {
            with.setProtocols(new String[] {version});
            if (!scheme.isEmpty()) {
                with.setSignatureSchemes(new String[] {scheme, "rsa_pkcs1_sha256"});
            }
        });
        assertThat(client.last()).isEqualTo(identity.certificate());
    }

    @ParameterizedTest
    @CsvSource({
        "EC, 256, SHA256withECDSA",
        "EC, 384, SHA384withECDSA",
        "EC, 521, SHA512withECDSA",
        "RSA, 2048, SHA256withRSA"
    })
    void onlyAPreparedKeySignsByTheLender(String kind, int bits, String algorithm) throws Exception {
        PrivateKey key = pair(kind, bits).getPrivate();
        assertThat(signerOf(algorithm, lent.prepared(key))).isEqualTo(lent.getName());
        assertThat(signerOf(algorithm, key)).isNotEqualTo(lent.getName());
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void verifyingStaysWithTheJdk(KeyType type) throws Exception {
        PemIdentity identity = SelfSigned.make(type, List.of("mx.example.net"), Instant.now());
        Signature signature = Signature.getInstance(identity.certificate().getSigAlgName());
        signature.initVerify(identity.certificate());
        assertThat(signature.getProvider().getName()).isNotEqualTo(lent.getName());
    }

    @Test
    void aKindOfKeyThatIsNotLentStaysAsItIs() throws Exception {
        PrivateKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        assertThat(lent.prepared(key)).isSameAs(key);
    }
}
