package org.postrider.mail;

import org.jspecify.annotations.Nullable;

/**
 * Where a message comes from and where its bounces go (RFC 5321 §4.1.1.2).
 *
 * @param mailbox {@code null} is the null reverse-path {@code <>}, to which nothing is ever sent (RFC 5321 §4.5.5)
 */
public record ReversePath(@Nullable Mailbox mailbox) {
    public static final ReversePath NULL = new ReversePath(null);

    public boolean isNull() {
        return mailbox == null;
    }

    /** The address without angle brackets; empty for the null reverse-path. */
    public String text() {
        return mailbox == null ? "" : mailbox.text();
    }

    @Override
    public String toString() {
        return "<" + text() + ">";
    }
}
