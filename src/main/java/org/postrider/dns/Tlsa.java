package org.postrider.dns;

/**
 * One TLSA record (RFC 6698 §2.1), as its owner wrote it: whether it makes sense is for its reader.
 *
 * @param usage 0 to 255: PKIX-TA, PKIX-EE, DANE-TA, DANE-EE (RFC 7218 §2.1)
 * @param selector 0 to 255: the certificate, or its public key
 * @param matchingType 0 to 255: the whole, its SHA-256, its SHA-512
 * @param data in lower-case hexadecimal
 */
public record Tlsa(int usage, int selector, int matchingType, String data) {
    /** The four fields as a zone file has them, the data cut short where it is long. */
    public String text() {
        String shown = data.length() <= SHOWN_MAX ? data : data.substring(0, SHOWN_MAX) + "...";
        return usage + " " + selector + " " + matchingType + " " + shown;
    }

    private static final int SHOWN_MAX = 128;
}
