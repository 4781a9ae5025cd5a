package org.postrider.queue;

import java.util.List;

/** A delivery attempt from the moment it is journalled until its outcome. */
final class Flight {
    final OpenMessage message;
    final ReadyQueue queue;
    final long startedAt;
    /** Whether it asks a dead site if it lives again. */
    final boolean probe;

    List<OpenRecipient> recipients;
    boolean landed;

    Flight(OpenMessage message, List<OpenRecipient> recipients, ReadyQueue queue, long startedAt) {
        this.message = message;
        this.recipients = recipients;
        this.queue = queue;
        this.startedAt = startedAt;
        this.probe = queue.isDead();
    }
}
