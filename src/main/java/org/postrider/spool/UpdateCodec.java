package org.postrider.spool;

import java.util.List;
import org.postrider.mail.RecipientState;

/** The spool's form of a list of updates; its first octet is the version of the form. */
final class UpdateCodec {
    private static final int VERSION = 1;
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
        }
    }

    static void read(ByteReader in, Visitor visitor) throws DamagedException {
        int version = in.octet();
        if (version != VERSION) {
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
            visitor.update(id, recipient, state[0] & 0xff, new ByteReader(state));
        }
    }

    /** A state in its encoded form. */
    static byte[] encoded(RecipientState state) {
        ByteWriter out = new ByteWriter(STATE_CAPACITY);
        StateCodec.write(out, state);
        return out.toBytes();
    }
}
