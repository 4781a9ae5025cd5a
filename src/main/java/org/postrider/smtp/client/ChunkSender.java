package org.postrider.smtp.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Reply;
import org.postrider.mail.Reply.Severity;

/**
 * Sends content as BDAT chunks (RFC 3030 §2). Several are under way at once to a peer that offers PIPELINING; none after
 * a refusal.
 */
final class ChunkSender implements Octets {
    /** With the command, one block of the wire. */
    private static final int CHUNK_OCTETS_MAX = Wire.BLOCK_OCTETS_MAX - 64;

    private static final int UNANSWERED_MAX = 4;

    private final Wire wire;
    private final ReplyReader replies;
    private final Duration limit;
    private final int unansweredMax;
    private final byte[] chunk = new byte[CHUNK_OCTETS_MAX];
    private int length;
    private int unanswered;
    private @Nullable Reply refusal;
    private boolean lastSent;
    private boolean shuttingDown;

    ChunkSender(Wire wire, ReplyReader replies, Duration limit, boolean pipelining) {
        this.wire = wire;
        this.replies = replies;
        this.limit = limit;
        this.unansweredMax = pipelining ? UNANSWERED_MAX : 0;
    }

    @Override
    public void put(byte[] bytes, int from, int to) throws BrokenWire {
        int at = from;
        while (at < to && refusal == null) {
            if (length == chunk.length) {
                send("");
                unanswered++;
                takeReplies(unansweredMax);
            }
            int taken = Math.min(to - at, chunk.length - length);
            System.arraycopy(bytes, at, chunk, length, taken);
            length += taken;
            at += taken;
        }
    }

    /** Whether the last chunk was handed to the network. */
    boolean lastSent() {
        return lastSent;
    }

    boolean refused() {
        return refusal != null;
    }

    /**
     * Sends the last chunk, unless one was refused, and takes the replies to those before it. Returns the first refusal
     * among them; without one, what comes next is the reply to the message.
     */
    @Nullable
    Reply finish() throws BrokenWire {
        if (refusal == null) {
            send(" LAST");
            lastSent = true;
            takeReplies(0);
            if (refusal != null && !shuttingDown) {
                // The last chunk was refused for the same reason.
                unanswered++;
            }
        }
        takeReplies(0);
        return refusal;
    }

    private void send(String last) throws BrokenWire {
        wire.put("BDAT " + length + last + "\r\n");
        wire.put(chunk, 0, length);
        wire.flush();
        length = 0;
    }

    private void takeReplies(int left) throws BrokenWire {
        while (unanswered > left) {
            Reply reply = replies.read(limit);
            unanswered--;
            if (reply.severity() == Severity.INTERMEDIATE) {
                throw new BrokenWire(Failure.PROTOCOL, "unexpected reply to BDAT: " + reply.text());
            }
            if (!reply.isPositive() && refusal == null) {
                refusal = reply;
            }
            if (reply.code() == Transmission.SHUTTING_DOWN) {
                // Nothing more will come, not even to chunks that are under way.
                shuttingDown = true;
                unanswered = 0;
            }
        }
    }
}
