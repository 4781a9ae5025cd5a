package org.postrider.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A private key in PEM: PKCS #8 (RFC 5958), PKCS #1 (RFC 8017 appendix A.1.2) or SEC 1 (RFC 5915). */
final class PemKey {
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    static final int RSA_BITS_MIN = 2_048;

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    /** The [0] of ECPrivateKey: the curve's identifier. */
    private static final int PARAMETERS = 0xa0;

    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    /** rsaEncryption with its NULL. */
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");

    private PemKey() {}

    sealed interface Parsed {}

    record Found(PrivateKey key) implements Parsed {
        @Override
        public String toString() {
            return "Found[***]";
        }
    }

    /**
     * @param reason for people: a clause whose subject is the key's file
     */
    record Bad(String reason) implements Parsed {}

    static Parsed parse(String text) {
        for (Pem.Block block : Pem.blocks(text)) {
            if (block.body().contains("ENCRYPTED") || block.label().equals("ENCRYPTED PRIVATE KEY")) {
                return new Bad("is encrypted; write it without a passphrase: openssl pkey -in KEY -out NEW");
            }
            try {
                switch (block.label()) {
                    case "PRIVATE KEY" -> {
                        return decode(block.octets());
                    }
                    case "RSA PRIVATE KEY" -> {
                        return decode(sequence(VERSION_0, RSA_ALGORITHM, element(OCTET_STRING, block.octets())));
                    }
                    case "EC PRIVATE KEY" -> {
                        return decode(wrapEc(block.octets()));
                    }
                    case "OPENSSH PRIVATE KEY" -> {
                        return new Bad("is a key of OpenSSH, and not one for TLS");
                    }
                    default -> {}
                }
            } catch (IllegalArgumentException e) {
                return new Bad("is damaged");
            }
        }
        return new Bad("has no private key");
    }

    private static Parsed decode(byte[] pkcs8) {
        for (String algorithm : ALGORITHMS) {
            try {
                return new Found(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
            } catch (InvalidKeySpecException e) {
                // Not of this algorithm; the next may know it.
            } catch (GeneralSecurityException e) {
                return new Bad("cannot be read by this Java runtime: " + e.getMessage());
            }
        }
        return new Bad("is damaged, or neither RSA nor EC (P-256, P-384, P-521) nor Ed25519");
    }

    /** Puts the curve that the key itself names beside it, where PKCS #8 has it. */
    private static byte[] wrapEc(byte[] sec1) {
        Der inside = new Der(sec1).enter(SEQUENCE);
        inside.take(INTEGER);
        inside.take(OCTET_STRING);
        byte[] curve = inside.take(PARAMETERS);
        return sequence(VERSION_0, sequence(EC_PUBLIC_KEY, curve), element(OCTET_STRING, sec1));
    }

    /** Reads definite lengths only, which DER has. */
    private static final class Der {
        private final byte[] octets;
        private int at;

        Der(byte[] octets) {
            this.octets = octets;
        }

        Der enter(int tag) {
            return new Der(take(tag));
        }

        /** The content of the next element; throws IllegalArgumentException where that is another. */
        byte[] take(int tag) {
            if (at + 2 > octets.length || (octets[at] & 0xff) != tag) {
                throw new IllegalArgumentException("no " + tag + " at " + at);
            }
            int length = octets[at + 1] & 0xff;
            at += 2;
            if (length > 0x80 && length <= 0x82 && at + length - 0x80 <= octets.length) {
                int more = length - 0x80;
                length = new BigInteger(1, Arrays.copyOfRange(octets, at, at + more)).intValue();
                at += more;
            }
            if (length > octets.length - at) {
                throw new IllegalArgumentException("length " + length + " at " + at);
            }
            at += length;
            return Arrays.copyOfRange(octets, at - length, at);
        }
    }

    private static byte[] sequence(byte[]... elements) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            all.writeBytes(element);
        }
        return element(SEQUENCE, all.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.length < 0x80) {
            all.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int from = length[0] == 0 ? 1 : 0;
            all.write(0x80 + length.length - from);
            all.write(length, from, length.length - from);
        }
        all.writeBytes(content);
        return all.toByteArray();
    }

    /** Whether what one signs the other verifies. */
    static boolean isKeyOf(PrivateKey key, PublicKey certified) {
        String algorithm = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> certified.getAlgorithm();
        };
        byte[] words = "is this the key?".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(words);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(words);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether today's clients take a signature of this key. */
    static boolean isStrong(PublicKey key) {
        return !(key instanceof RSAPublicKey rsa) || rsa.getModulus().bitLength() >= RSA_BITS_MIN;
    }
}
