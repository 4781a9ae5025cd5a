package org.postrider.server.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.DnsSettings;
import org.postrider.server.config.Configuration.Listener;
import org.postrider.server.config.Configuration.TlsMode;
import org.postrider.server.config.TlsSections.Acme;
import org.postrider.server.config.TlsSections.Certificate;
import org.postrider.server.config.TlsSections.Challenge;
import org.postrider.server.config.TlsSections.Tls;
import org.postrider.tls.Pem;
import org.postrider.tls.PemIdentity;

/** What must hold for TLS to come up: files are read, so that what would fail at the first handshake fails here. */
final class TlsRules {
    private static final List<String> VERSIONS = List.of("1.2", "1.3");
    private static final List<String> OLD_VERSIONS = List.of("1.0", "1.1", "1", "ssl3", "3.0");
    private static final int HTTPS_NAMES_MAX = 100;

    private final Configuration configuration;
    private final Binder binder;
    private final List<Problem> errors;
    private final List<Problem> warnings;

    TlsRules(Configuration configuration, Binder binder, List<Problem> errors, List<Problem> warnings) {
        this.configuration = configuration;
        this.binder = binder;
        this.errors = errors;
        this.warnings = warnings;
    }

    void check() {
        checkTls(configuration.tls());
        List<Certificate> further = configuration.certificates();
        for (int i = 0; i < further.size(); i++) {
            checkPair(further.get(i).certificate(), further.get(i).key(), "certificate[" + i + "]");
        }
        checkAcme(configuration.acme());
        configuration.dns().trustAnchors().ifPresent(this::checkAnchors);
        List<Listener> listeners = configuration.listeners();
        for (int i = 0; i < listeners.size(); i++) {
            checkListener(listeners.get(i), "listener[" + i + "].tls");
        }
    }

    private void error(String key, String message, @Nullable String suggestion) {
        errors.add(binder.problem(key, message, suggestion));
    }

    private void warn(String key, String message, @Nullable String suggestion) {
        warnings.add(binder.problem(key, message, suggestion));
    }

    private void checkTls(Tls tls) {
        boolean bad = binder.isBad("tls.key") || binder.isBad("tls.certificate");
        if (tls.certificate().isPresent() && tls.key().isPresent()) {
            checkPair(tls.certificate().get(), tls.key().get(), "tls");
        } else if (tls.certificate().isPresent() != tls.key().isPresent() && !bad) {
            error("tls", "certificate and key go together", "set both or neither");
        }
        tls.trust().ifPresent(reference -> checkAuthorities(reference, "tls.trust"));
        tls.clientCa().ifPresent(reference -> checkAuthorities(reference, "tls.client-ca"));
        if (!VERSIONS.contains(tls.minVersion()) && !binder.isBad("tls.min-version")) {
            error(
                    "tls.min-version",
                    OLD_VERSIONS.contains(tls.minVersion())
                            ? "\"" + tls.minVersion() + "\" is broken, and never spoken (RFC 8996)"
                            : "\"" + tls.minVersion() + "\" is no version of TLS",
                    "set \"1.2\" or \"1.3\"");
        }
    }

    private void checkAnchors(Reference reference) {
        Optional<String> text = read(reference, "dns.trust-anchors");
        boolean right = text.isEmpty() || text.get().equals(Dns.ROOT) || DnsSettings.isTrustAnchors(text.get());
        if (!right) {
            error(
                    "dns.trust-anchors",
                    reference.origin() + " holds no DS or DNSKEY record",
                    "set \"root\", or name a file with such records, as in \"file:anchors.zone\"");
        }
    }

