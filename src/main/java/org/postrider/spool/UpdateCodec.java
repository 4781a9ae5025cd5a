package org.postrider.spool;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.RecipientState;

/** The spool's form of a list of updates; its first octet is the version of the form. */
final class UpdateCodec {
    /** 2 has a note behind each state. */
    private static final int VERSION = 2;

    private static final int VERSION_WITHOUT_NOTES = 1;
    private static final int HAS_NOTE = 1;
    private static final int TELLS_STATE = 2;
    private static final int TELLS_INTERVENTION = 4;
    private static final int UPDATES_MAX = 1 << 24;
    private static final int STATE_CAPACITY = 128;

    private UpdateCodec() {}

    /** Sees one update in its encoded form. */
    interface Visitor {
        /**
         * @param kind the first octet of the state, for {@link StateCodec#isSettled}
         * @param state reads the state, kind included
         */
        void update(long id, int recipient, int kind, ByteReader state) throws DamagedException;
    }

    /** Sees one update with its note. */
    interface NoteVisitor {
        void update(long id, int recipient, ByteReader state, @Nullable Note note) throws DamagedException;
    }

    static void write(ByteWriter out, List<Update> updates) {
        out.octet(VERSION);
        out.varint(updates.size());
        ByteWriter state = new ByteWriter(STATE_CAPACITY);
        for (Update update : updates) {
            out.fixed64(update.id().value());
            out.varint(update.recipient());
            state.reset();
            StateCodec.write(state, update.state());
            out.block(state.array(), 0, state.length());
            note(out, update.note());
        }
    }

    private static void note(ByteWriter out, @Nullable Note note) {
        if (note == null) {
            out.octet(0);
            return;
        }
        out.octet(
                HAS_NOTE | (note.tellsState() ? TELLS_STATE : 0) | (note.tellsIntervention() ? TELLS_INTERVENTION : 0));
        StateCodec.instant(out, note.at());
        StateCodec.instant(out, note.arrived());
        out.text(note.from(), Note.PATH_CHARACTERS_MAX);
        out.text(note.to(), Note.PATH_CHARACTERS_MAX);
    }

    private static @Nullable Note note(ByteReader in) throws DamagedException {
        int flags = in.octet();
        if ((flags & HAS_NOTE) == 0) {
            return null;
        }
        return new Note(
                StateCodec.instant(in),
                StateCodec.instant(in),
                in.text(),
                in.text(),
                (flags & TELLS_STATE) != 0,
                (flags & TELLS_INTERVENTION) != 0);
    }

    static void read(ByteReader in, Visitor visitor) throws DamagedException {
        readNoted(in, (id, recipient, state, _) -> visitor.update(id, recipient, state.peek(), state));
    }

    static void readNoted(ByteReader in, NoteVisitor visitor) throws DamagedException {
        int version = in.octet();
        if (version != VERSION && version != VERSION_WITHOUT_NOTES) {
            throw new DamagedException("states of unknown version " + version);
        }
        int count = in.count(UPDATES_MAX);
        for (int i = 0; i < count; i++) {
            long id = in.fixed64();
            int recipient = in.count(Integer.MAX_VALUE);
            byte[] state = in.block();
            if (state.length == 0) {
                throw new DamagedException("an empty state");
            }
            Note note = version == VERSION_WITHOUT_NOTES ? null : note(in);
            visitor.update(id, recipient, new ByteReader(state), note);
        }
    }

    /** A state in its encoded form. */
    static byte[] encoded(RecipientState state) {
        ByteWriter out = new ByteWriter(STATE_CAPACITY);
        StateCodec.write(out, state);
        return out.toBytes();
    }
}
