package org.postrider.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.postrider.certificate.AcmeSettings;
import org.postrider.certificate.CertificateKeeper;
import org.postrider.certificate.KeyType;
import org.postrider.certificate.PemPair;
import org.postrider.certificate.SelfSigned;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.Reference;
import org.postrider.server.config.TlsSections.Acme;
import org.postrider.server.config.TlsSections.Challenge;
import org.postrider.server.config.TlsSections.Tls;
import org.postrider.tls.Authorities;
import org.postrider.tls.Identities;
import org.postrider.tls.LentSignatures;
import org.postrider.tls.Pem;
import org.postrider.tls.PemIdentity;
import org.postrider.tls.ServerContext;

/** What the configuration means for TLS. */
record TlsOfConfiguration(Configuration configuration) {
    private static final String SELF_SIGNED = "self-signed.pem";
    private static final String ACME = "acme";

    private record ReferenceText(Reference reference) implements PemPair.Text {
        @Override
        public String read() throws IOException {
            return reference.resolve();
        }

        @Override
        public String origin() {
            return reference.origin();
        }
    }

    /**
     * Who keeps the certificates; none yet. Their keys sign by the fastest provider that works here.
     *
     * @param dataDir where what comes by ACME is kept
     */
    static CertificateKeeper keeper(Path dataDir) {
        UnaryOperator<PrivateKey> prepared = CryptoProviders.best()
                .fastest()
                .<UnaryOperator<PrivateKey>>map(fast -> LentSignatures.by(fast)::prepared)
                .orElse(UnaryOperator.identity());
        return new CertificateKeeper(
                InstantSource.system(), new SharedRandom(), acmeDirectory(dataDir), new Identities(prepared));
    }

    /**
     * Where certificates come from.
     *
     * @throws IOException where a file that is named cannot be read, or the self-signed certificate cannot be kept
     */
    CertificateKeeper.Settings certificates(Instant now) throws IOException {
        List<PemIdentity> made = configuration.tls().selfSigned()
                ? List.of(SelfSigned.keptIn(
                        selfSignedFile(), List.of(configuration.hostname().ascii()), now))
                : List.of();
        return certificates(made);
    }

    /** Where what ACME gives is kept. */
    static Path acmeDirectory(Path dataDir) {
        return dataDir.resolve(ACME);
    }

    private Path selfSignedFile() {
        return configuration.dataDir().resolve(SELF_SIGNED);
    }

    /**
     * The certificates that a server of the configuration shows now, read without making any.
     *
     * @throws IOException where one cannot be read
     */
    List<PemIdentity> shown() throws IOException {
        List<PemIdentity> made = new ArrayList<>();
        if (configuration.tls().selfSigned() && Files.exists(selfSignedFile())) {
            String text = Files.readString(selfSignedFile());
            if (PemIdentity.parse(text, text) instanceof PemIdentity.Parsed.Valid(var kept)) {
                made.add(kept);
            }
        }
        return CertificateKeeper.shownBy(certificates(made), acmeDirectory(configuration.dataDir()));
    }

    private CertificateKeeper.Settings certificates(List<PemIdentity> made) throws IOException {
        Tls tls = configuration.tls();
        List<PemPair> pairs = new ArrayList<>();
        if (tls.certificate().isPresent() && tls.key().isPresent()) {
            pairs.add(pair(tls.certificate().get(), tls.key().get()));
        }
        configuration.certificates().forEach(further -> pairs.add(pair(further.certificate(), further.key())));
        Acme acme = configuration.acme();
        return new CertificateKeeper.Settings(pairs, acme.isOn() ? Optional.of(acme(acme)) : Optional.empty(), made);
    }

    private static PemPair pair(Reference certificate, Reference key) {
        return new PemPair(new ReferenceText(certificate), new ReferenceText(key));
    }

    private AcmeSettings acme(Acme acme) throws IOException {
        Optional<AcmeSettings.Binding> binding = Optional.empty();
        if (acme.eabKeyId().isPresent() && acme.eabKey().isPresent()) {
            binding = Optional.of(new AcmeSettings.Binding(
                    acme.eabKeyId().get(), acme.eabKey().get().resolve()));
        }
        return new AcmeSettings(
                URI.create(acme.directory()),
                acme.email().map(Object::toString),
                acme.names().stream().map(name -> name.ascii()).toList(),
                acme.challenge() == Challenge.HTTP_01 ? acme.httpAddress() : null,
                switch (acme.keyType()) {
                    case EC -> KeyType.EC;
                    case RSA -> KeyType.RSA;
                },
                binding,
                certificatesOf(configuration.tls().trust()));
    }

    /**
     * How a listener speaks TLS.
     *
     * @throws IOException where the authorities of clients cannot be read
     */
    ServerContext.Settings listener(Configuration.Listener listener) throws IOException {
        boolean challenged = configuration.acme().isOn() && configuration.acme().challenge() == Challenge.TLS_ALPN_01;
        return new ServerContext.Settings(
                configuration.tls().minVersion().equals("1.3")
                        ? ServerContext.Version.TLS_1_3
                        : ServerContext.Version.TLS_1_2,
                certificatesOf(configuration.tls().clientCa()),
                challenged && listener.tls() == Configuration.TlsMode.IMPLICIT);
    }

    /**
     * Whose client certificates give rights; empty: nobody's.
     *
     * @throws IOException where they cannot be read
     */
    Authorities clientAuthorities() throws IOException {
        return Authorities.of(certificatesOf(configuration.tls().clientCa()));
    }

    private static List<X509Certificate> certificatesOf(Optional<Reference> reference) throws IOException {
        if (reference.isEmpty()) {
            return List.of();
        }
        return switch (Pem.certificates(reference.get().resolve())) {
            case Pem.Certificates.Found(var all) -> all;
            case Pem.Certificates.Bad(var reason) ->
                throw new IOException(reference.get().origin() + " " + reason);
        };
    }
}
