package org.postrider.spool;

import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/** Something durable that the log tells to who follows it. */
public sealed interface Fact {
    Key key();

    QueueId id();

    /**
     * What makes a fact one of its kind: where in the log it stands. Told again, it has the same key.
     *
     * @param generation of the segment, which no other segment of this spool ever has
     * @param offset of the record
     * @param index among the facts of the record
     */
    record Key(long generation, int offset, int index) {
        /** Where the record begins, as a place of the {@link Outbox}. */
        public long place() {
            return MessageIndex.place(generation, offset);
        }

        public String text() {
            return generation + "." + offset + "." + index;
        }
    }

    /**
     * A message was accepted.
     *
     * @param octets of the content, trace fields included
     */
    record Accepted(Key key, QueueId id, Arrival arrival, long octets) implements Fact {}

    /** A recipient got a state that is worth telling. */
    record Changed(Key key, QueueId id, int recipient, RecipientState state, Note note) implements Fact {}
}
