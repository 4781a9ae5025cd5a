package org.postrider.smtp.server;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Receipt;
import org.postrider.mail.Reply;

/**
 * Takes one message's content as it arrives, dots unstuffed, without the final dot.
 *
 * <p>{@link #write} never fails: a sink that cannot go on swallows the rest and says so in {@link #end}, as the protocol
 * wants it.
 */
public interface ContentSink extends AutoCloseable {
    void write(byte[] bytes, int offset, int length);

    /** The content is whole. Blocks until the message is durable or refused. Called once at most. */
    Completion end();

    /** Ends without a message: the client went away, reset, or broke a rule. Harmless after {@link #end}. */
    @Override
    void close();

    /** What the final dot gets. */
    sealed interface Completion {
        /**
         * The message is ours. The session's 250 is made from the receipt.
         *
         * @param remark what to say beside the queue id, {@code null} for the usual words
         */
        record Accepted(Receipt receipt, @Nullable String remark) implements Completion {}

        /** 4yz or 5yz. */
        record Refused(Reply reply) implements Completion {
            public Refused {
                if (reply.isPositive()) {
                    throw new IllegalArgumentException("a refusal of " + reply);
                }
            }
        }
    }
}
