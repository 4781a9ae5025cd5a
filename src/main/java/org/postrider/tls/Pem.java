package org.postrider.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The textual form of certificates and keys (RFC 7468): blocks between BEGIN and END, with anything around them. */
public final class Pem {
    static final String CERTIFICATE = "CERTIFICATE";

    /** More certificates than any bundle of authorities has. */
    private static final int BLOCKS_MAX = 2_000;

    private static final Pattern BLOCK =
            Pattern.compile("(?s)-----BEGIN (?<label>[A-Z0-9 ]{1,40})-----(?<body>.*?)-----END \\k<label>-----");
    private static final String OLD_CERTIFICATE = "X509 CERTIFICATE";
    private static final String TRUSTED_CERTIFICATE = "TRUSTED CERTIFICATE";

    private Pem() {}

    /**
     * One block.
     *
     * @param label what stands behind BEGIN
     * @param body what stands between BEGIN and END: base64, and before it headers in files of old
     */
    record Block(String label, String body) {
        /** Its octets; throws IllegalArgumentException where it is not base64. */
        byte[] octets() {
            return Base64.getMimeDecoder().decode(body);
        }
    }

    /** What came of reading certificates. */
    public sealed interface Certificates {
        /**
         * @param all in the text's order, at least one
         */
        record Found(List<X509Certificate> all) implements Certificates {
            public Found {
                all = List.copyOf(all);
            }
        }

        /**
         * @param reason for people, such as "has no certificate"
         */
        record Bad(String reason) implements Certificates {}
    }

    static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (blocks.size() < BLOCKS_MAX && matcher.find()) {
            blocks.add(new Block(matcher.group("label"), matcher.group("body")));
        }
        return blocks;
    }

    /** All certificates of a text; other blocks are passed over. */
    public static Certificates certificates(String text) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(text)) {
                switch (block.label()) {
                    case CERTIFICATE, OLD_CERTIFICATE ->
                        found.add((X509Certificate)
                                factory.generateCertificate(new ByteArrayInputStream(block.octets())));
                    case TRUSTED_CERTIFICATE -> {
                        return new Certificates.Bad("is in OpenSSL's own form; write it anew with openssl x509");
                    }
                    default -> {}
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            return new Certificates.Bad("certificate " + (found.size() + 1) + " of it is damaged");
        }
        return found.isEmpty() ? new Certificates.Bad("has no certificate") : new Certificates.Found(found);
    }
}
