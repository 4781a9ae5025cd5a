package org.postrider.smtp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.postrider.mail.Reply;
import org.postrider.smtp.server.Watch.Ended;
import org.postrider.smtp.server.Watch.Waiting;

/**
 * The only reader of a session's octets. It knows one line end, CRLF; a CR or LF that stands alone ends nothing (RFC 5321
 * §2.3.8), so that no two servers can disagree about where a message ends.
 *
 * <p>Waits for the client only when all it sent has been used, and has the replies written before (RFC 2920 §3.2). The
 * buffer is small while commands are awaited and grows while content flows.
 */
final class WireReader {
    /** A command line as it came. */
    sealed interface Line {
        /**
         * Printable, of ASCII or UTF-8, without its CRLF.
         *
         * @param octets its length on the wire, with its CRLF
         */
        record Whole(String text, int octets) implements Line {}

        /** Not a command; the next line is read as usual. */
        record Broken(Reply reply) implements Line {}
    }

    private static final byte TLS_HANDSHAKE = 0x16;

    private Wire wire;
    private final Watch watch;
    private final Deadlines deadlines;
    private final Buffers buffers;
    private final ReplyWriter replies;
    private final byte[] small = new byte[Buffers.SMALL];
    private final long sessionDue;
    private byte[] buffer = small;
    private int position;
    private int limit;
    private boolean expectsMuch;

    WireReader(Wire wire, Watch watch, Deadlines deadlines, Buffers buffers, ReplyWriter replies, long sessionDue) {
        this.wire = wire;
        this.watch = watch;
        this.deadlines = deadlines;
        this.buffers = buffers;
        this.replies = replies;
        this.sessionDue = sessionDue;
    }

    /** From now on what the client sends comes by another wire, which is over the one that it came by so far. */
    void readFrom(Wire over) {
        wire = over;
    }

    /** Whether the client has sent more than has been used so far, as far as can be told without waiting. */
    boolean hasMore() throws IOException {
        return position < limit || wire.available() > 0;
    }

    /**
     * Reads the next command line.
     *
     * @param due when it must be whole
     */
    Line line(SessionLimits limits, long due) throws IOException, SessionEnd {
        shrink();
        int length = 0;
        boolean bare = false;
        while (true) {
            for (; position + length < limit; length++) {
                if (buffer[position + length] == '\n') {
                    if (length > 0 && buffer[position + length - 1] == '\r') {
                        return take(length - 1, limits);
                    }
                    bare = true;
                }
            }
            if (length > 0 && buffer[position] == TLS_HANDSHAKE) {
                throw new SessionEnd(Ending.NOT_SMTP, Replies.TLS);
            }
            if (length >= limits.commandLineOctetsMax()) {
                return discardLine(limits, due);
            }
            if (bare) {
                awaitLineEnd(due);
            } else {
                fill(Waiting.FOR_COMMAND, due);
            }
        }
    }

    /** Waits on for a line that holds a bare LF: its sender most likely means that to be the end, and waits for us. */
    private void awaitLineEnd(long due) throws IOException, SessionEnd {
        long soon = deadlines.now() + SessionTimeouts.UNENDED_LINE.toNanos();
        try {
            fill(Waiting.FOR_COMMAND, Math.min(due, soon));
        } catch (SessionEnd end) {
            throw end.ending() == Ending.TIMED_OUT ? new SessionEnd(Ending.TIMED_OUT, Replies.LINE_NOT_ENDED) : end;
        }
    }

    private Line take(int length, SessionLimits limits) {
        int from = position;
        position += length + 2;
        if (length + 2 > limits.commandLineOctetsMax()) {
            return new Line.Broken(Replies.LINE_TOO_LONG);
        }
        boolean ascii = true;
        for (int i = from; i < from + length; i++) {
            byte octet = buffer[i];
            if (octet == '\r' || octet == '\n') {
                return new Line.Broken(Replies.BARE_LINE_END);
            }
            if ((octet >= 0 && octet < ' ') || octet == 0x7f) {
                return new Line.Broken(Replies.CONTROL_CHARACTER);
            }
            ascii &= octet >= 0;
        }
        return ascii
                ? new Line.Whole(new String(buffer, from, length, StandardCharsets.US_ASCII), length + 2)
                : decode(from, length);
    }

