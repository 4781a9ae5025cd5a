package org.postrider.mailauth.dkim;

import java.time.Duration;

/**
 * What a verifier may choose.
 *
 * @param signaturesMax signatures of one message that are looked at, from the top; the rest is counted. Also in ARC, for the
 *     older message signatures, which decide nothing
 * @param clockSkew how far clocks may be apart, for {@code t=} and {@code x=}
 * @param keyWait how long the keys of one message are waited for, all together, once its body is there
 * @param bodyLimits what becomes of signatures with {@code l=}
 */
public record DkimSettings(int signaturesMax, Duration clockSkew, Duration keyWait, BodyLimits bodyLimits) {
    public static final DkimSettings DEFAULT =
            new DkimSettings(10, Duration.ofMinutes(5), Duration.ofSeconds(20), BodyLimits.REFUSED);

    public DkimSettings {
        if (signaturesMax < 1 || clockSkew.isNegative() || keyWait.isNegative()) {
            throw new IllegalArgumentException("signatures " + signaturesMax + ", " + clockSkew + ", " + keyWait);
        }
    }

    /**
     * Whether a signature may leave the end of a body uncovered. RFC 6376 §8.2 tells what can be done with that: whoever
     * passes a message on can append to it, and even replace what readers see.
     */
    public enum BodyLimits {
        /**
         * {@code l=} must cover all of the body that came, else the result is POLICY; what it covers is not even verified.
         */
        REFUSED,
        /** The signature counts for what it covers, and its result is marked. */
        MARKED
    }
}
