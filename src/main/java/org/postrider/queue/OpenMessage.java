package org.postrider.queue;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;

/**
 * A message with its recipients that are not settled. Small on purpose: 32 octets of heap, and no array where there is
 * one recipient.
 */
final class OpenMessage {
    final long id;
    /** In the engine's time. */
    final long acceptedAt;
    /** An {@link OpenRecipient}, {@link Several}, or {@code null} when all are settled. */
    private @Nullable Object recipients;

    private static final class Several {
        final @Nullable OpenRecipient[] slots;
        int open;

        Several(List<OpenRecipient> recipients) {
            slots = recipients.toArray(OpenRecipient[]::new);
            open = slots.length;
        }
    }

    OpenMessage(long id, long acceptedAt) {
        this.id = id;
        this.acceptedAt = acceptedAt;
    }

    QueueId queueId() {
        return new QueueId(id);
    }

    /** Takes its open recipients, ascending, once. */
    void open(List<OpenRecipient> open) {
        recipients = open.size() == 1 ? open.getFirst() : new Several(open);
    }

    boolean isSettled() {
        return recipients == null;
    }

    /** Gives each open recipient in the envelope's order; the visitor may forget the one it is given. */
    void forEach(Consumer<OpenRecipient> visitor) {
        switch (recipients) {
            case null -> {}
            case OpenRecipient one -> visitor.accept(one);
            case Several several -> {
                for (OpenRecipient recipient : several.slots) {
                    if (recipient != null) {
                        visitor.accept(recipient);
                    }
                }
            }
            default -> throw new AssertionError(recipients);
        }
    }

    void forget(OpenRecipient recipient) {
        if (recipients instanceof Several several) {
            int at = several.slots.length - 1;
            while (at >= 0 && several.slots[at] != recipient) {
                at--;
            }
            if (at < 0) {
                throw new AssertionError("recipient " + recipient.index + " of " + queueId() + " settled twice");
            }
            several.slots[at] = null;
            several.open--;
            if (several.open == 0) {
                recipients = null;
            }
        } else {
            if (recipients != recipient) {
                throw new AssertionError("recipient " + recipient.index + " of " + queueId() + " settled twice");
            }
            recipients = null;
        }
    }
}
