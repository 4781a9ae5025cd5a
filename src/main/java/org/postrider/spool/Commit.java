package org.postrider.spool;

import org.postrider.mail.QueueId;
import org.postrider.mail.Receipt;

/** What came of a commit: the message is durable, or it is not in the spool at all. */
public sealed interface Commit {

    /** The message is durable: written, checksummed and synced. Only the spool makes one. */
    final class Durable implements Commit, Receipt {
        private final QueueId id;

        Durable(QueueId id) {
            this.id = id;
        }

        @Override
        public QueueId id() {
            return id;
        }
    }

    /**
     * The message was not taken.
     *
     * @param detail for the log, not for the peer
     */
    record Refused(Reason reason, String detail) implements Commit {}

    enum Reason {
        /** The space kept for new mail is used up; what is left is kept for dispositions and bounces. */
        FULL,
        /** Writing or syncing failed. */
        FAILED,
        /** The spool is closing. */
        CLOSED
    }
}
