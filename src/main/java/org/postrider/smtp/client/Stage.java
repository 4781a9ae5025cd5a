package org.postrider.smtp.client;

/** How far a connection or a transaction had come. */
public enum Stage {
    CONNECT("connecting"),
    GREETING("waiting for the greeting"),
    EHLO("EHLO"),
    /** STARTTLS, the handshake and all up to the reply to the EHLO after it. */
    TLS("beginning TLS"),
    AUTH("AUTH"),
    MAIL("MAIL FROM"),
    RCPT("RCPT TO"),
    DATA("DATA"),
    /** The content is being sent. */
    CONTENT("sending the content"),
    /** All of the content is sent; its reply is due. */
    END("end of data");

    private final String words;

    Stage(String words) {
        this.words = words;
    }

    /** For people, as in "refused in reply to RCPT TO". */
    public String words() {
        return words;
    }
}
