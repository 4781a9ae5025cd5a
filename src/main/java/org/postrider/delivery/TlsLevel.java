package org.postrider.delivery;

/** How much TLS a person asks for, as the configuration writes it. */
public enum TlsLevel {
    /** None, even where it is offered. */
    NONE,
    /** Where it is offered and comes about, whatever the certificate; else clear text. */
    MAY,
    /** Always, whatever the certificate. */
    ENCRYPT,
    /** Always, and with a trusted certificate of the right name. */
    VERIFY
}
