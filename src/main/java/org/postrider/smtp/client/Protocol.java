package org.postrider.smtp.client;

/** What is spoken on a connection. */
public enum Protocol {
    SMTP("EHLO"),
    /** SMTP in TLS from the first octet on (RFC 8314 §3.3), whatever else is required. */
    SMTPS("EHLO"),
    /** One reply for each accepted recipient at the message's end (RFC 2033 §4.2). */
    LMTP("LHLO");

    private final String greetingVerb;

    Protocol(String greetingVerb) {
        this.greetingVerb = greetingVerb;
    }

    /** The verb that asks for the extensions. */
    String greetingVerb() {
        return greetingVerb;
    }
}
