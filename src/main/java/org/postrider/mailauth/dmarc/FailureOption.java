package org.postrider.mailauth.dmarc;

/** When a domain wants a failure report (RFC 9989 §4.7, {@code fo}). */
public enum FailureOption {
    /** Where no mechanism gave an aligned pass. */
    ALL_FAILED("0"),
    /** Where any of them did not. */
    ANY_FAILED("1"),
    /** Where a DKIM signature failed, aligned or not (RFC 6651). */
    DKIM("d"),
    /** Where SPF failed, aligned or not (RFC 6652). */
    SPF("s");

    private final String text;

    FailureOption(String text) {
        this.text = text;
    }

    /** As it stands in records. */
    public String text() {
        return text;
    }
}
