package org.postrider.server;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.postrider.delivery.SpoolJournal;
import org.postrider.http.RecentMail;
import org.postrider.queue.Accepted;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes on what the spool holds at start.
 *
 * <p>Thread: the one that starts the server, before the engine's has begun, for which it stands in. To read a million
 * messages takes longer than to queue them, so that a thread of its own reads.
 */
final class FoundMail {
    private static final Logger LOG = LoggerFactory.getLogger(FoundMail.class);

    private final Spool spool;
    private final SpoolJournal journal;
    private final ReportIntake intake;
    private final Consumer<Accepted> queue;
    private final RecentMail recent;
    private long found;

    private record Found(StoredMessage message, Accepted accepted) {}

    FoundMail(Spool spool, SpoolJournal journal, ReportIntake intake, Consumer<Accepted> queue, RecentMail recent) {
        this.spool = spool;
        this.journal = journal;
        this.intake = intake;
        this.queue = queue;
        this.recent = recent;
    }

    /** Returns once all are taken on. Throws where the spool cannot be read, or a message cannot be taken on. */
    void takeOn() throws IOException {
        // Only the last ones are remembered for people: to tell of a million would take as long as to queue them.
        long older = spool.condition().messages() - RecentMail.MESSAGES_MAX;
        ReadAhead.Source<Found> source =
                visitor -> spool.forEach(message -> visitor.accept(new Found(message, journal.restore(message))));
        new ReadAhead<>(source).run(one -> {
            takeOn(one);
            if (found >= older) {
                recent.restore(one.message);
            }
            found++;
        });
        if (found > 0) {
            LOG.info("{} messages in the spool", found);
        }
    }

    private void takeOn(Found one) {
        boolean untried = one.message.states().stream().anyMatch(Optional::isEmpty);
        if (untried && intake.concerns(one.message.arrival().envelope())) {
            intake.take(one.accepted);
        } else {
            queue.accept(one.accepted);
        }
    }
}
