package org.postrider.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postrider.tls.PemIdentity;

/** A certificate that nobody but itself vouches for: enough to try TLS, and for mail exchangers that ask for no more. */
public final class SelfSigned {
    private static final Duration LIFETIME = Duration.ofDays(365);
    /** One with less left is made anew at start. */
    private static final Duration LEFT_MIN = Duration.ofDays(30);
    /** Clocks differ. */
    private static final Duration EARLIER = Duration.ofHours(1);

    private static final int SERIAL_BITS = 127;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyUsage SIGNING = new KeyUsage(KeyUsage.digitalSignature);

    private SelfSigned() {}

    /**
     * The certificate that is kept in a file with its key; made where there is none for these names that lasts.
     *
     * @throws IOException where a new one cannot be kept
     */
    public static PemIdentity keptIn(Path file, List<String> names, Instant now) throws IOException {
        if (Files.isReadable(file)) {
            String text = Files.readString(file);
            if (PemIdentity.parse(text, text) instanceof PemIdentity.Parsed.Valid(var kept)
                    && kept.names().all().equals(names)
                    && kept.certificate().getNotAfter().toInstant().isAfter(now.plus(LEFT_MIN))) {
                return kept;
            }
        }
        KeyPair pair = KeyType.EC.generate();
        X509Certificate made = certificate(pair, KeyType.EC, names, now);
        PrivateFile.write(file, PemText.of(List.of(made), pair.getPrivate()));
        return identity(made, pair);
    }

    /**
     * Makes one.
     *
     * @param names hosts and IP addresses, at least one
     */
    public static PemIdentity make(KeyType type, List<String> names, Instant now) {
        KeyPair pair = type.generate();
        return identity(certificate(pair, type, names, now), pair);
    }

    private static PemIdentity identity(X509Certificate made, KeyPair pair) {
        return switch (PemIdentity.of(List.of(made), pair.getPrivate())) {
            case PemIdentity.Parsed.Valid(var identity) -> identity;
            case PemIdentity.Parsed.Invalid(var part, var reason) ->
                throw new AssertionError("made a " + part + " that " + reason);
        };
    }

    private static X509Certificate certificate(KeyPair pair, KeyType type, List<String> names, Instant now) {
        X500Name subject =
                new X500NameBuilder().addRDN(BCStyle.CN, names.getFirst()).build();
        GeneralName[] alternatives = names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(SERIAL_BITS, RANDOM),
                Date.from(now.minus(EARLIER)),
                Date.from(now.plus(LIFETIME)),
                subject,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, SIGNING);
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder(type.signature()).build(pair.getPrivate())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate for " + names, e);
        }
    }

    private static boolean isAddress(String name) {
        try {
            java.net.InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
