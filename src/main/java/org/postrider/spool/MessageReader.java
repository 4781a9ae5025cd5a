package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads envelopes and states back from the log and the checkpoint. Thread: confined. */
final class MessageReader {
    private static final Logger LOG = LoggerFactory.getLogger(MessageReader.class);
    private static final int FIRST_OCTETS = 1 << 10;
    private static final byte[] NO_STATE = {};

    private final Frequent<Diagnosis> diagnoses = new Frequent<>(StateCodec::diagnosis);
    private final ArrivalCodec.Parts arrivals = ArrivalCodec.Parts.frequent();
    private @Nullable Checkpoint checkpoint;
    private Checkpoint.@Nullable Cursor cursor;

    /** The record that was read last: many states often share one. */
    private @Nullable Raw last;

    private long lastPlace;

    /** What that record says of one message: its recipients' last states. */
    private Map<Integer, byte[]> lastStates = Map.of();

    private long lastStatesId;

    /** A record's header and meta. */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    record Raw(RecordHeader header, byte[] meta) {
        MessageCore core() throws DamagedException {
            return MessageCore.read(new ByteReader(meta).block());
        }
    }

    /** Reads and checks a record's header and meta. */
    static Raw raw(Segment segment, int offset) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(FIRST_OCTETS);
        segment.file().read(first, offset);
        first.flip();
        RecordHeader header = RecordHeader.read(first, 0, segment.generation());
        if (header == null) {
            throw new DamagedException(
                    "no record at octet " + offset + " of segment " + segment.generation() + " any more");
        }
        byte[] meta = new byte[header.metaOctets()];
        int there = Math.min(meta.length, first.limit() - RecordHeader.OCTETS);
        first.get(RecordHeader.OCTETS, meta, 0, there);
        if (there < meta.length) {
            ByteBuffer rest = ByteBuffer.wrap(meta, there, meta.length - there);
            segment.file().read(rest, (long) offset + RecordHeader.OCTETS + there);
        }
        if (RecordHeader.crc(meta, 0, meta.length) != header.metaCrc()) {
            throw new DamagedException(
                    "the record at octet " + offset + " of segment " + segment.generation() + " is damaged");
        }
        return new Raw(header, meta);
    }

    /** Reads the record of a message and checks that it is that message's. */
    static Raw raw(Ledger.Located located) throws IOException {
        Raw raw = raw(located.segment(), located.offset());
        if (raw.header().id() != located.id()) {
            throw new DamagedException("the record of message " + new QueueId(located.id()) + " is another's");
        }
        return raw;
    }

    /**
     * The message in the checkpoint's form.
     *
     * @param lenient whether for a state that cannot be read an earlier one is taken, or none, so that its recipient is
     *     tried once more
     */
    Checkpoint.Entry entry(Ledger.Located located, Ledger ledger, boolean lenient) throws IOException {
        Checkpoint.Entry before = before(located, lenient);
        byte[] core = before != null ? before.core() : raw(located).core().bytes();
        byte[][] states = new byte[located.states().length][];
        for (int i = 0; i < states.length; i++) {
            try {
                states[i] = state(located, i, before, ledger);
            } catch (IOException e) {
                if (!lenient) {
                    throw e;
                }
                LOG.error("spool: the state of {}/{} is lost", new QueueId(located.id()), i, e);
                states[i] = known(located.id(), i, before, ledger);
            }
        }
        return new Checkpoint.Entry(located.id(), located.place(), located.octets(), core, states);
    }

    private Checkpoint.@Nullable Entry before(Ledger.Located located, boolean lenient) throws IOException {
        try {
            return fromCheckpoint(located);
        } catch (IOException e) {
            if (!lenient) {
                throw e;
            }
            LOG.error("spool: message {} cannot be read from the checkpoint", new QueueId(located.id()), e);
            return null;
        }
    }

    /** A recipient's last state that is known without its record. */
    private static byte[] known(long id, int recipient, Checkpoint.@Nullable Entry before, Ledger ledger) {
        StoredMessage recent = ledger.recent(new QueueId(id));
        if (recent != null) {
            return recent.states().get(recipient).map(UpdateCodec::encoded).orElse(NO_STATE);
        }
        return before == null ? NO_STATE : before.states()[recipient];
    }

    StoredMessage message(Ledger.Located located, Ledger ledger, boolean lenient) throws IOException {
        Checkpoint.Entry entry = entry(located, ledger, lenient);
        MessageCore core = MessageCore.read(entry.core());
        List<Optional<RecipientState>> states = new ArrayList<>(entry.states().length);
        for (byte[] state : entry.states()) {
            states.add(
                    state.length == 0
                            ? Optional.empty()
                            : Optional.of(StateCodec.read(new ByteReader(state), diagnoses::read)));
        }
        return new StoredMessage(new QueueId(located.id()), core.arrival(arrivals), core.contentOctets(), states);
    }

    /** The message's entry in the current checkpoint, {@code null} where it came later. */
    Checkpoint.@Nullable Entry fromCheckpoint(Ledger.Located located) throws IOException {
        Checkpoint current = located.checkpoint();
        if (current == null) {
            return null;
        }
        if (current != checkpoint || cursor == null) {
            checkpoint = current;
            cursor = current.cursor();
        }
        return cursor.seek(located.id());
    }

    private byte[] state(Ledger.Located located, int recipient, Checkpoint.@Nullable Entry before, Ledger ledger)
            throws IOException {
        long place = located.states()[recipient];
        if (place == MessageIndex.NONE) {
            return NO_STATE;
        }
        Checkpoint current = located.checkpoint();
        if (current != null && place < current.start()) {
            if (before == null) {
                throw new DamagedException("message " + new QueueId(located.id()) + " is not in the checkpoint");
            }
            return before.states()[recipient];
        }
        return statesIn(place, located.id(), ledger).getOrDefault(recipient, NO_STATE);
    }

    private Raw record(long place, Ledger ledger) throws IOException {
        Raw raw = last;
        if (raw == null || place != lastPlace) {
            Segment segment = ledger.segment(MessageIndex.generation(place));
            if (segment == null) {
                throw new DamagedException("segment " + MessageIndex.generation(place) + " is not there");
            }
            raw = raw(segment, MessageIndex.offset(place));
            last = raw;
            lastPlace = place;
            lastStatesId = 0;
        }
        return raw;
    }

    /** The last states of a message's recipients in one record, which is read and parsed once for all of them. */
    private Map<Integer, byte[]> statesIn(long place, long id, Ledger ledger) throws IOException {
        Raw raw = record(place, ledger);
        if (id != lastStatesId) {
            lastStates = parse(raw, id);
            lastStatesId = id;
        }
        return lastStates;
    }

    private static Map<Integer, byte[]> parse(Raw raw, long id) throws DamagedException {
        ByteReader in = new ByteReader(raw.meta());
        if (raw.header().kind() != RecordHeader.Kind.STATES) {
            in.skipBlock();
        }
        Map<Integer, byte[]> found = new HashMap<>();
        UpdateCodec.read(in, (ofId, recipient, kind, state) -> {
            byte[] before = found.get(recipient);
            boolean settledBefore = before != null && StateCodec.isSettled(before[0] & 0xff);
            if (ofId == id && !settledBefore) {
                found.put(recipient, state.rest());
            }
        });
        return found;
    }
}
