package org.postrider.smtp.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.postrider.mail.Reply;
import org.postrider.smtp.WireLimits;
import org.postrider.smtp.server.Watch.Ended;
import org.postrider.smtp.server.Watch.Waiting;

/**
 * Gathers replies and writes them together, when the session has to wait for its client (RFC 2920 §3.2). Bounded: replies
 * that nobody reads block the session, and then end it.
 */
final class ReplyWriter {
    private static final byte[] NOTHING = new byte[0];
    private static final int OCTETS_INITIAL = 256;
    private static final int OCTETS_MAX = 8 * 1_024;
    /** What "250-1.234.567 " and CRLF leave of a reply line. */
    private static final int TEXT_OCTETS_MAX = WireLimits.REPLY_LINE_OCTETS - 20;

    private Wire wire;
    private final Watch watch;
    private final Deadlines deadlines;
    private final long patienceNanos;
    /** There is none while the session waits: most that come say little, and stay long. */
    private byte[] pending = NOTHING;

    private int length;

    ReplyWriter(Wire wire, Watch watch, Deadlines deadlines, SessionTimeouts timeouts) {
        this.wire = wire;
        this.watch = watch;
        this.deadlines = deadlines;
        this.patienceNanos = timeouts.write().toNanos();
    }

    /** From now on replies go by another wire, which is over the one that they went by so far. */
    void writeTo(Wire over) {
        wire = over;
    }

    /** The enhanced status stands on each line of a reply (RFC 2034 §4). */
    void append(Reply reply) throws IOException, SessionEnd {
        List<String> lines = reply.lines();
        String status = reply.status() == null ? "" : reply.status() + " ";
        for (int i = 0; i < lines.size(); i++) {
            char separator = i < lines.size() - 1 ? '-' : ' ';
            append(reply.code() + "" + separator + status, lines.get(i));
        }
    }

    private void append(String start, String text) throws IOException, SessionEnd {
        byte[] octets = (start + text).getBytes(StandardCharsets.UTF_8);
        int used = Math.min(octets.length, start.length() + TEXT_OCTETS_MAX);
        while (used < octets.length && (octets[used] & 0xc0) == 0x80) {
            used--;
        }
        if (length + used + 2 > OCTETS_MAX) {
            flush();
        }
        if (length + used + 2 > pending.length) {
            int wanted = Math.max(OCTETS_INITIAL, 2 * (length + used + 2));
            pending = Arrays.copyOf(pending, Math.min(OCTETS_MAX, wanted));
        }
        System.arraycopy(octets, 0, pending, length, used);
        length += used;
        pending[length++] = '\r';
        pending[length++] = '\n';
    }

    void flush() throws IOException, SessionEnd {
        if (length == 0) {
            return;
        }
        byte[] octets = pending;
        int count = length;
        pending = NOTHING;
        length = 0;
        watch.begin(Waiting.FOR_WRITE, deadlines.now() + patienceNanos);
        Ended ended = Ended.BY_ITSELF;
        try {
            wire.write(octets, 0, count);
        } catch (IOException e) {
            ended = watch.end();
            if (ended == Ended.BY_ITSELF) {
                throw e;
            }
        }
        if (ended == Ended.BY_ITSELF) {
            ended = watch.end();
        }
        if (ended != Ended.BY_ITSELF) {
            throw new SessionEnd(ended == Ended.BY_STOP ? Ending.STOPPED : Ending.NOT_READING, null);
        }
    }
}
