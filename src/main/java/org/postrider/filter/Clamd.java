package org.postrider.filter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has clamd scan one message, with INSTREAM (clamd(8)). A connection for each scan, as clamd ends it then. */
final class Clamd {
    private static final byte[] COMMAND = "zINSTREAM\0".getBytes(StandardCharsets.US_ASCII);
    private static final int CHUNK_OCTETS = 64 << 10;
    private static final int ANSWER_OCTETS_MAX = 4 << 10;
    private static final int NAME_MAX = 100;
    private static final Pattern ANSWER = Pattern.compile("stream: (?:(?<name>.+) FOUND|(?<clean>OK))");

    private final FilterSettings.VirusScanner settings;
    private final Deadlines deadlines;
    private final Outages outages;

    /** What it says. */
    sealed interface Result {
        /**
         * @param whole whether all of the message was looked at
         */
        record Clean(boolean whole) implements Result {}

        /**
         * @param virus its name, printable ASCII
         */
        record Infected(String virus) implements Result {}
    }

    Clamd(FilterSettings.VirusScanner settings, Deadlines deadlines, Outages outages) {
        this.settings = settings;
        this.deadlines = deadlines;
        this.outages = outages;
    }

    /**
     * Scans the content.
     *
     * @throws FilterFailure where clamd gives no verdict
     * @throws IOException where our own disk refuses
     */
    Result scan(Content content) throws IOException {
        Duration wait = settings.timeouts().content();
        Stream stream;
        try (PeerChannel channel = outages.connect(
                settings.address().socket(),
                () -> PeerChannel.connect(
                        settings.address(), settings.timeouts().connect(), deadlines))) {
            channel.write(ByteBuffer.wrap(COMMAND), settings.timeouts().command());
            stream = new Stream(channel, wait, settings.streamOctetsMax());
            content.writeTo(stream::write);
            stream.end();
            byte[] answer = channel.readString(ANSWER_OCTETS_MAX, deadlines.in(wait));
            return result(new String(answer, StandardCharsets.UTF_8), !stream.cut);
        }
    }

    private static Result result(String answer, boolean whole) throws FilterFailure {
        Matcher matcher = ANSWER.matcher(answer.strip());
        if (!matcher.matches()) {
            throw new FilterFailure("it says \"" + MilterCodec.printable(answer.strip(), NAME_MAX) + "\"");
        }
        String name = matcher.group("name");
        return name == null ? new Result.Clean(whole) : new Result.Infected(MilterCodec.printable(name, NAME_MAX));
    }

    /** The message in chunks, each behind its length; what is beyond the limit is not sent. */
    private static final class Stream {
        private final PeerChannel channel;
        private final Duration wait;
        private final ByteBuffer chunk = ByteBuffer.allocate(Integer.BYTES + CHUNK_OCTETS);
        private long left;
        private boolean cut;

        Stream(PeerChannel channel, Duration wait, long octetsMax) {
            this.channel = channel;
            this.wait = wait;
            this.left = octetsMax;
            chunk.position(Integer.BYTES);
        }

        void write(byte[] octets, int offset, int length) throws FilterFailure {
            int wanted = (int) Math.min(length, left);
            cut |= wanted < length;
            left -= wanted;
            int at = offset;
            int end = offset + wanted;
            while (at < end) {
                int count = Math.min(end - at, chunk.remaining());
                chunk.put(octets, at, count);
                at += count;
                if (!chunk.hasRemaining()) {
                    send();
                }
            }
        }

        private void send() throws FilterFailure {
            int length = chunk.position() - Integer.BYTES;
            if (length > 0) {
                chunk.putInt(0, length).flip();
                channel.write(chunk, wait);
                chunk.clear().position(Integer.BYTES);
            }
        }

        void end() throws FilterFailure {
            send();
            channel.write(ByteBuffer.allocate(Integer.BYTES), wait);
        }
    }
}
