package org.postrider.reception;

/** What a listener is for. */
public enum ListenerRole {
    /** Anyone may send to our domains; trusted networks anywhere. */
    MX,
    /** Our own users hand in mail for anywhere. */
    SUBMISSION,
    /** Trusted networks alone, to anywhere. */
    RELAY
}
