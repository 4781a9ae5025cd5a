package org.postrider.report;

/** The Action of a notice (RFC 3464 §2.3.3). */
public enum DsnAction {
    FAILED("failed", 5, "Your message could not be delivered"),
    DELAYED("delayed", 4, "Your message is delayed"),
    DELIVERED("delivered", 2, "Your message was delivered"),
    RELAYED("relayed", 2, "Your message was handed on"),
    EXPANDED("expanded", 2, "Your message was sent to a list of people");

    private final String keyword;
    private final int statusClass;
    private final String subject;

    DsnAction(String keyword, int statusClass, String subject) {
        this.keyword = keyword;
        this.statusClass = statusClass;
        this.subject = subject;
    }

    String keyword() {
        return keyword;
    }

    /** The class that Status has with this action; a peer's status of another class is moved to it. */
    int statusClass() {
        return statusClass;
    }

    /** The notice's subject. */
    public String subject() {
        return subject;
    }
}
