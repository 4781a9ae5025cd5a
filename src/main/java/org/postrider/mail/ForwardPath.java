package org.postrider.mail;

/** Where a message goes: one recipient's mailbox (RFC 5321 §4.1.1.3). Source routes are read and forgotten. */
public record ForwardPath(Mailbox mailbox) {
    public String text() {
        return mailbox.text();
    }

    @Override
    public String toString() {
        return "<" + text() + ">";
    }
}
