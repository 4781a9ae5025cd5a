package org.postrider.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** The kinds of keys that are made. */
public enum KeyType {
    /** P-256: what every client of today knows, and by far the cheapest for the server. */
    EC("SHA256withECDSA"),
    /** 2,048 bits, for clients of yesterday. */
    RSA("SHA256withRSA");

    private static final int RSA_BITS = 2_048;

    private final String signature;

    KeyType(String signature) {
        this.signature = signature;
    }

    String signature() {
        return signature;
    }

    KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(name());
            switch (this) {
                case EC -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case RSA -> generator.initialize(RSA_BITS);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime makes no " + name() + " keys", e);
        }
    }
}
