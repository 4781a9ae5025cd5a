package org.postrider.delivery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Condition;
import org.postrider.spool.Draft;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;
import org.postrider.spool.Update;

/** A spool that holds the messages a test put there, and can fail to give them out. It takes none in. */
final class StoredMail implements Spool {
    static final Instant ARRIVED = Instant.parse("2026-03-01T12:00:00Z");
    static final String CONTENT = String.join(
            "\r\n",
            "Received: by us",
            "Return-Path: <old@example.org>",
            "\tfolded",
            "Subject: Hello",
            "",
            "Body",
            "Return-Path: not a field",
            "");

    private final Map<QueueId, StoredMessage> messages = new ConcurrentHashMap<>();
    private final Map<QueueId, byte[]> contents = new ConcurrentHashMap<>();
    private volatile boolean unreadable;
    private volatile boolean exploding;

    QueueId put(String content, MailParameters parameters, String... recipients) {
        QueueId id = new QueueId(messages.size() + 1L);
        List<Recipient> list = Arrays.stream(recipients)
                .map(text -> Recipient.of(
                        new ForwardPath(MailboxGrammar.mailbox(text).orElseThrow())))
                .toList();
        ReversePath sender =
                new ReversePath(MailboxGrammar.mailbox("alice@sender.example").orElseThrow());
        Arrival arrival = new Arrival(new Envelope(sender, parameters, list), ARRIVED, "test");
        byte[] octets = content.getBytes(StandardCharsets.UTF_8);
        messages.put(
                id, new StoredMessage(id, arrival, octets.length, Collections.nCopies(list.size(), Optional.empty())));
        contents.put(id, octets);
        return id;
    }

    QueueId put(String... recipients) {
        return put(CONTENT, MailParameters.PLAIN, recipients);
    }

    /** Content cannot be read from now on. */
    void breakContent() {
        unreadable = true;
    }

    /** Reading content throws an error from now on, as when memory runs out. */
    void explode() {
        exploding = true;
    }

    @Override
    public Optional<StoredMessage> find(QueueId id) {
        return Optional.ofNullable(messages.get(id));
    }

    @Override
    public InputStream content(QueueId id) throws IOException {
        if (exploding) {
            throw new OutOfMemoryError("as told");
        }
        byte[] octets = contents.get(id);
        if (unreadable || octets == null) {
            throw new IOException("as told");
        }
        return new ByteArrayInputStream(octets);
    }

    @Override
    public long contentOctets(QueueId id) {
        return find(id).orElseThrow().contentOctets();
    }

    @Override
    public Draft draft(long sizeHint) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Commit commit(Draft draft, Arrival arrival, byte[] prefix, List<Update> together) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void update(List<Update> updates, Runnable durable) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forEach(Consumer<StoredMessage> visitor) {
        messages.values().forEach(visitor);
    }

    @Override
    public Condition condition() {
        return new Condition(messages.size(), 0, 0, Duration.ZERO, 0, 0);
    }

    @Override
    public void close() {}
}
