package org.postrider.mailauth.dkim;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who hashes, signs and verifies: Amazon Corretto Crypto Provider where its library is there and loads, else what the JDK
 * has. It is asked for by name, for these operations alone, and never becomes the process's own first provider.
 *
 * <p>Thread: any.
 */
public final class CryptoProviders {
    private static final String FAST_CLASS = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    /** Without it the provider signs with Ed25519, but has no way to take a key into its own form. */
    private static final String FAST_ED25519_KEYS = "com.amazon.corretto.crypto.provider.registerEdKeyFactory";

    private static final CryptoProviders JDK = new CryptoProviders(null);
    private static final CryptoProviders BEST = fast().map(CryptoProviders::new).orElse(JDK);

    private final @Nullable Provider fast;

    private CryptoProviders(@Nullable Provider fast) {
        this.fast = fast;
    }

    /** The JDK's own alone. */
    public static CryptoProviders jdk() {
        return JDK;
    }

    /** The fastest that work here. */
    public static CryptoProviders best() {
        return BEST;
    }

    private static Optional<Provider> fast() {
        try {
            // Looked at once, while the class is made; whoever has set it knows better.
            if (System.getProperty(FAST_ED25519_KEYS) == null) {
                System.setProperty(FAST_ED25519_KEYS, "true");
            }
            Class<?> type = Class.forName(FAST_CLASS);
            Provider provider = (Provider) type.getField("INSTANCE").get(null);
            boolean loaded = type.getMethod("getLoadingError").invoke(provider) == null;
            return loaded ? Optional.of(provider) : Optional.empty();
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            // Not there, not for this platform, or its library does not load: the JDK serves.
            return Optional.empty();
        }
    }

    /** The one besides the JDK's own, for others that can use it. */
    public Optional<Provider> fastest() {
        return Optional.ofNullable(fast);
    }

    /** The name of the provider that is asked first, for people. */
    public String name() {
        return fast == null ? "JDK" : fast.getName();
    }

    /** A new SHA-256. */
    public MessageDigest sha256() {
        try {
            if (fast != null && fast.getService("MessageDigest", "SHA-256") != null) {
                return MessageDigest.getInstance("SHA-256", fast);
            }
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * The key in the form in which the provider works with it, as it checks a foreign one anew, and slowly, each time that it
     * signs. The same key where it has no such form.
     */
    PrivateKey prepared(SigningAlgorithm algorithm, PrivateKey key) {
        Optional<KeyFactory> factory = fastKeys(algorithm);
        if (factory.isEmpty()) {
            return key;
        }
        try {
            return (PrivateKey) factory.get().translateKey(key);
        } catch (InvalidKeyException e) {
            return key;
        }
    }

    /**
     * Reads a public key into the form in which the provider works with it.
     *
     * @param keyInfo a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7)
     * @return empty where it is no key of the algorithm
     */
    Optional<PublicKey> publicKey(SigningAlgorithm algorithm, byte[] keyInfo) {
        try {
            KeyFactory factory = fastKeys(algorithm).orElse(null);
            return Optional.of((factory == null ? KeyFactory.getInstance(keyName(algorithm)) : factory)
                    .generatePublic(new X509EncodedKeySpec(keyInfo)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm, e);
        }
    }

    private Optional<KeyFactory> fastKeys(SigningAlgorithm algorithm) {
        try {
            boolean has = fast != null && fast.getService("KeyFactory", keyName(algorithm)) != null;
            return has ? Optional.of(KeyFactory.getInstance(keyName(algorithm), fast)) : Optional.empty();
        } catch (NoSuchAlgorithmException e) {
            return Optional.empty();
        }
    }

    private static String keyName(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_SHA256 -> "RSA";
            case ED25519_SHA256 -> "Ed25519";
        };
    }

    /**
     * Signs.
     *
     * @throws GeneralSecurityException where the key is not of the algorithm or no provider takes it
     */
    byte[] sign(SigningAlgorithm algorithm, PrivateKey key, byte[] octets) throws GeneralSecurityException {
        Signature signature = signature(algorithm, fast);
        try {
            signature.initSign(key);
        } catch (InvalidKeyException e) {
            if (fast == null) {
                throw e;
            }
            signature = signature(algorithm, null);
            signature.initSign(key);
        }
        signature.update(signedOctets(algorithm, octets));
        return signature.sign();
    }

    /** Whether the signature is the key's over these octets. */
    boolean verify(SigningAlgorithm algorithm, PublicKey key, byte[] octets, byte[] signed) {
        try {
            Signature signature = signature(algorithm, fast);
            try {
                signature.initVerify(fast == null ? ofTheJdk(algorithm, key) : key);
            } catch (InvalidKeyException e) {
                signature = signature(algorithm, null);
                signature.initVerify(ofTheJdk(algorithm, key));
            }
            signature.update(signedOctets(algorithm, octets));
            return signature.verify(signed);
        } catch (SignatureException | InvalidKeyException | InvalidKeySpecException e) {
            // Of a wrong length, or a key that cannot be one: it does not verify.
            return false;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm, e);
        }
    }

    /** The JDK takes another provider's Ed25519 key without a word, and reads another point in it. */
    private static PublicKey ofTheJdk(SigningAlgorithm algorithm, PublicKey key)
            throws NoSuchAlgorithmException, InvalidKeySpecException {
        String name = switch (algorithm) {
            case RSA_SHA256 -> "RSA";
            case ED25519_SHA256 -> "Ed25519";
        };
        return KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(key.getEncoded()));
    }

    private static Signature signature(SigningAlgorithm algorithm, @Nullable Provider provider)
            throws NoSuchAlgorithmException {
        String name = switch (algorithm) {
            case RSA_SHA256 -> "SHA256withRSA";
            case ED25519_SHA256 -> "Ed25519";
        };
        boolean has = provider != null && provider.getService("Signature", name) != null;
        return has ? Signature.getInstance(name, provider) : Signature.getInstance(name);
    }

    private byte[] signedOctets(SigningAlgorithm algorithm, byte[] octets) {
        return switch (algorithm) {
            case RSA_SHA256 -> octets;
            // RFC 8463 §3: what Ed25519 signs is the hash.
            case ED25519_SHA256 -> sha256().digest(octets);
        };
    }
}
