package org.postrider.mail;

/**
 * The recipient as its first sender wrote it: ORCPT= (RFC 3461 §4.2).
 *
 * @param type the address type, such as {@code rfc822} or {@code utf-8}
 * @param address decoded from xtext; free of control characters
 */
public record OriginalRecipient(String type, String address) {
    public static final int OCTETS_MAX = 500;

    public OriginalRecipient {
        if (type.isEmpty() || type.length() + address.length() >= OCTETS_MAX) {
            throw new IllegalArgumentException("original recipient of a wrong length");
        }
        if (Characters.hasControl(address)) {
            throw new IllegalArgumentException("control character in original recipient");
        }
    }
}
