package org.postrider.spool;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;

/**
 * One record on its way into the log, and what is to happen once it is durable. Encoded and checksummed by the thread
 * that asks; the appender only copies.
 *
 * <p>Thread: handed from the asking thread to the appender's, {@link #await} excepted.
 */
final class Append {
    private static final byte[] NOTHING = {};

    final RecordHeader.Kind kind;
    final long id;
    final byte[] meta;
    final byte[] prefix;
    final byte[] content;
    final int contentOctets;
    final int metaCrc;
    final int contentCrc;
    final List<Update> updates;

    /** What the index needs of a message, {@code null} for states. */
    final @Nullable MessageCore core;

    final @Nullable Arrival arrival;
    final Durability durability;

    /** Where the message lay that is being moved. */
    final long movedFrom;

    private final @Nullable Runnable durable;
    final long began = System.nanoTime();

    /** Where the appender put it. */
    long place;

    boolean answered;
    private volatile @Nullable Commit outcome;
    private volatile @Nullable Thread waiter;

    private Append(
            RecordHeader.Kind kind,
            long id,
            byte[] meta,
            byte[] prefix,
            byte[] content,
            int contentOctets,
            int contentCrc,
            List<Update> updates,
            @Nullable MessageCore core,
            @Nullable Arrival arrival,
            Durability durability,
            long movedFrom,
            @Nullable Runnable durable) {
        this.kind = kind;
        this.id = id;
        this.meta = meta;
        this.prefix = prefix;
        this.content = content;
        this.contentOctets = contentOctets;
        this.metaCrc = RecordHeader.crc(meta, 0, meta.length);
        this.contentCrc = contentCrc;
        this.updates = updates;
        this.core = core;
        this.arrival = arrival;
        this.durability = durability;
        this.movedFrom = movedFrom;
        this.durable = durable;
    }

    /** What becomes durable together with others' states waits for the sync, whatever was asked. */
    static Append message(
            QueueId id,
            MessageCore core,
            Arrival arrival,
            byte[] prefix,
            byte[] content,
            int contentOctets,
            List<Update> together,
            Durability durability) {
        CRC32C crc = new CRC32C();
        crc.update(prefix);
        crc.update(content, 0, contentOctets);
        return new Append(
                RecordHeader.Kind.MESSAGE,
                id.value(),
                meta(core, together),
                prefix,
                content,
                contentOctets,
                (int) crc.getValue(),
                together,
                core,
                arrival,
                together.isEmpty() ? durability : Durability.FSYNC,
                MessageIndex.NONE,
                null);
    }

    static Append states(List<Update> updates, Runnable durable) {
        ByteWriter meta = new ByteWriter(48 + 96 * updates.size());
        UpdateCodec.write(meta, updates);
        return new Append(
                RecordHeader.Kind.STATES,
                0,
                meta.toBytes(),
                NOTHING,
                NOTHING,
                0,
                0,
                updates,
                null,
                null,
                Durability.FSYNC,
                MessageIndex.NONE,
                durable);
    }

    static Append moved(long id, MessageCore core, byte[] content, int contentCrc, long from) {
        return new Append(
                RecordHeader.Kind.MOVED,
                id,
                meta(core, List.of()),
                NOTHING,
                content,
                content.length,
                contentCrc,
                List.of(),
                core,
                null,
                Durability.FSYNC,
                from,
                null);
    }

    /** The meta of a message's record: the core with its length, then what becomes durable together with it. */
    private static byte[] meta(MessageCore core, List<Update> together) {
        byte[] bytes = core.bytes();
        ByteWriter meta = new ByteWriter(bytes.length + 8 + 96 * together.size());
        meta.block(bytes, 0, bytes.length);
        UpdateCodec.write(meta, together);
        return meta.toBytes();
    }

    int recordOctets() {
        return RecordHeader.recordOctets(meta.length, Math.addExact(prefix.length, contentOctets));
    }

    RecordHeader header(long generation, int synced) {
        return new RecordHeader(
                kind, generation, id, meta.length, prefix.length + contentOctets, metaCrc, contentCrc, synced);
    }

    /** Whether it must become durable however long that takes: nobody can be told that it did not. */
    boolean mustSurvive() {
        return kind == RecordHeader.Kind.STATES || answered;
    }

    void durable() {
        answered = true;
        if (durable != null) {
            durable.run();
        } else {
            answer(new Commit.Durable(new QueueId(id)));
        }
    }

    void refuse(Commit.Reason reason, String detail) {
        if (kind != RecordHeader.Kind.STATES && !answered) {
            answer(new Commit.Refused(reason, detail));
        }
    }

    private void answer(Commit commit) {
        if (outcome == null) {
            outcome = commit;
            LockSupport.unpark(waiter);
        }
    }

    @Nullable
    Commit outcome() {
        return outcome;
    }

    /** Blocks the calling thread until the appender has answered; an interrupt is kept for later. */
    Commit await() {
        waiter = Thread.currentThread();
        boolean interrupted = false;
        Commit answer = outcome;
        while (answer == null) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
            answer = outcome;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return answer;
    }
}
