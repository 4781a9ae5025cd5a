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
 * <p>Thread: the one that starts the server, before the engine's has begun, for which it stands in.
 */
final class FoundMail {
    private static final Logger LOG = LoggerFactory.getLogger(FoundMail.class);

    private final Spool spool;
    private final SpoolJournal journal;
    private final ReportIntake intake;
    private final Consumer<Accepted> queue;
    private final RecentMail recent;
    private long found;

    FoundMail(Spool spool, SpoolJournal journal, ReportIntake intake, Consumer<Accepted> queue, RecentMail recent) {
        this.spool = spool;
        this.journal = journal;
        this.intake = intake;
        this.queue = queue;
        this.recent = recent;
    }

    void takeOn() throws IOException {
        // Only the last ones are remembered for people: to tell of a million would take as long as to queue them.
        long older = spool.condition().messages() - RecentMail.MESSAGES_MAX;
        spool.forEach(message -> {
            takeOn(message);
            if (found >= older) {
                recent.restore(message);
            }
            found++;
        });
        if (found > 0) {
            LOG.info("{} messages in the spool", found);
        }
    }

    private void takeOn(StoredMessage message) {
        Accepted accepted = journal.restore(message);
        boolean untried = message.states().stream().anyMatch(Optional::isEmpty);
        if (untried && intake.concerns(message.arrival().envelope())) {
            intake.take(accepted);
        } else {
            queue.accept(accepted);
        }
    }
}
