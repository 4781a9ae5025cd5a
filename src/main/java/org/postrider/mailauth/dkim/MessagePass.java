package org.postrider.mailauth.dkim;

import java.time.Instant;
import org.postrider.mailauth.HeaderSection;

/**
 * One message on its way through the verifiers: they are made when the header section is known, then the octets of the body
 * come by, once for all of them, then they are asked for results.
 *
 * <p>Thread: confined.
 *
 * @param now what the times in signatures are compared with
 */
public record MessagePass(
        HeaderSection header,
        BodyHashes body,
        KeyLookups keys,
        CryptoProviders crypto,
        DkimSettings settings,
        Instant now) {

    public static MessagePass of(
            HeaderSection header, KeyLookups keys, CryptoProviders crypto, DkimSettings settings, Instant now) {
        return new MessagePass(header, new BodyHashes(crypto), keys, crypto, settings, now);
    }

    /** Takes the next octets of the body, in slices of any size. */
    public void write(byte[] octets, int from, int length) {
        body.write(octets, from, length);
    }

    /** Says that the body ends here. */
    public void finish() {
        body.finish();
    }
}
