package org.postrider.mailauth.dkim;

import java.util.Optional;

/** The algorithms that may make and verify signatures; rsa-sha1 must do neither (RFC 8301 §3.1). */
public enum SigningAlgorithm {
    /** RFC 6376 §3.3.2. */
    RSA_SHA256("rsa-sha256", "rsa"),
    /** RFC 8463 §3: Ed25519 over the SHA-256 of what is signed. */
    ED25519_SHA256("ed25519-sha256", "ed25519");

    /** The hash of both, as key records name it. */
    static final String HASH = "sha256";

    private final String text;
    private final String keyType;

    SigningAlgorithm(String text, String keyType) {
        this.text = text;
        this.keyType = keyType;
    }

    /** As it stands in the tag {@code a=}. */
    public String text() {
        return text;
    }

    /** As it stands in the tag {@code k=} of a key record. */
    public String keyType() {
        return keyType;
    }

    static Optional<SigningAlgorithm> parse(String text) {
        for (SigningAlgorithm each : values()) {
            if (each.text.equals(text)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
