package org.postrider.smtp.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mail.Reply;
import org.postrider.smtp.server.Transaction.Chunks;

/**
 * BDAT takes one chunk of the content (RFC 3030 §2). The octets that it announces are always read, whatever the answer, so
 * that none of them is taken for a command.
 */
final class BdatCommand implements Command {
    /** A chunk that is refused anyway is read up to this many messages' size; beyond, the connection is closed. */
    private static final int DISCARD_FACTOR = 2;

    private static final int SIZE_DIGITS_MAX = 18;

    /** A size of more digits than a long surely holds; such a chunk cannot be read to its end. */
    private static final long UNCOUNTABLE = Long.MAX_VALUE;

    private record Chunk(long octets, boolean last) {}

    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        @Nullable Chunk chunk = parse(argument);
        if (chunk == null) {
            session.dropTransaction();
            session.reply(Replies.BAD_CHUNK_SYNTAX);
            return;
        }
        requireReadable(session, chunk);
        if (!(session.state() instanceof State.Sending(Greeted greeted, Transaction transaction))) {
            refuse(session, chunk, Replies.NEED_MAIL);
        } else if (greeted.verb() == Greeted.Verb.HELO) {
            refuse(session, chunk, Replies.NEED_GREETING);
        } else if (transaction.recipientCount() == 0) {
            refuse(session, chunk, Replies.NEED_RECIPIENT);
        } else {
            take(session, greeted, transaction, chunk);
        }
    }

    /** Nothing is left in the stream of the chunk of a client that must not send one. */
    @Override
    public void refuse(Session session, String argument, Reply reply) throws IOException, SessionEnd {
        @Nullable Chunk chunk = parse(argument);
        if (chunk == null) {
            session.reply(reply);
            return;
        }
        requireReadable(session, chunk);
        refuse(session, chunk, reply);
    }

    private static void requireReadable(Session session, Chunk chunk) throws SessionEnd {
        // Divided, not multiplied: without a limit the product would overflow.
        if (chunk.octets == UNCOUNTABLE
                || chunk.octets / DISCARD_FACTOR > session.settings().limits().messageOctetsMax()) {
            throw new SessionEnd(Ending.LIMIT_EXCEEDED, Replies.TOO_BIG);
        }
    }

    private static void take(Session session, Greeted greeted, Transaction transaction, Chunk chunk)
            throws IOException, SessionEnd {
        Chunks chunks = transaction.chunks();
        if (chunks == null) {
            switch (session.visit().content(greeted, transaction.envelope(), transaction.declaredOctets())) {
                case Receptionist.Opened.Refused(Reply reply) -> {
                    refuse(session, chunk, reply);
                    return;
                }
                case Receptionist.Opened.Place(ContentSink sink) -> {
                    ContentScanner content = new ContentScanner(sink, session.settings(), transaction.isBinary());
                    chunks = new Chunks(content, session.pace());
                    transaction.chunks(chunks);
                }
            }
        }
        ContentScanner content = chunks.content();
        SessionLimits limits = session.settings().limits();
        if (chunk.octets > limits.messageOctetsMax() - content.octets()) {
            refuse(session, chunk, Replies.TOO_BIG);
        } else if (chunks.countNext() > limits.chunksMax()) {
            refuse(session, chunk, Replies.TOO_MANY_CHUNKS);
        } else {
            session.reader().chunk(chunk.octets, content, chunks.pace());
            answer(session, transaction, chunks, chunk);
        }
    }

    private static void answer(Session session, Transaction transaction, Chunks chunks, Chunk chunk)
            throws IOException, SessionEnd {
        ContentScanner content = chunks.content();
        if (chunk.last) {
            content.endOfChunks();
            session.complete(transaction, content, chunks.pace());
            return;
        }
        ContentFault fault = content.fault();
        if (fault != null) {
            session.dropTransaction();
            session.reply(fault.reply());
        } else {
            session.reply(Reply.of(250, "2.0.0", chunk.octets + " octets received"));
        }
    }

    /** After a refusal nothing of the transaction is left, and further chunks of it find none. */
    private static void refuse(Session session, Chunk chunk, Reply reply) throws IOException, SessionEnd {
        session.dropTransaction();
        session.reader().discard(chunk.octets, session.pace());
        session.reply(reply);
    }

    private static @Nullable Chunk parse(String argument) {
        String[] words = argument.split(" +", -1);
        boolean last = words.length == 2 && Ascii.equalsIgnoreCase(words[1], "LAST");
        boolean digits = !words[0].isEmpty() && words[0].chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || (words.length > 1 && !last)) {
            return null;
        }
        long octets = words[0].length() > SIZE_DIGITS_MAX ? UNCOUNTABLE : Long.parseLong(words[0]);
        return new Chunk(octets, last);
    }
}
