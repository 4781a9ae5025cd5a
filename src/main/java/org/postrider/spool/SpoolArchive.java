package org.postrider.spool;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postrider.mail.QueueId;

/**
 * Takes all open messages out of a stopped spool into one stream, and puts such a stream into another spool: {@code spool
 * export} and {@code spool import}.
 *
 * <p>The stream: the line {@code postrider-spool-archive 1}, then for each message an octet 1, its id (8 octets), the
 * envelope and the states in the forms that {@code docs/design/spool.md} describes, each with its length (4 octets)
 * before it, the length of its content (8 octets) and the content; at the end an octet 0 and the count (8 octets). Numbers
 * are big-endian.
 */
public final class SpoolArchive {
    private static final byte[] TITLE = "postrider-spool-archive 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER_OCTETS = 64 << 10;
    private static final int ENVELOPE_OCTETS_MAX = 1 << 28;

    private SpoolArchive() {}

    /** Writes all open messages of the spool in {@code directory}, oldest first, and says how many they are. */
    public static long export(Path directory, OutputStream to, InstantSource clock) throws IOException {
        try (LogSpool spool = LogSpool.open(directory, SpoolSettings.DEFAULT, clock)) {
            return export(spool, to);
        }
    }

    /** As {@link #export(Path, OutputStream, InstantSource)}, from a spool that is open. */
    public static long export(Spool spool, OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        out.write(TITLE);
        long[] count = {0};
        try {
            spool.forEach(message -> {
                write(spool, message, out);
                count[0]++;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.writeByte(0);
        out.writeLong(count[0]);
        out.flush();
        return count[0];
    }

    private static void write(Spool spool, StoredMessage message, DataOutputStream out) {
        ByteWriter arrival = new ByteWriter(256);
        ArrivalCodec.write(arrival, message.arrival());
        List<Update> updates = new ArrayList<>();
        for (int i = 0; i < message.states().size(); i++) {
            int recipient = i;
            message.states().get(i).ifPresent(state -> updates.add(new Update(message.id(), recipient, state)));
        }
        ByteWriter states = new ByteWriter(256);
        UpdateCodec.write(states, updates);
        try (InputStream content = spool.content(message.id())) {
            out.writeByte(1);
            out.writeLong(message.id().value());
            out.writeInt(arrival.length());
            out.write(arrival.array(), 0, arrival.length());
            out.writeInt(states.length());
            out.write(states.array(), 0, states.length());
            out.writeLong(message.contentOctets());
            content.transferTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("message " + message.id(), e);
        }
    }

    /**
     * Puts all messages of the stream into the spool in {@code directory}, with new ids and the states they had, and says
     * how many they are. A stream that breaks off leaves those before the break imported.
     */
    public static long importInto(Path directory, InputStream from, InstantSource clock) throws IOException {
        try (LogSpool spool = LogSpool.open(directory, SpoolSettings.DEFAULT, clock)) {
            return importInto(spool, from);
        }
    }

    /** As {@link #importInto(Path, InputStream, InstantSource)}, into a spool that is open. */
    public static long importInto(Spool spool, InputStream from) throws IOException {
        DataInputStream in = new DataInputStream(from);
        if (!Arrays.equals(in.readNBytes(TITLE.length), TITLE)) {
            throw new IOException("not a spool archive of a version that this release knows");
        }
        long count = 0;
        while (in.readByte() == 1) {
            read(spool, in);
            count++;
        }
        if (in.readLong() != count) {
            throw new IOException("the archive does not hold as many messages as it says");
        }
        return count;
    }

    private static void read(Spool spool, DataInputStream in) throws IOException {
        long oldId = in.readLong();
        Arrival arrival = ArrivalCodec.read(new ByteReader(block(in)));
        byte[] states = block(in);
        long left = in.readLong();
        try (Draft draft = spool.draft(left)) {
            byte[] buffer = new byte[BUFFER_OCTETS];
            while (left > 0) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new EOFException("the archive breaks off in message " + new QueueId(oldId));
                }
                draft.write(buffer, 0, count);
                left -= count;
            }
            List<Update> updates = new ArrayList<>();
            UpdateCodec.read(
                    new ByteReader(states),
                    (id, recipient, kind, state) ->
                            updates.add(new Update(draft.id(), recipient, StateCodec.read(state))));
            Commit commit = spool.commit(draft, arrival, new byte[0], updates);
            if (commit instanceof Commit.Refused refused) {
                throw new IOException("the spool refused message " + new QueueId(oldId) + ": " + refused.detail());
            }
        }
    }

    private static byte[] block(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > ENVELOPE_OCTETS_MAX) {
            throw new IOException("the archive is damaged: a field of " + length + " octets");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the archive breaks off");
        }
        return bytes;
    }
}
