package org.postrider.mail;

/**
 * Proof that a message is durable: it has been written and synced. The spool's commit makes it and nothing else does,
 * and the 250 to a message's end can only be made from it.
 *
 * <p>Implemented in {@code spool} alone; the architecture test holds that.
 */
public interface Receipt {
    QueueId id();
}
