package org.postrider.mail;

import org.jspecify.annotations.Nullable;

/**
 * One recipient of an envelope, with what RCPT said of it.
 *
 * @param original {@code null} where the client sent no ORCPT
 */
public record Recipient(
        ForwardPath forwardPath,
        DsnNotify dsnNotify,
        @Nullable OriginalRecipient original) {
    public static Recipient of(ForwardPath forwardPath) {
        return new Recipient(forwardPath, DsnNotify.UNSPECIFIED, null);
    }

    public Mailbox mailbox() {
        return forwardPath.mailbox();
    }
}
