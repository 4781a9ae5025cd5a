package org.postrider.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that the server shows, as JSON of the control interface.
 *
 * @param names hosts and addresses that it is for
 * @param key its kind: {@code EC}, {@code RSA}, {@code EdDSA}
 * @param issuer whoever vouches for it (RFC 4514)
 * @param source a file, {@code ACME} or {@code self-signed}
 * @param renewal when the server will see to the next one; {@code null} where somebody else does
 */
public record CertificateLine(
        List<String> names,
        String key,
        String issuer,
        Instant notBefore,
        Instant notAfter,
        String source,
        @Nullable Instant renewal) {
    public CertificateLine {
        names = List.copyOf(names);
    }
}