    private void checkPair(Reference certificate, Reference key, String section) {
        Optional<String> chain = read(certificate, section + ".certificate");
        Optional<String> secret = read(key, section + ".key");
        checkPermissions(key, section + ".key");
        if (chain.isPresent()
                && secret.isPresent()
                && PemIdentity.parse(chain.get(), secret.get())
                        instanceof PemIdentity.Parsed.Invalid(var part, var reason)) {
            switch (part) {
                case CERTIFICATE ->
                    error(
                            section + ".certificate",
                            certificate.origin() + " " + reason,
                            "give the server's certificate in PEM, then those that vouch for it");
                case KEY ->
                    error(
                            section + ".key",
                            key.origin() + " " + reason,
                            "give the key that the certificate was made for, in PEM");
            }
        }
    }

    private Optional<String> read(Reference reference, String key) {
        try {
            return Optional.of(reference.resolve());
        } catch (IOException e) {
            error(key, String.valueOf(e.getMessage()), "put it there, or name where it is; see docs/operate/tls.md");
            return Optional.empty();
        }
    }

    private void checkAuthorities(Reference reference, String key) {
        Optional<String> text = read(reference, key);
        if (text.isPresent() && Pem.certificates(text.get()) instanceof Pem.Certificates.Bad(var reason)) {
            error(key, reference.origin() + " " + reason, "give the certificates of authorities in PEM");
        }
    }

    private void checkPermissions(Reference reference, String key) {
        Path file = reference.file();
        try {
            if (file != null && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                warn(key, "everybody on this machine can read " + file, "chmod o-r it");
            }
        } catch (IOException | UnsupportedOperationException e) {
            // That it cannot be read was said, and other systems have other permissions.
            return;
        }
    }

    private void checkAcme(Acme acme) {
        if (!acme.isOn()) {
            if (binder.isWritten("acme") && !binder.isBad("acme.names")) {
                error("acme", "does not say for which names", "add names = [\"" + configuration.hostname() + "\"]");
            }
            return;
        }
        if (!acme.termsAgreed()) {
            error(
                    "acme",
                    "an authority gives certificates only to who agrees to its terms of service",
                    "read them, and add terms-agreed = true");
        }
        if (!isHttps(acme.directory())) {
            error("acme.directory", "\"" + acme.directory() + "\" is no https address", null);
        }
        if (acme.names().size() > HTTPS_NAMES_MAX) {
            error("acme.names", "has more than " + HTTPS_NAMES_MAX + " names, which no authority takes", null);
        }
        if (acme.eabKeyId().isPresent() != acme.eabKey().isPresent()) {
            error("acme", "eab-key-id and eab-key go together", "set both or neither");
        }
        acme.eabKey().ifPresent(reference -> read(reference, "acme.eab-key"));
        boolean implicit = configuration.listeners().stream().anyMatch(each -> each.tls() == TlsMode.IMPLICIT);
        if (acme.challenge() == Challenge.TLS_ALPN_01 && !implicit) {
            error(
                    "acme.challenge",
                    "is answered by listeners with tls = \"implicit\", and there is none",
                    "add one that port 443 leads to, or set challenge = \"http-01\"");
        }
    }

    private static boolean isHttps(String text) {
        try {
            URI uri = URI.create(text);
            return "https".equals(uri.getScheme()) && uri.getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void checkListener(Listener listener, String key) {
        if (listener.tls() == TlsMode.NONE || hasCertificate()) {
            return;
        }
        String proxied = listener.tls() == TlsMode.IMPLICIT
                ? "; or let a proxy in front end TLS, and set tls = \"none\" with proxy-protocol = true, so that its"
                        + " clients are not taken for the proxy"
                : "";
        error(
                key,
                "there is no certificate for " + text(listener.address()),
                "set certificate and key in [tls], or names and terms-agreed in [acme], or [tls] self-signed = true"
                        + proxied);
    }

    private boolean hasCertificate() {
        Tls tls = configuration.tls();
        return tls.certificate().isPresent()
                || tls.key().isPresent()
                || tls.selfSigned()
                || !configuration.certificates().isEmpty()
                || configuration.acme().isOn()
                || binder.isBad("tls")
                || binder.isBad("acme")
                || binder.isBad("certificate");
    }

    private static String text(InetSocketAddress address) {
        return Rules.text(address);
    }
}
