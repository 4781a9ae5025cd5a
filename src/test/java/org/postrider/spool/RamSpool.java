package org.postrider.spool;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * A spool in memory, for tests: everything is durable at once, and {@link #refuse} makes it say no. Passes the contract
 * suite but for restarts.
 *
 * <p>Thread: any.
 */
public final class RamSpool implements Spool {
    private final Object lock = new Object();
    private final TreeMap<Long, Stored> messages = new TreeMap<>();
    private long lastId;
    private boolean closed;
    private Commit.@Nullable Reason refusal;

    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    private record Stored(Arrival arrival, byte[] content, List<Optional<RecipientState>> states) {
        StoredMessage message(long id) {
            return new StoredMessage(new QueueId(id), arrival, content.length, states);
        }

        boolean isDone() {
            return states.stream().allMatch(state -> state.orElse(null) instanceof RecipientState.Settled);
        }
    }

    /** Refuses all commits from now on; {@code null} takes them again. */
    public void refuse(Commit.@Nullable Reason reason) {
        synchronized (lock) {
            refusal = reason;
        }
    }

    @Override
    public Draft draft(long sizeHint) {
        synchronized (lock) {
            return new RamDraft(new QueueId(++lastId));
        }
    }

    @Override
    public Commit commit(Draft draft, Arrival arrival, byte[] prefix, List<Update> together) {
        RamDraft mine = (RamDraft) draft;
        synchronized (lock) {
            Commit.Reason reason = closed ? Commit.Reason.CLOSED : refusal;
            if (reason != null) {
                return new Commit.Refused(reason, "asked to refuse");
            }
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(prefix);
            content.writeBytes(mine.bytes.toByteArray());
            List<Optional<RecipientState>> states = new ArrayList<>();
            arrival.envelope().recipients().forEach(recipient -> states.add(Optional.empty()));
            messages.put(mine.id.value(), new Stored(arrival, content.toByteArray(), states));
            together.forEach(this::apply);
            return new Commit.Durable(mine.id);
        }
    }

    @Override
    public void update(List<Update> updates, Runnable durable) {
        synchronized (lock) {
            updates.forEach(this::apply);
        }
        durable.run();
    }

    private void apply(Update update) {
        Stored stored = messages.get(update.id().value());
        if (stored == null || update.recipient() >= stored.states.size()) {
            return;
        }
        if (!(stored.states.get(update.recipient()).orElse(null) instanceof RecipientState.Settled)) {
            stored.states.set(update.recipient(), Optional.of(update.state()));
        }
        if (stored.isDone()) {
            messages.remove(update.id().value());
        }
    }

    @Override
    public Optional<StoredMessage> find(QueueId id) {
        synchronized (lock) {
            Stored stored = messages.get(id.value());
            return stored == null ? Optional.empty() : Optional.of(stored.message(id.value()));
        }
    }

    @Override
    public InputStream content(QueueId id) throws IOException {
        return new ByteArrayInputStream(stored(id).content);
    }

    @Override
    public long contentOctets(QueueId id) throws IOException {
        return stored(id).content.length;
    }

    private Stored stored(QueueId id) throws IOException {
        synchronized (lock) {
            Stored stored = messages.get(id.value());
            if (stored == null) {
                throw new NoSuchFileException("message " + id);
            }
            return stored;
        }
    }

    @Override
    public void forEach(Consumer<StoredMessage> visitor) {
        List<StoredMessage> all = new ArrayList<>();
        synchronized (lock) {
            messages.forEach((id, stored) -> all.add(stored.message(id)));
        }
        all.forEach(visitor);
    }

    @Override
    public Condition condition() {
        synchronized (lock) {
            long octets = messages.values().stream()
                    .mapToLong(stored -> stored.content.length)
                    .sum();
            return new Condition(messages.size(), octets, 0, Duration.ZERO, 0, 0);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    private static final class RamDraft implements Draft {
        private final QueueId id;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        RamDraft(QueueId id) {
            this.id = id;
        }

        @Override
        public QueueId id() {
            return id;
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            bytes.write(source, offset, length);
        }

        @Override
        public long octets() {
            return bytes.size();
        }

        @Override
        public InputStream content() {
            return new ByteArrayInputStream(bytes.toByteArray());
        }

        @Override
        public Draft anew() {
            return new RamDraft(id);
        }

        @Override
        public void close() {}
    }
}
