package org.postrider.mailauth.dkim;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key to sign with, and the public one that goes into the DNS.
 *
 * @param bits of an RSA modulus; 256 for Ed25519
 */
public record DkimKeyPair(SigningAlgorithm algorithm, PrivateKey privateKey, PublicKey publicKey, int bits) {
    /** RFC 8301 §3.2: signers SHOULD use at least this; more than that some cannot verify, or cannot publish. */
    public static final int RSA_BITS = 2_048;

    private static final int ED25519_BITS = 256;
    private static final int LINE_CHARS = 64;
    private static final Pattern BLOCK = Pattern.compile(
            "(?s)-----BEGIN (?<label>(?:RSA |ENCRYPTED )?PRIVATE KEY)-----(?<body>.{1,16384}?)-----END \\k<label>-----");

    /** What came of reading one. */
    public sealed interface Read {}

    public record Found(DkimKeyPair pair) implements Read {}

    /**
     * @param reason for people: a clause whose subject is the key's file
     */
    public record Bad(String reason) implements Read {}

    /** Makes a new one, an RSA key with {@link #RSA_BITS}. */
    public static DkimKeyPair generate(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_SHA256 -> generateRsa(RSA_BITS);
            case ED25519_SHA256 -> {
                KeyPair pair = generate("Ed25519", generator -> {});
                yield new DkimKeyPair(algorithm, pair.getPrivate(), pair.getPublic(), ED25519_BITS);
            }
        };
    }

    /**
     * Makes a new RSA key.
     *
     * @param bits 1024 to 4096
     */
    public static DkimKeyPair generateRsa(int bits) {
        if (bits < DkimKey.RSA_BITS_MIN || bits > DkimKey.RSA_BITS_MAX) {
            throw new IllegalArgumentException("RSA bits " + bits);
        }
        KeyPair pair = generate("RSA", generator -> generator.initialize(bits));
        return new DkimKeyPair(SigningAlgorithm.RSA_SHA256, pair.getPrivate(), pair.getPublic(), bits);
    }

    private interface Preparation {
        void prepare(KeyPairGenerator generator) throws GeneralSecurityException;
    }

    private static KeyPair generate(String algorithm, Preparation preparation) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            preparation.prepare(generator);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("the JDK makes keys for " + algorithm, e);
        }
    }

    /** Reads a private key in PEM: PKCS #8 (RFC 5958, RFC 8410) or PKCS #1 (RFC 8017 appendix A.1.2). */
    public static Read read(String pem) {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            return new Bad("has no private key in PKCS #8 or PKCS #1");
        }
        String label = block.group("label");
        String body = block.group("body");
        if (label.startsWith("ENCRYPTED") || body.contains("ENCRYPTED")) {
            return new Bad("is encrypted; write it without a passphrase: openssl pkey -in KEY -out NEW");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return new Bad("is damaged");
        }
        byte[] keyInfo = label.startsWith("RSA") ? Der.rsaPrivateKeyInfo(der) : der;
        return rsa(keyInfo)
                .or(() -> ed25519(keyInfo))
                .<Read>map(DkimKeyPair::checked)
                .orElseGet(() -> new Bad("is damaged, or neither an RSA nor an Ed25519 key"));
    }

    private static Read checked(DkimKeyPair pair) {
        boolean sound = pair.algorithm == SigningAlgorithm.ED25519_SHA256
                || (pair.bits >= DkimKey.RSA_BITS_MIN && pair.bits <= DkimKey.RSA_BITS_MAX);
        return sound ? new Found(pair) : new Bad("is an RSA key of " + pair.bits + " bits; take one of 1024 to 4096");
    }

    private static Optional<DkimKeyPair> rsa(byte[] keyInfo) {
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            if (factory.generatePrivate(new PKCS8EncodedKeySpec(keyInfo)) instanceof RSAPrivateCrtKey key) {
                RSAPublicKey open = (RSAPublicKey)
                        factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
                int bits = open.getModulus().bitLength();
                return Optional.of(new DkimKeyPair(SigningAlgorithm.RSA_SHA256, key, open, bits));
            }
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<DkimKeyPair> ed25519(byte[] keyInfo) {
        try {
            KeyFactory factory = KeyFactory.getInstance("Ed25519");
            if (factory.generatePrivate(new PKCS8EncodedKeySpec(keyInfo)) instanceof EdECPrivateKey key) {
                return key.getBytes().map(DkimKeyPair::ofSeed);
            }
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** The pair of a private key of Ed25519. The JDK has no other way from it to the public one than to make it anew. */
    private static DkimKeyPair ofSeed(byte[] seed) {
        KeyPair pair = generate(
                "Ed25519", generator -> generator.initialize(NamedParameterSpec.ED25519, new GivenOctets(seed)));
        return new DkimKeyPair(SigningAlgorithm.ED25519_SHA256, pair.getPrivate(), pair.getPublic(), ED25519_BITS);
    }

    /** Gives the generator the key that it is to make. */
    private static final class GivenOctets extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final byte[] octets;

        GivenOctets(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(octets, 0, bytes, 0, bytes.length);
        }
    }

    /** The private key as PKCS #8 in PEM. */
    public String pem() {
        byte[] eol = {'\n'};
        return "-----BEGIN PRIVATE KEY-----\n"
                + new String(
                        Base64.getMimeEncoder(LINE_CHARS, eol).encode(privateKey.getEncoded()),
                        StandardCharsets.US_ASCII)
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Override
    public String toString() {
        return "DkimKeyPair[" + algorithm.text() + ", " + bits + " bits, ***]";
    }
}
