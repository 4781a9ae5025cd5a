package org.postrider.spool;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Consumer;
import org.postrider.mail.QueueId;

/** What can be asked of a spool's messages. Thread: any. */
final class SpoolReader {
    private static final int STALE_TRIES = 5;

    private final LargeFiles large;
    private final Ledger ledger;
    private final Quarantine quarantine;

    SpoolReader(LargeFiles large, Ledger ledger, Quarantine quarantine) {
        this.large = large;
        this.ledger = ledger;
        this.quarantine = quarantine;
    }

    Optional<StoredMessage> find(QueueId id) throws IOException {
        StoredMessage recent = ledger.recent(id);
        if (recent != null) {
            return Optional.of(recent);
        }
        return read(id.value(), new MessageReader(), true);
    }

    /** Reads again where the segment was recycled between looking it up and reading. */
    private Optional<StoredMessage> read(long id, MessageReader reader, boolean remember) throws IOException {
        IOException stale = null;
        for (int i = 0; i < STALE_TRIES; i++) {
            Ledger.Located located = ledger.locate(id);
            if (located == null) {
                return Optional.empty();
            }
            try {
                boolean lenient = i == STALE_TRIES - 1;
                StoredMessage message = reader.message(located, ledger, lenient);
                if (remember && !lenient) {
                    ledger.remember(located, message);
                }
                return Optional.of(message);
            } catch (IOException e) {
                stale = e;
            }
        }
        throw new IOException("message " + new QueueId(id) + " cannot be read", stale);
    }

    long contentOctets(QueueId id) throws IOException {
        StoredMessage recent = ledger.recent(id);
        if (recent != null) {
            return recent.contentOctets();
        }
        Ledger.Located located = hold(id);
        try {
            return MessageReader.raw(located).core().contentOctets();
        } finally {
            ledger.release(located.segment());
        }
    }

    private Ledger.Located hold(QueueId id) throws IOException {
        Ledger.Located located = ledger.hold(id.value());
        if (located == null) {
            throw new NoSuchFileException("message " + id);
        }
        return located;
    }

    InputStream content(QueueId id) throws IOException {
        Ledger.Located located = hold(id);
        Segment segment = located.segment();
        boolean opened = false;
        try {
            InputStream content = open(id, located);
            opened = true;
            return content;
        } catch (DamagedException e) {
            alarm(located);
            throw e;
        } finally {
            if (!opened) {
                ledger.release(segment);
            }
        }
    }

    private InputStream open(QueueId id, Ledger.Located located) throws IOException {
        Segment segment = located.segment();
        MessageReader.Raw raw = MessageReader.raw(located);
        MessageCore core = raw.core();
        RecordHeader header = raw.header();
        long offset = (long) located.offset() + RecordHeader.OCTETS + header.metaOctets();
        ContentStream.Part inRecord =
                new ContentStream.Part(segment.file(), offset, header.contentOctets(), header.contentCrc());
        if (!core.isLarge()) {
            return new ContentStream(
                    id, new ContentStream.Part[] {inRecord}, () -> ledger.release(segment), () -> alarm(located));
        }
        DiskFile file = openLarge(id);
        ContentStream.Part inFile = new ContentStream.Part(file, 0, core.fileOctets(), core.fileCrc());
        return new ContentStream(
                id,
                new ContentStream.Part[] {inRecord, inFile},
                () -> {
                    ledger.release(segment);
                    large.leave(id);
                    closeQuietly(file);
                },
                () -> alarm(located));
    }

    private void alarm(Ledger.Located located) {
        String why = "message " + new QueueId(located.id());
        quarantine.save(located.segment(), located.offset(), located.octets(), why);
    }

    private DiskFile openLarge(QueueId id) throws IOException {
        try {
            return large.open(id);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new IOException("the content of message " + id + " is gone", e);
        }
    }

    private static void closeQuietly(DiskFile file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void forEach(Consumer<StoredMessage> visitor) throws IOException {
        MessageReader reader = new MessageReader();
        for (long id : ledger.sortedIds()) {
            read(id, reader, false).ifPresent(visitor);
        }
    }
}
