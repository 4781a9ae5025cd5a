package org.postrider.mail;

/** How much of the message a failure notice brings back: RET= (RFC 3461 §4.3). */
public enum DsnReturn {
    /** The client did not say; ours to choose. */
    UNSPECIFIED,
    FULL,
    HDRS
}
