package org.postrider.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Certificate authorities that are believed, and what they say of a peer's certificates (RFC 5280 §6). Revocation is not
 * asked for.
 *
 * <p>Thread: any.
 */
public final class Authorities {
    /** Nobody is believed. */
    public static final Authorities NONE = new Authorities(Set.of());

    /** A peer's certificates beyond these are not looked at: a path is made of far fewer. */
    private static final int CHAIN_MAX = 10;

    private static final String FOR_SERVERS = "1.3.6.1.5.5.7.3.1";
    private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";

    private final Set<X509Certificate> believed;
    private final Set<TrustAnchor> anchors;

    private Authorities(Set<X509Certificate> believed) {
        this.believed = believed;
        this.anchors = new LinkedHashSet<>();
        believed.forEach(certificate -> anchors.add(new TrustAnchor(certificate, null)));
    }

    /** Those of these certificates alone; one that is no authority vouches for itself only. */
    public static Authorities of(Collection<X509Certificate> certificates) {
        return new Authorities(new LinkedHashSet<>(certificates));
    }

    /** Those that the Java runtime believes, and these. */
    public static Authorities withSystem(Collection<X509Certificate> further) {
        Set<X509Certificate> all = new LinkedHashSet<>(systemCertificates());
        all.addAll(further);
        return new Authorities(all);
    }

    private static List<X509Certificate> systemCertificates() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .flatMap(each -> Arrays.stream(((X509TrustManager) each).getAcceptedIssuers()))
                    .toList();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no authorities", e);
        }
    }

    /** The certificates that are believed. */
    public List<X509Certificate> certificates() {
        return List.copyOf(believed);
    }

    /** A context for clients that believe these alone, and check names as HTTPS does. */
    public SSLContext clientContext() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (X509Certificate certificate : believed) {
                store.setCertificateEntry("believed-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    /** What is to be held of a peer's certificates. */
    public sealed interface Verdict {
        record Trusted() implements Verdict {}

        /**
         * @param detail for people, a clause without a subject
         */
        record Distrusted(Reason reason, String detail) implements Verdict {}

        default boolean isTrusted() {
            return this instanceof Trusted;
        }
    }

    /** Why a peer is not trusted, in the classes that reports tell apart (RFC 8460 §4.3.1). */
    public enum Reason {
        /** It showed none. */
        NO_CERTIFICATE,
        /** One of them is not valid now: no longer, or not yet. */
        EXPIRED,
        /** No authority that is believed vouches for it, for this purpose. */
        NOT_TRUSTED,
        /** It is for other hosts. */
        HOST_MISMATCH
    }

    /**
     * Judges a server's certificates.
     *
     * @param chain its own first
     * @param host the name, or the address as a literal, that it is to be (RFC 9525 §6.3, §6.4)
     */
    public Verdict server(List<X509Certificate> chain, String host, Instant at) {
        return switch (path(chain, FOR_SERVERS, at)) {
            case Verdict.Distrusted distrusted -> distrusted;
            case Verdict.Trusted trusted -> {
                CertifiedNames names = CertifiedNames.of(chain.getFirst());
                yield names.cover(host)
                        ? trusted
                        : new Verdict.Distrusted(Reason.HOST_MISMATCH, "is for " + names.all() + " and not " + host);
            }
        };
    }

    /**
     * Judges a server's certificates by whom they come from alone, for callers that judge the name themselves.
     *
     * @param chain its own first
     */
    public Verdict server(List<X509Certificate> chain, Instant at) {
        return path(chain, FOR_SERVERS, at);
    }

    /**
     * Judges a client's certificates.
     *
     * @param chain its own first
     */
    public Verdict client(List<X509Certificate> chain, Instant at) {
        return path(chain, FOR_CLIENTS, at);
    }

    private Verdict path(List<X509Certificate> chain, String purpose, Instant at) {
        if (chain.isEmpty()) {
            return new Verdict.Distrusted(Reason.NO_CERTIFICATE, "shows no certificate");
        }
        X509Certificate own = chain.getFirst();
        if (isOutOfDate(own, at)) {
            return expired(own);
        }
        // No path leads from a certificate to itself; who names one means it.
        if (believed.contains(own)) {
            return new Verdict.Trusted();
        }
        List<X509Certificate> looked = chain.subList(0, Math.min(chain.size(), CHAIN_MAX));
        try {
            build(looked, purpose, Date.from(at));
            return new Verdict.Trusted();
        } catch (CertPathBuilderException e) {
            return looked.stream()
                    .filter(certificate -> isOutOfDate(certificate, at))
                    .findFirst()
                    .map(Authorities::expired)
                    .orElseGet(() -> untrusted(own, purpose));
        } catch (GeneralSecurityException e) {
            return new Verdict.Distrusted(Reason.NOT_TRUSTED, "cannot be checked: " + e.getMessage());
        }
    }

    private void build(List<X509Certificate> chain, String purpose, Date date) throws GeneralSecurityException {
        if (anchors.isEmpty()) {
            throw new CertPathBuilderException("nobody is believed");
        }
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(chain.getFirst());
        try {
            target.setExtendedKeyUsage(Set.of(purpose));
        } catch (IOException e) {
            throw new AssertionError("no object identifier: " + purpose, e);
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(date);
        CertPathBuilder.getInstance("PKIX").build(parameters);
    }

    private static boolean isOutOfDate(X509Certificate certificate, Instant at) {
        return at.isAfter(certificate.getNotAfter().toInstant())
                || at.isBefore(certificate.getNotBefore().toInstant());
    }

    private static Verdict.Distrusted expired(X509Certificate certificate) {
        return new Verdict.Distrusted(
                Reason.EXPIRED,
                "has a certificate (" + certificate.getSubjectX500Principal().getName() + ") that is valid from "
                        + certificate.getNotBefore().toInstant() + " to "
                        + certificate.getNotAfter().toInstant());
    }

    private static Verdict.Distrusted untrusted(X509Certificate own, String purpose) {
        boolean selfSigned = own.getSubjectX500Principal().equals(own.getIssuerX500Principal());
        String whom = selfSigned ? "itself" : own.getIssuerX500Principal().getName();
        return new Verdict.Distrusted(
                Reason.NOT_TRUSTED,
                "has a certificate from " + whom + ", whom nothing believed vouches for as the issuer of "
                        + (purpose.equals(FOR_SERVERS) ? "servers" : "clients"));
    }
}
