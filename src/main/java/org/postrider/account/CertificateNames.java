package org.postrider.account;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** Whom a client certificate names. */
final class CertificateNames {
    private static final int RFC822_NAME = 1;
    private static final int DNS_NAME = 2;
    private static final int NAMES_MAX = 100;

    private CertificateNames() {}

    /** SHA-256 of the whole certificate, in lower-case hexadecimal. */
    static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a certificate without an encoding", e);
        }
    }

    /** The addresses and host names among its alternative names (RFC 5280 §4.2.1.6), as keys of users. */
    static List<String> keys(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return List.of();
            }
            return names.stream()
                    .filter(name ->
                            name.getFirst() instanceof Integer kind && (kind == RFC822_NAME || kind == DNS_NAME))
                    .limit(NAMES_MAX)
                    .map(name -> User.key(String.valueOf(name.get(1))))
                    .filter(key -> !key.isEmpty())
                    .toList();
        } catch (CertificateParsingException _) {
            return List.of();
        }
    }
}
