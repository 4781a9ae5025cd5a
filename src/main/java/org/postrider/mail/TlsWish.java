package org.postrider.mail;

/** What a message's sender asks of the TLS on its further way (RFC 8689). */
public enum TlsWish {
    /** Nothing: each recipient's domain, and each operator, decides. */
    UNSPECIFIED,
    /** REQUIRETLS: over verified TLS to hosts that pass the wish on, or not at all (§4.2.1). */
    REQUIRED,
    /** {@code TLS-Required: No}: delivered even where the recipient's own policy cannot be met (§4.2.2). */
    OPTIONAL
}
