package org.postrider.mailauth.dmarc;

/** How near an identifier must be to the author's domain (RFC 9989 §3.2.10). */
public enum Alignment {
    /** Of the same organization. */
    RELAXED("r"),
    /** The same name. */
    STRICT("s");

    private final String text;

    Alignment(String text) {
        this.text = text;
    }

    /** As it stands in records and reports. */
    public String text() {
        return text;
    }
}
