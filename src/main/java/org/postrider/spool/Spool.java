package org.postrider.spool;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postrider.mail.QueueId;

/** The durable store of messages whose recipients are not all settled. */
public interface Spool extends AutoCloseable {

    /**
     * Begins a message: gives it its queue id and a place for its content.
     *
     * @param sizeHint the octets that the client announced, 0 where it did not
     */
    Draft draft(long sizeHint);

    /**
     * As {@link #draft(long)}, for a message whose commit waits for what {@code durability} says. A spool may do more
     * than it is asked for.
     */
    default Draft draft(long sizeHint, Durability durability) {
        return draft(sizeHint);
    }

    /**
     * Appends the message, and {@code together} in the same atomic record, and waits until both are durable. Blocks the
     * calling thread; the draft is used up, whatever the answer.
     *
     * @param prefix header fields that go before the draft's bytes: trace fields, each line with its CRLF
     * @param together states of other messages' recipients that become durable with this message or not at all, as when
     *     a bounce is settled by the notice that tells of it; a commit with such states may use the space that is kept
     *     back from new mail
     */
    Commit commit(Draft draft, Arrival arrival, byte[] prefix, List<Update> together);

    /**
     * Appends recipients' states; all of one call are one atomic record. Returns at once. {@code durable} runs on the
     * spool's own thread after the sync and must not block. After a failed sync the spool appends the same states again
     * elsewhere: {@code durable} runs once they are safe, however long that takes.
     */
    void update(List<Update> updates, Runnable durable);

    /** What is known of one message that is still in the spool; reads the disk. */
    Optional<StoredMessage> find(QueueId id) throws IOException;

    /** The content of one message that is still in the spool, from its first octet, prefix included. */
    InputStream content(QueueId id) throws IOException;

    /** The number of octets that {@link #content} will give. */
    long contentOctets(QueueId id) throws IOException;

    /**
     * Gives each message that is still open, oldest first, as after a restart. A snapshot: messages that come or go
     * meanwhile may be given or not.
     */
    void forEach(Consumer<StoredMessage> visitor) throws IOException;

    /** How full and how slow it is, for the stress mode and for metrics. */
    Condition condition();

    /** Makes all that was appended durable and stops. */
    @Override
    void close();
}