    private Line decode(int from, int length) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, from, length))
                    .toString();
            boolean control = text.chars().anyMatch(Character::isISOControl);
            return control ? new Line.Broken(Replies.CONTROL_CHARACTER) : new Line.Whole(text, length + 2);
        } catch (CharacterCodingException _) {
            return new Line.Broken(Replies.BAD_UTF8);
        }
    }

    private Line discardLine(SessionLimits limits, long due) throws IOException, SessionEnd {
        long discarded = 0;
        byte before = 0;
        while (discarded <= limits.commandDiscardOctetsMax()) {
            while (position < limit) {
                byte octet = buffer[position++];
                discarded++;
                if (octet == '\n' && before == '\r') {
                    return new Line.Broken(Replies.LINE_TOO_LONG);
                }
                before = octet;
            }
            fill(Waiting.FOR_COMMAND, due);
        }
        throw new SessionEnd(Ending.LIMIT_EXCEEDED, Replies.LINE_TOO_LONG);
    }

    /** Feeds the content after DATA, up to the final dot and with it. */
    void data(ContentScanner content, Pace pace) throws IOException, SessionEnd {
        expect();
        long read = 0;
        while (true) {
            int used = content.data(buffer, position, limit);
            position += used;
            read += used;
            pace.add(used);
            if (content.ended()) {
                expectsMuch = read > Buffers.SMALL;
                return;
            }
            fillContent(pace);
        }
    }

    /** Feeds exactly {@code octets} of BDAT; a CRLF.CRLF among them means nothing. */
    void chunk(long octets, ContentScanner content, Pace pace) throws IOException, SessionEnd {
        expect();
        long left = octets;
        while (left > 0) {
            if (position == limit) {
                fillContent(pace);
            }
            int used = (int) Math.min(left, limit - position);
            content.chunk(buffer, position, position + used);
            position += used;
            left -= used;
            pace.add(used);
        }
        expectsMuch = octets > Buffers.SMALL;
    }

    /** Reads exactly {@code octets} and forgets them. */
    void discard(long octets, Pace pace) throws IOException, SessionEnd {
        long left = octets;
        while (left > 0) {
            if (position == limit) {
                fillContent(pace);
            }
            int used = (int) Math.min(left, limit - position);
            position += used;
            left -= used;
            pace.add(used);
        }
    }

    /** Waits until {@code count} octets can be looked at with {@link #peek}. */
    void require(int count, long due) throws IOException, SessionEnd {
        while (limit - position < count) {
            fill(Waiting.FOR_CONTENT, due);
        }
    }

    /** An octet that has been required. */
    byte peek(int index) {
        return buffer[position + index];
    }

    void skip(int count) {
        position += count;
    }

    /** Lets the client go on for a moment, so that what it sends does not tear down the connection before it has read. */
    void linger(long due) throws IOException, SessionEnd {
        int rounds = 64;
        while (rounds-- > 0) {
            position = limit;
            fill(Waiting.FOR_CONTENT, due);
        }
    }

    /** Takes out what was read and not used: it is not ours to read. */
    byte[] takeUnused() {
        byte[] unused = Arrays.copyOfRange(buffer, position, limit);
        position = limit;
        return unused;
    }

    /** Gives back what is not needed any more. */
    void release() {
        position = limit;
        shrink();
    }

    private void fillContent(Pace pace) throws IOException, SessionEnd {
        fill(Waiting.FOR_CONTENT, pace.due(deadlines.now()));
    }

    private void fill(Waiting kind, long due) throws IOException, SessionEnd {
        replies.flush();
        makeRoom();
        if (!watch.begin(kind, Math.min(due, sessionDue))) {
            throw new SessionEnd(Ending.STOPPED, Replies.STOPPING);
        }
        int count;
        Ended ended = Ended.BY_ITSELF;
        try {
            count = wire.read(buffer, limit, buffer.length - limit);
        } finally {
            ended = watch.end();
        }
        switch (ended) {
            case BY_ITSELF -> {
                if (count < 0) {
                    throw new SessionEnd(Ending.LOST, null);
                }
                limit += count;
            }
            case BY_DEADLINE ->
                throw new SessionEnd(
                        Ending.TIMED_OUT, kind == Waiting.FOR_COMMAND ? Replies.TIMED_OUT : Replies.TOO_SLOW);
            case BY_STOP -> throw new SessionEnd(Ending.STOPPED, Replies.STOPPING);
        }
    }

    /** Moves what is left to the front; a buffer that was filled by one read, or is full, grows. */
    private void makeRoom() {
        boolean filled = limit == buffer.length;
        if (!filled && position < limit) {
            return;
        }
        int left = limit - position;
        if (filled && buffer.length < Buffers.LARGE) {
            replaceBuffer(buffers.borrow(buffer.length + 1), left);
        } else {
            System.arraycopy(buffer, position, buffer, 0, left);
        }
        position = 0;
        limit = left;
    }

    private void replaceBuffer(byte[] other, int left) {
        System.arraycopy(buffer, position, other, 0, left);
        buffers.giveBack(buffer);
        buffer = other;
    }

    /** A client whose last message was long will send another such: the first read may take more than a line. */
    private void expect() {
        if (expectsMuch && buffer.length == Buffers.SMALL) {
            int left = limit - position;
            replaceBuffer(buffers.borrow(Buffers.MEDIUM), left);
            position = 0;
            limit = left;
        }
    }

    private void shrink() {
        if (position == limit) {
            position = 0;
            limit = 0;
            if (buffer.length > Buffers.SMALL) {
                buffers.giveBack(buffer);
                buffer = small;
            }
        }
    }
}
