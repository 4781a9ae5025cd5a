package org.postrider.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a server shows of itself: its certificate, those above it, and its key. Made by {@link #parse} alone, so that the
 * key is that of the certificate and each certificate is signed by the next.
 */
public final class PemIdentity {
    /** Longer chains are not accepted by clients: JSSE's own bound is 10. */
    private static final int CHAIN_MAX = 10;

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final CertifiedNames names;

    private PemIdentity(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.names = CertifiedNames.of(chain.getFirst());
    }

    /** What came of reading an identity. */
    public sealed interface Parsed {
        record Valid(PemIdentity identity) implements Parsed {}

        /**
         * @param part what is wrong
         * @param reason for people: a clause whose subject is that part's file
         */
        record Invalid(Part part, String reason) implements Parsed {}
    }

    public enum Part {
        CERTIFICATE,
        KEY
    }

    /**
     * Reads the two texts in PEM.
     *
     * @param certificates the server's own first, then those above it; the root may be left out
     * @param key PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted
     */
    public static Parsed parse(String certificates, String key) {
        return switch (Pem.certificates(certificates)) {
            case Pem.Certificates.Bad(var reason) -> new Parsed.Invalid(Part.CERTIFICATE, reason);
            case Pem.Certificates.Found(var chain) ->
                switch (PemKey.parse(key)) {
                    case PemKey.Bad(var reason) -> new Parsed.Invalid(Part.KEY, reason);
                    case PemKey.Found(var found) -> of(chain, found);
                };
        };
    }

    /** An identity of what was not read but made. */
    public static Parsed of(List<X509Certificate> chain, PrivateKey key) {
        if (chain.size() > CHAIN_MAX) {
            return new Parsed.Invalid(Part.CERTIFICATE, "has " + chain.size() + " certificates; at most " + CHAIN_MAX);
        }
        if (!PemKey.isStrong(chain.getFirst().getPublicKey())) {
            return new Parsed.Invalid(
                    Part.CERTIFICATE,
                    "has an RSA key of fewer than " + PemKey.RSA_BITS_MIN + " bits, which clients refuse");
        }
        if (!PemKey.isKeyOf(key, chain.getFirst().getPublicKey())) {
            boolean later = chain.stream().skip(1).anyMatch(each -> PemKey.isKeyOf(key, each.getPublicKey()));
            return later
                    ? new Parsed.Invalid(Part.CERTIFICATE, "must begin with the certificate that the key belongs to")
                    : new Parsed.Invalid(
                            Part.KEY,
                            "is not the key of the certificate of "
                                    + chain.getFirst().getSubjectX500Principal().getName());
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (!isSignedBy(chain.get(i), chain.get(i + 1))) {
                return new Parsed.Invalid(
                        Part.CERTIFICATE,
                        "is out of order: its certificate " + (i + 2) + " has not signed certificate " + (i + 1));
            }
        }
        return new Parsed.Valid(new PemIdentity(chain, key));
    }

    private static boolean isSignedBy(X509Certificate lower, X509Certificate upper) {
        if (!lower.getIssuerX500Principal().equals(upper.getSubjectX500Principal())) {
            return false;
        }
        try {
            lower.verify(upper.getPublicKey());
            return true;
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            // Signed in a way that this runtime does not know: for others to judge.
            return true;
        }
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Its own first. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public CertifiedNames names() {
        return names;
    }

    PrivateKey key() {
        return key;
    }

    /** Whether it is of the kind that JSSE asks a key manager for: EC, RSA, EdDSA. */
    boolean isOfType(String keyType) {
        String algorithm = certificate().getPublicKey().getAlgorithm();
        return algorithm.equals(keyType) || (algorithm.startsWith("Ed") && keyType.equals("EdDSA"));
    }

    @Override
    public String toString() {
        return names.all() + " until " + certificate().getNotAfter().toInstant();
    }
}
