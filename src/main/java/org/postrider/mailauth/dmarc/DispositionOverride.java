package org.postrider.mailauth.dmarc;

import java.util.Locale;

/**
 * Why a message was not treated as its author's domain asks (RFC 9990 §3.1.6).
 *
 * @param comment for people; may be empty
 */
public record DispositionOverride(Type type, String comment) {
    /** The words of aggregate reports. */
    public enum Type {
        /** A rule of this host, or that {@code reject} alone is no reason to refuse. */
        LOCAL_POLICY,
        MAILING_LIST,
        OTHER,
        POLICY_TEST_MODE,
        /** Such as a sealer of ARC sets whose word is taken. */
        TRUSTED_FORWARDER;

        private final String text = name().toLowerCase(Locale.ROOT);

        public String text() {
            return text;
        }
    }

    public static DispositionOverride trustedSealer(String sealer) {
        return new DispositionOverride(Type.TRUSTED_FORWARDER, "arc=pass, sealed by " + sealer);
    }

    public static DispositionOverride mailingList(String list) {
        return new DispositionOverride(Type.MAILING_LIST, list);
    }

    public static DispositionOverride localRule(String rule) {
        return new DispositionOverride(Type.LOCAL_POLICY, rule);
    }
}
