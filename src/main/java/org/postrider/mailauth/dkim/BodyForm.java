package org.postrider.mailauth.dkim;

/**
 * A body on its way into its canonical form (RFC 6376 §3.4.3, §3.4.4). Lines end in CRLF; a CR or LF alone is an octet like
 * any other.
 *
 * <p>Thread: confined.
 */
interface BodyForm {
    /** Takes the next octets of the body, as many as there happen to be. */
    void write(byte[] octets, int from, int length);

    /** Says that the body ends here. */
    void finish();
}
