package org.postrider.mail;

/** What the content may hold, as the client declared with BODY= (RFC 6152 §2, RFC 3030 §3). */
public enum BodyType {
    SEVEN_BIT("7BIT"),
    EIGHT_BIT_MIME("8BITMIME"),
    BINARY_MIME("BINARYMIME");

    private final String keyword;

    BodyType(String keyword) {
        this.keyword = keyword;
    }

    /** The value of BODY= on the wire. */
    public String keyword() {
        return keyword;
    }
}
