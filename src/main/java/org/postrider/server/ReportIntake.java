package org.postrider.server;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.postrider.event.Event;
import org.postrider.event.Events;
import org.postrider.feedback.ReceivedReports;
import org.postrider.feedback.ReceivedReports.Taken;
import org.postrider.mail.Ascii;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Accepted;
import org.postrider.server.config.Reports;
import org.postrider.spool.Note;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;
import org.postrider.spool.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the reports that others send to addresses of ours. Such a message is durable and has its 250; only then, and before
 * the queue has it, it is read, so that it is still in the spool and no session waits. What is not read when the server ends
 * is read after the next start: a report is known by its id and counts once.
 *
 * <p>Thread: any; reading is done by one thread of its own.
 */
final class ReportIntake implements AutoCloseable {
    /** Messages that wait to be read; what is more is delivered unread. */
    private static final int WAITING_MAX = 10_000;

    private static final int CLOSED_WITHIN_SECONDS = 10;
    private static final String BY = "report intake";
    private static final Logger LOG = LoggerFactory.getLogger(ReportIntake.class);

    private final Doors doors;
    private final Supplier<Reports> settings;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unread = new AtomicLong();
    private final ThreadPoolExecutor reader = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().daemon().name("report-intake").factory());

    /**
     * What the intake works with.
     *
     * @param queue takes each message on when it is read
     */
    record Doors(
            Spool spool,
            ReceivedReports reports,
            InstantSource clock,
            MailHostPool hosts,
            Consumer<Accepted> queue,
            Events events) {}

    ReportIntake(Doors doors, Supplier<Reports> settings) {
        this.doors = doors;
        this.settings = settings;
    }

    /** Reports that were taken in, or were there already. */
    long taken() {
        return taken.get();
    }

    /** Messages that brought no report that can be read. */
    long refused() {
        return refused.get();
    }

    /** Messages that were not read, as too many waited or the state database failed. */
    long unread() {
        return unread.get();
    }

    /** Whether a message may bring a report. */
    boolean concerns(Envelope envelope) {
        List<Mailbox> addresses = settings.get().intake();
        return !addresses.isEmpty()
                && envelope.recipients().stream().anyMatch(recipient -> isIntake(addresses, recipient.mailbox()));
    }

    private static boolean isIntake(List<Mailbox> addresses, Mailbox recipient) {
        return addresses.stream()
                .anyMatch(address -> address.host().equals(recipient.host())
                        && Ascii.lower(address.localPart()).equals(Ascii.lower(recipient.localPart())));
    }

    /** Has a message read, and hands it to the queue then. */
    void take(Accepted accepted) {
        try {
            reader.execute(() -> read(accepted));
        } catch (RejectedExecutionException e) {
            if (reader.isShutdown()) {
                LOG.debug("message {} is read after the next start", accepted.id());
                return;
            }
            unread.incrementAndGet();
            LOG.warn("message {} goes on unread: {} others wait to be read", accepted.id(), WAITING_MAX);
            doors.queue.accept(accepted);
        }
    }

    private void read(Accepted accepted) {
        boolean consumed = false;
        try {
            consumed = isRead(accepted.id()) && !settings.get().keep();
        } catch (IOException | RuntimeException e) {
            unread.incrementAndGet();
            LOG.warn("message {} goes on unread", accepted.id(), e);
        }
        try {
            if (consumed) {
                consume(accepted.id());
            } else {
                doors.queue.accept(accepted);
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("message {} was not handed to the queue; a restart takes it up", accepted.id(), e);
        }
    }

    private boolean isRead(QueueId id) throws IOException {
        boolean ours = doors.spool
                .find(id)
                .filter(message -> message.arrival().origin().equals(SpoolOutlet.ORIGIN))
                .isPresent();
        try (InputStream content = doors.spool.content(id)) {
            return switch (doors.reports.takeMail(content, ours)) {
                case Taken.Refused none -> {
                    refused.incrementAndGet();
                    LOG.info("message {} brings no report: {}", id, none.text());
                    yield false;
                }
                case Taken.Kept _, Taken.TlsKept _, Taken.KnownAlready _ -> {
                    taken.incrementAndGet();
                    yield true;
                }
            };
        }
    }

    /** Settles the recipients that the report was for; the others get the message. */
    private void consume(QueueId id) throws IOException {
        StoredMessage message =
                doors.spool.find(id).orElseThrow(() -> new IOException(id + " is not in the spool any more"));
        Envelope envelope = message.arrival().envelope();
        Instant now = doors.clock.instant();
        List<Optional<RecipientState>> states = new ArrayList<>(message.states());
        List<Update> updates = new ArrayList<>();
        List<Event> told = new ArrayList<>();
        String from = envelope.reversePath().text();
        for (int i = 0; i < states.size(); i++) {
            Recipient recipient = envelope.recipients().get(i);
            if (states.get(i).isEmpty() && isIntake(settings.get().intake(), recipient.mailbox())) {
                RecipientState.Removed removed = new RecipientState.Removed(now, BY, "its report is taken in");
                String to = recipient.forwardPath().text();
                Note note = new Note(now, message.arrival().at(), from, to, true, false);
                updates.add(new Update(id, i, removed, note));
                told.add(new Event.Removed(now, id, from, to, removed.by(), removed.why()));
                states.set(i, Optional.of(removed));
            }
        }
        doors.spool.update(updates, () -> told.forEach(doors.events::publish));
        Set<Boolean> settled = states.stream()
                .map(state -> state.orElse(null) instanceof RecipientState.Settled)
                .collect(Collectors.toSet());
        if (settled.contains(false)) {
            Instant at = message.arrival().at();
            doors.queue.accept(Accepted.of(id, at, envelope, states, doors.hosts::intern));
        }
    }

    /** Reads what it is reading to its end, and nothing after it. */
    @Override
    public void close() {
        reader.shutdownNow();
        try {
            if (!reader.awaitTermination(CLOSED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a report is still being read; it is read again after the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
