package org.postrider.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a milter: packets out and in, the negotiation, and the wait for a verdict. What is sent is gathered until
 * an answer is waited for, so that steps without answer cost no round trip.
 *
 * <p>Thread: confined.
 */
final class MilterLink implements AutoCloseable {
    /** Of an answer: libmilter's largest header value and more. */
    static final int PACKET_OCTETS_MAX = 1 << 20;
    /** Of a piece of the body, as every milter takes it ({@code MILTER_CHUNK_SIZE}). */
    static final int CHUNK_OCTETS = 65_535;
    /** How many times its time-out a milter can put off its answer with signs of life. */
    static final int PATIENCE_FACTOR = 4;

    private static final int GATHERED_OCTETS_MAX = 128 << 10;
    private static final MilterAnswer.Verdict CONTINUE = new MilterAnswer.Continue();

    private final PeerChannel channel;
    private final Deadlines deadlines;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    private Negotiated agreed = new Negotiated(Negotiated.VERSION, 0, 0, Map.of());

    /** One packet from the milter. */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    private record Packet(int command, byte[] data) {}

    private MilterLink(PeerChannel channel, Deadlines deadlines) {
        this.channel = channel;
        this.deadlines = deadlines;
    }

    /** Connects and negotiates. */
    static MilterLink open(FilterAddress address, Duration wait, Deadlines deadlines) throws FilterFailure {
        MilterLink link = new MilterLink(PeerChannel.connect(address, wait, deadlines), deadlines);
        boolean agreed = false;
        try {
            link.put('O', Negotiated.offer());
            link.flush(wait);
            Packet answer = link.receive(deadlines.in(wait));
            if (answer.command != 'O') {
                throw new FilterFailure("it did not negotiate");
            }
            link.agreed = Negotiated.read(answer.data);
            agreed = true;
            return link;
        } finally {
            if (!agreed) {
                link.channel.close();
            }
        }
    }

    Negotiated agreed() {
        return agreed;
    }

    /** Tells macros; they go out with the command that follows. */
    void tell(MacroStage stage, Map<String, String> macros) {
        put('D', Macros.packet(stage, macros, agreed.macrosAt(stage)));
    }

    /** Sends a command and waits for the verdict, unless the milter has said that it will give none. */
    MilterAnswer.Verdict ask(char command, byte[] data, boolean answered, Duration wait) throws IOException {
        put(command, data);
        if (answered) {
            return verdict(wait, null);
        }
        if (out.size() > GATHERED_OCTETS_MAX) {
            flush(wait);
        }
        return CONTINUE;
    }

    /** Ends the message for the milter, and takes its edits until it gives its verdict. */
    MilterAnswer.Verdict end(Edits edits, Duration wait) throws IOException {
        put('E', new byte[0]);
        return verdict(wait, edits);
    }

    private MilterAnswer.Verdict verdict(Duration wait, @Nullable Edits edits) throws IOException {
        flush(wait);
        long patience = deadlines.in(wait.multipliedBy(PATIENCE_FACTOR));
        while (true) {
            long due = deadlines.in(wait);
            Packet packet = receive(due - patience < 0 ? due : patience);
            switch (MilterCodec.read(packet.command, packet.data)) {
                case MilterAnswer.Verdict verdict -> {
                    return verdict;
                }
                case MilterAnswer.Progress _ -> {}
                case MilterAnswer.Edit edit -> {
                    if (edits == null) {
                        throw new FilterFailure("it edits before the end of the message");
                    }
                    edits.take(edit);
                }
            }
        }
    }

    /** Lets the milter forget the message; it gives no answer. */
    void abort(Duration wait) throws FilterFailure {
        put('A', new byte[0]);
        flush(wait);
    }

    private void put(char command, byte[] data) {
        out.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(data.length + 1).array());
        out.write(command);
        out.writeBytes(data);
    }

    private void flush(Duration wait) throws FilterFailure {
        byte[] octets = out.toByteArray();
        out.reset();
        channel.write(ByteBuffer.wrap(octets), wait);
    }

    private Packet receive(long due) throws FilterFailure {
        byte[] head = new byte[Integer.BYTES + 1];
        channel.read(head, due);
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 1 || length > PACKET_OCTETS_MAX) {
            throw new FilterFailure("it sent a packet of " + Integer.toUnsignedString(length) + " octets");
        }
        byte[] data = new byte[length - 1];
        channel.read(data, due);
        return new Packet(head[Integer.BYTES], data);
    }

    /** Takes leave, if the milter still listens. */
    @Override
    public void close() {
        try {
            put('Q', new byte[0]);
            flush(Duration.ofSeconds(1));
        } catch (FilterFailure _) {
            // It has left before us.
            return;
        } finally {
            channel.close();
        }
    }

    /** Closes without a word. */
    void drop() {
        channel.close();
    }
}
