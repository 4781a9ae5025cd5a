package org.postrider.certificate;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** Certificates and keys, written as PEM (RFC 7468). */
final class PemText {
    private static final int COLUMNS = 64;

    private PemText() {}

    /** The chain, then its key, fit for one file: so that nobody ever sees one without the other. */
    static String of(List<X509Certificate> chain, PrivateKey key) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : chain) {
                block(text, "CERTIFICATE", certificate.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that cannot be written", e);
        }
        return text.append(of(key)).toString();
    }

    /** In PKCS #8. */
    static String of(PrivateKey key) {
        StringBuilder text = new StringBuilder();
        block(text, "PRIVATE KEY", key.getEncoded());
        return text.toString();
    }

    private static void block(StringBuilder text, String label, byte[] octets) {
        text.append("-----BEGIN ").append(label).append("-----\n");
        text.append(new String(
                Base64.getMimeEncoder(COLUMNS, new byte[] {'\n'}).encode(octets), StandardCharsets.US_ASCII));
        text.append("\n-----END ").append(label).append("-----\n");
    }
}
