package org.postrider.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Condition;
import org.postrider.spool.Draft;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;
import org.postrider.spool.Update;

/** A spool that refuses what it is told to refuse, and counts how states came to it. */
final class StubbornSpool implements Spool {
    final Deque<Commit.Reason> refusals = new ArrayDeque<>();
    boolean unreadable;
    /** Thrown by the next look into a message. */
    @Nullable
    Error failure;

    int updates;
    int together;

    private final Spool spool;

    StubbornSpool(Spool spool) {
        this.spool = spool;
    }

    @Override
    public Draft draft(long sizeHint) {
        return spool.draft(sizeHint);
    }

    @Override
    public Commit commit(Draft draft, Arrival arrival, byte[] prefix, List<Update> with) {
        Commit.Reason refusal = refusals.poll();
        if (refusal != null) {
            return new Commit.Refused(refusal, "as told");
        }
        together += with.size();
        return spool.commit(draft, arrival, prefix, with);
    }

    @Override
    public void update(List<Update> changes, Runnable durable) {
        updates += changes.size();
        spool.update(changes, durable);
    }

    @Override
    public Optional<StoredMessage> find(QueueId id) throws IOException {
        Error told = failure;
        if (told != null) {
            failure = null;
            throw told;
        }
        return spool.find(id);
    }

    @Override
    public InputStream content(QueueId id) throws IOException {
        if (unreadable) {
            throw new IOException("unreadable, as told");
        }
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
        return spool.condition();
    }

    @Override
    public void close() {
        spool.close();
    }
}
