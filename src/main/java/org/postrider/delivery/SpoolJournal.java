package org.postrider.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.event.Events;
import org.postrider.event.FactEvents;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.mailauth.sign.SigningDesk;
import org.postrider.message.Trace;
import org.postrider.queue.Accepted;
import org.postrider.queue.Entry;
import org.postrider.queue.Journal;
import org.postrider.queue.Time;
import org.postrider.report.Dsn;
import org.postrider.report.DsnSettings;
import org.postrider.report.DsnWriter;
import org.postrider.report.OriginalContent;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Draft;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;
import org.postrider.spool.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's journal, kept in the spool. States go into the spool as they come; where a notice is due it is written
 * first, and message and states become durable in one record, so that there is never a bounce without its notice nor a
 * notice told twice.
 *
 * <p>Entries of one message become durable in the order in which they were appended; entries of different messages are
 * independent, and a notice that takes its time holds up nobody else's.
 *
 * <p>Nothing is dropped: where the spool refuses a notice (full, or failing), the entry is tried again after a pause until
 * it is taken or the spool closes; it is not durable then, and the next start finds the recipient as it was before.
 *
 * <p>Thread: {@link #append} from the engine; looking up, writing and committing on the workers, which may block.
 */
public final class SpoolJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolJournal.class);

    /** Workers at once; lanes beyond it wait without a thread. */
    static final int WORKERS_MAX = 256;

    private final Spool spool;
    private final Doors doors;
    private final Settings settings;
    private final DsnWriter writer;
    private final OwnMail mail;
    private final JournalNotices notices;
    private final JournalEvents events;

    /** Messages that have an entry on a worker, each with the entries that wait behind it. */
    private final ConcurrentHashMap<QueueId, Deque<Work>> lanes = new ConcurrentHashMap<>();

    /** Lanes that wait for a worker, each by the entry at its head. */
    private final Queue<Work> ready = new ConcurrentLinkedQueue<>();

    private final AtomicInteger busy = new AtomicInteger();

    private static final class Work {
        private final Entry entry;
        private final Runnable durable;
        /** Whether it is in the spool for good, so that it must not be tried again. */
        private volatile boolean recorded;

        Work(Entry entry, Runnable durable) {
            this.entry = entry;
            this.durable = durable;
        }
    }

    /**
     * What the journal works with.
     *
     * @param engine runs tasks on the engine's thread
     * @param workers runs tasks that may block, each on a thread of its own
     * @param queue takes new messages on; called on the engine's thread
     * @param signing of notices
     */
    public record Doors(
            Time time,
            Executor engine,
            Executor workers,
            Pauses pauses,
            MailHostPool hosts,
            Consumer<Accepted> queue,
            Events events,
            SigningDesk signing) {}

    /** Runs a task after a while, on any thread; the task does not block. */
    public interface Pauses {
        void after(Duration pause, Runnable task);
    }

    /**
     * @param lifetime how long a message is tried, for Will-Retry-Until; asked for each notice
     * @param retryPause how long to wait where the spool refuses a notice
     * @param sender the sender for whom a reverse-path stands, so that notices go to it straight
     */
    public record Settings(
            DsnSettings dsn, Supplier<Duration> lifetime, Duration retryPause, UnaryOperator<Mailbox> sender) {
        public static final Settings DEFAULT =
                new Settings(DsnSettings.DEFAULT, () -> Duration.ofDays(5), Duration.ofSeconds(5));

        /** Where reverse-paths are what they were. */
        public Settings(DsnSettings dsn, Supplier<Duration> lifetime, Duration retryPause) {
            this(dsn, lifetime, retryPause, UnaryOperator.identity());
        }
    }

    private enum Step {
        DONE,
        AGAIN,
        CLOSED
    }

    public SpoolJournal(Spool spool, Doors doors, Settings settings) {
        this.spool = spool;
        this.doors = doors;
        this.settings = settings;
        this.writer = new DsnWriter(settings.dsn);
        this.mail = new OwnMail(settings.dsn.host().ascii(), doors.signing);
        this.notices = new JournalNotices(settings.dsn.postmaster(), settings.lifetime, settings.sender);
        this.events = new JournalEvents(doors.time);
    }

    /** What the engine needs of a message that was found at start. */
    public Accepted restore(StoredMessage message) {
        return accepted(message.id(), message.arrival(), message.states());
    }

    private Accepted accepted(QueueId id, Arrival arrival, List<Optional<RecipientState>> states) {
        return Accepted.of(id, arrival.at(), arrival.envelope(), states, doors.hosts::intern);
    }

    @Override
    public void append(Entry entry, Runnable durable) {
        Work work = new Work(entry, durable);
        // An entry that nobody is told of needs no look into the message and no thread.
        boolean quick = entry.notice() == null && !JournalEvents.mayTell(entry);
        boolean[] first = new boolean[1];
        lanes.compute(entry.id(), (_, lane) -> {
            first[0] = lane == null;
            if (lane != null) {
                lane.add(work);
                return lane;
            }
            return quick ? null : new ArrayDeque<>(2);
        });
        if (!first[0]) {
            return;
        }
        if (quick) {
            update(work, JournalEvents.silent(entry));
        } else {
            submit(work);
        }
    }

    private void submit(Work work) {
        ready.add(work);
        startWorker();
    }

    private void startWorker() {
        if (!claimWorker()) {
            return;
        }
        try {
            doors.workers.execute(this::serveLanes);
        } catch (RuntimeException | Error noThread) {
            busy.decrementAndGet();
            LOG.error("no thread to record what became of messages; tried again", noThread);
            later(this::startWorker);
        }
    }

    private boolean claimWorker() {
        return busy.getAndUpdate(count -> Math.min(count + 1, WORKERS_MAX)) < WORKERS_MAX;
    }

    /** Goes through the lanes that wait, one after the other, until there is none. */
    private void serveLanes() {
        while (true) {
            Work work = ready.poll();
            if (work != null) {
                run(work);
                continue;
            }
            busy.decrementAndGet();
            // One may have come that found no worker free.
            if (ready.isEmpty() || !claimWorker()) {
                return;
            }
        }
    }

    /** Goes through one message's entries until none is left; between two tries of a refused one no thread waits. */
    private void run(Work first) {
        Work work = first;
        while (work != null) {
            switch (settle(work)) {
                case DONE -> work = next(work.entry.id());
                case AGAIN -> {
                    Work again = work;
                    later(() -> submit(again));
                    return;
                }
                case CLOSED -> {
                    return;
                }
            }
        }
    }

    private void later(Runnable task) {
        try {
            doors.pauses.after(settings.retryPause, task);
        } catch (RuntimeException | Error e) {
            LOG.error("what could not be recorded is left to the next start", e);
        }
    }

    private @Nullable Work next(QueueId id) {
        Work[] next = new Work[1];
        lanes.computeIfPresent(id, (_, lane) -> {
            next[0] = lane.poll();
            return next[0] == null ? null : lane;
        });
        return next[0];
    }

    private Step settle(Work work) {
        QueueId id = work.entry.id();
        try {
            StoredMessage message = spool.find(id).orElse(null);
            if (message == null) {
                LOG.error("message {} is not in the spool any more: nobody can be told what became of it", id);
                update(work, JournalEvents.silent(work.entry));
                return Step.DONE;
            }
            List<Update> updates = events.noted(work.entry, message);
            JournalNotices.Plan plan = notices.due(work.entry, message).orElse(null);
            if (plan == null) {
                update(work, updates);
                return Step.DONE;
            }
            return commit(work, updates, message, plan);
        } catch (Throwable e) {
            // Errors too: whatever it was, those who wait behind it in the lane must not wait for ever.
            if (work.recorded) {
                LOG.error("what became of message {} is recorded; what was to follow failed", id, e);
                return Step.DONE;
            }
            LOG.error("what became of message {} could not be recorded; tried again", id, e);
            return Step.AGAIN;
        }
    }

    private void update(Work work, List<Update> updates) {
        List<Event> told = JournalEvents.of(updates);
        spool.update(updates, () -> tell(work, work.durable, told));
    }

    /**
     * Says what is durable, the events first, so that nobody hears of what follows before it. It is done, whatever fails
     * here: trying it again would send a notice twice. An engine that takes no more tasks has stopped, and the next one
     * reads the spool.
     */
    private void tell(Work work, Runnable engineTask, List<Event> told) {
        work.recorded = true;
        try {
            told.forEach(doors.events::publish);
        } catch (RuntimeException | Error e) {
            LOG.error("an event could not be told", e);
        }
        try {
            doors.engine.execute(engineTask);
        } catch (RuntimeException | Error e) {
            LOG.error("the queue engine could not be told what is durable", e);
        }
    }

    private Step commit(Work work, List<Update> updates, StoredMessage message, JournalNotices.Plan plan)
            throws IOException {
        Instant now = doors.time.now();
        try (Draft draft = spool.draft(0)) {
            Dsn dsn = plan.dsn(draft.id(), now, message);
            DsnWriter.Prepared prepared = prepare(dsn, message);
            OwnMail.Written written = mail.write(draft, prepared::writeTo, now);
            if (written.unsigned() != null) {
                LOG.warn(
                        "notice about {} goes without signature: one is better than none",
                        message.id(),
                        written.unsigned());
            }
            String messageId = Trace.messageId(dsn.id(), settings.dsn.host().ascii());
            Arrival arrival = new Arrival(prepared.envelope(), now, plan.origin(), messageId, List.of());
            byte[] octets = written.above().getBytes(StandardCharsets.US_ASCII);
            long total = octets.length + draft.octets();
            List<Event> all = new ArrayList<>(JournalEvents.of(updates));
            all.addFirst(
                    FactEvents.accepted(dsn.id(), arrival, total, dsn.action().subject()));
            return switch (spool.commit(draft, arrival, octets, updates)) {
                case Commit.Durable durable -> {
                    work.recorded = true;
                    tell(work, () -> takeOn(durable.id(), arrival, work.durable), all);
                    yield Step.DONE;
                }
                case Commit.Refused refused -> {
                    LOG.warn("notice about {}: {} {}", message.id(), refused.reason(), refused.detail());
                    yield refused.reason() == Commit.Reason.CLOSED ? Step.CLOSED : Step.AGAIN;
                }
            };
        }
    }

    /** On the engine's thread. A notice that cannot be taken on now is found in the spool at the next start. */
    private void takeOn(QueueId id, Arrival arrival, Runnable durable) {
        try {
            doors.queue.accept(accepted(id, arrival, List.of(Optional.empty())));
        } finally {
            durable.run();
        }
    }

    /** A notice without the message is better than none. */
    private DsnWriter.Prepared prepare(Dsn dsn, StoredMessage message) throws IOException {
        try {
            return writer.prepare(dsn, new SpooledContent(spool, message));
        } catch (IOException e) {
            LOG.error("content of {} cannot be read for a notice; sending it without", message.id(), e);
            return writer.prepare(dsn, null);
        }
    }

    private record SpooledContent(Spool spool, StoredMessage message) implements OriginalContent {
        @Override
        public long octets() {
            return message.contentOctets();
        }

        @Override
        public InputStream open() throws IOException {
            return spool.content(message.id());
        }
    }
}
