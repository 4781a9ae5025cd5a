package org.postrider.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postrider.mail.QueueId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps damaged bytes for people to look at, counts them, and raises the alarm. Thread: any. */
final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    private static final int COPY_OCTETS = 64 << 10;

    private final Disk disk;
    private final Ledger ledger;
    private final Set<Long> saved = ConcurrentHashMap.newKeySet();

    Quarantine(Disk disk, Ledger ledger) {
        this.disk = disk;
        this.ledger = ledger;
    }

    /** Saves {@code octets} of a segment and counts them as damage, once for each place. */
    void save(Segment segment, int offset, int octets, String why) {
        if (!saved.add(MessageIndex.place(segment.generation(), offset))) {
            return;
        }
        ledger.countQuarantined();
        String name = copy(segment, offset, octets);
        LOG.error(
                "spool: {} octets at {} of segment {} are damaged ({}); saved as {}",
                octets,
                offset,
                segment.generation(),
                why,
                name);
    }

    /** Saves a torn tail, which a crash explains: no alarm. */
    void saveTail(Segment segment, int offset, int octets) {
        String name = copy(segment, offset, octets);
        LOG.warn(
                "spool: the torn tail of segment {} was cut at octet {}; saved as {}",
                segment.generation(),
                offset,
                name);
    }

    /** Takes out a message whose record cannot be read. */
    void message(long id) {
        Ledger.Located located = ledger.locate(id);
        if (located != null) {
            save(located.segment(), located.offset(), located.octets(), "message " + new QueueId(id));
            ledger.forget(id);
        }
    }

    private String copy(Segment segment, int offset, int octets) {
        String name = SpoolFiles.QUARANTINE + "/" + SpoolFiles.segment(segment.generation()) + "-" + offset;
        ByteBuffer bytes = ByteBuffer.allocate(COPY_OCTETS);
        try (DiskFile file = disk.create(name)) {
            int at = 0;
            while (at < octets) {
                bytes.clear().limit(Math.min(COPY_OCTETS, octets - at));
                int count = segment.file().read(bytes, (long) offset + at);
                if (count == 0) {
                    break;
                }
                file.write(bytes.flip(), at);
                at += count;
            }
            file.force();
            return name;
        } catch (IOException e) {
            LOG.error("spool: damaged octets could not be saved as {}", name, e);
            return "nothing, see above";
        }
    }
}
