package org.postrider.reception;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postrider.mail.QueueId;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Condition;
import org.postrider.spool.Draft;
import org.postrider.spool.Durability;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;
import org.postrider.spool.Update;

/** A spool that refuses what it is told to refuse, and counts the drafts that nobody closed. */
final class FaultySpool implements Spool {
    final Deque<Commit.Reason> refusals = new ArrayDeque<>();
    int writesUntilFailure = Integer.MAX_VALUE;
    int open;
    int drafts;
    double fill;
    long usedOctets;
    Durability asked = Durability.FSYNC;

    private final Spool spool;

    FaultySpool(Spool spool) {
        this.spool = spool;
    }

    @Override
    public Draft draft(long sizeHint) {
        return draft(sizeHint, Durability.FSYNC);
    }

    @Override
    public Draft draft(long sizeHint, Durability durability) {
        open++;
        drafts++;
        asked = durability;
        return new FaultyDraft(spool.draft(sizeHint, durability));
    }

    private final class FaultyDraft implements Draft {
        private final Draft draft;
        private boolean closed;

        FaultyDraft(Draft draft) {
            this.draft = draft;
        }

        @Override
        public QueueId id() {
            return draft.id();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (writesUntilFailure-- <= 0) {
                throw new IOException("no space left on device");
            }
            draft.write(bytes, offset, length);
        }

        @Override
        public long octets() {
            return draft.octets();
        }

        @Override
        public InputStream content() throws IOException {
            return draft.content();
        }

        @Override
        public Draft anew() throws IOException {
            open++;
            drafts++;
            return new FaultyDraft(draft.anew());
        }

        @Override
        public void close() {
            if (!closed) {
                open--;
            }
            closed = true;
            draft.close();
        }
    }

    @Override
    public Commit commit(Draft draft, Arrival arrival, byte[] prefix, List<Update> together) {
        Commit.Reason refusal = refusals.poll();
        if (refusal != null) {
            return new Commit.Refused(refusal, "as told");
        }
        return spool.commit(((FaultyDraft) draft).draft, arrival, prefix, together);
    }

    @Override
    public void update(List<Update> updates, Runnable durable) {
        spool.update(updates, durable);
    }

    @Override
    public Optional<StoredMessage> find(QueueId id) throws IOException {
        return spool.find(id);
    }

    @Override
    public InputStream content(QueueId id) throws IOException {
        return spool.content(id);
    }

    @Override
    public long contentOctets(QueueId id) throws IOException {
        return spool.contentOctets(id);
    }

    @Override
    public void forEach(Consumer<StoredMessage> visitor) throws IOException {
        spool.forEach(visitor);
    }

    @Override
    public Condition condition() {
        return new Condition(0, usedOctets, fill, Duration.ZERO, 0, 0);
    }

    @Override
    public void close() {
        spool.close();
    }
}
