package org.postrider.sasl;

import java.util.Arrays;
import java.util.Optional;

/** The mechanisms that there are, best first. */
public enum Mechanism {
    /** By the certificate of the client's TLS (RFC 4422 appendix A). */
    EXTERNAL("EXTERNAL"),
    SCRAM_SHA_512_PLUS("SCRAM-SHA-512-PLUS"),
    SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS"),
    SCRAM_SHA_1_PLUS("SCRAM-SHA-1-PLUS"),
    SCRAM_SHA_512("SCRAM-SHA-512"),
    SCRAM_SHA_256("SCRAM-SHA-256"),
    SCRAM_SHA_1("SCRAM-SHA-1"),
    OAUTHBEARER("OAUTHBEARER"),
    XOAUTH2("XOAUTH2"),
    PLAIN("PLAIN"),
    LOGIN("LOGIN");

    private static final String SCRAM = "SCRAM-";
    private static final String PLUS = "-PLUS";

    private final String text;

    Mechanism(String text) {
        this.text = text;
    }

    /** Its name as AUTH has it. */
    public String text() {
        return text;
    }

    /** The mechanism of a name in upper case. */
    public static Optional<Mechanism> named(String text) {
        return Arrays.stream(values()).filter(one -> one.text.equals(text)).findFirst();
    }

    /** Whether it ties the exchange to the TLS session that carries it (RFC 5801 §5). */
    public boolean binds() {
        return text.endsWith(PLUS);
    }

    /** The hash of a SCRAM, such as {@code SHA-256}; empty for other mechanisms. */
    public Optional<String> scramHash() {
        return text.startsWith(SCRAM)
                ? Optional.of(text.substring(SCRAM.length(), text.length() - (binds() ? PLUS.length() : 0)))
                : Optional.empty();
    }

    /** Whether whoever reads the exchange can log in afterwards. */
    public boolean tellsSecret() {
        return switch (this) {
            case PLAIN, LOGIN, OAUTHBEARER, XOAUTH2 -> true;
            case EXTERNAL,
                    SCRAM_SHA_512_PLUS,
                    SCRAM_SHA_256_PLUS,
                    SCRAM_SHA_1_PLUS,
                    SCRAM_SHA_512,
                    SCRAM_SHA_256,
                    SCRAM_SHA_1 -> false;
        };
    }
}
