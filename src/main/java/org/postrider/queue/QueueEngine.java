package org.postrider.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.QueueId;
import org.postrider.queue.Dispositions.Decision;

/**
 * The queue. Takes durable messages on and works on each recipient until its final disposition is durable.
 *
 * <p>Each open recipient is in exactly one {@link Stage}. A stage that others must end (a route asked for, an attempt, an
 * entry on its way to the disk) ends with their callback; every other one has a place in the {@link ScheduledQueue}, whose
 * head is the one timer, so that nothing can be forgotten and nothing polls. Two orders are kept without exception: an
 * attempt is journalled and durable before it begins, and a disposition is durable before the recipient is forgotten or
 * tried again.
 *
 * <p>Every entry point does its piece of work and then lets {@link #pump} start what can be started; calls that answer
 * before they return are allowed.
 *
 * <p>Thread: engine only.
 */
public final class QueueEngine implements QueueControl {
    /** The one egress source there is. */
    public static final String DEFAULT_SOURCE = "default";

    /** How many due recipients are served before other events get their turn. */
    static final int DUE_PER_TURN = 1_000;

    /** Ready queues that are remembered; idle ones beyond it are forgotten, the oldest first. */
    static final int READY_QUEUES_MAX = 20_000;

    private static final int SWEEP_MAX = 16;

    /** So many times as long as a route is used for new questions, those who wait for their turn stay with it. */
    private static final int STALE_FACTOR = 15;

    final EngineClock clock;
    final Interventions interventions;
    final Dispositions dispositions;
    final MessageTable messages = new MessageTable();
    final ScheduledQueue scheduled = new ScheduledQueue();
    final Destinations destinations = new Destinations();
    final Map<ReadyQueue.Key, ReadyQueue> readyQueues = new LinkedHashMap<>();
    final Tally tally = new Tally();

    final Ledger ledger;
    final Flights flights;

    private final Transport transport;
    private final RandomGenerator random;
    private final EngineClock.Alarm alarm;
    /** Keeps the clock honest for mail that waits for no time: in attempts, and held. */
    private final EngineClock.Alarm heartbeat;

    private final Deque<ReadyQueue> runnable = new ArrayDeque<>();
    private final Desk desk = new Desk(this);
    final Survey survey = new Survey(this);
    private final HeldByRoute heldByRoute;

    private QueueSettings settings;
    /** How often the settings were changed; tells answers to questions of before from others. */
    private int settingsNumber;

    private boolean pumping;
    private @Nullable Runnable drained;
    private boolean saidDrained;

    public QueueEngine(
            Time time,
            Timers timers,
            Transport transport,
            Journal journal,
            RandomGenerator random,
            QueueSettings settings) {
        this.transport = transport;
        this.heldByRoute = new HeldByRoute(this, transport);
        this.random = random;
        this.settings = settings;
        this.clock = new EngineClock(time, timers);
        this.interventions = new Interventions(clock);
        this.dispositions = new Dispositions(clock, interventions);
        this.ledger = new Ledger(this, journal);
        this.flights = new Flights(this, transport, random);
        this.alarm = clock.alarm(this::serveDue);
        this.heartbeat = clock.alarm(this::beat);
    }

    /** Takes on a message that is durable, new or found at start. Throws where it has been taken on before. */
    public void accept(Accepted accepted) {
        if (messages.get(accepted.id().value()) != null) {
            throw new IllegalArgumentException("message " + accepted.id() + " is in the queue");
        }
        long now = clock.now();
        // A time of acceptance in the future was written under a clock that has been set back since.
        OpenMessage message = new OpenMessage(accepted.id().value(), Math.min(now, clock.engine(accepted.at())));
        List<OpenRecipient> open = Intake.open(this, message, accepted, now);
        tally.accepted++;
        if (open.isEmpty()) {
            return;
        }
        message.open(open);
        messages.add(message);
        if (messages.size() == 1) {
            beat();
        }
        together(() -> {
            for (OpenRecipient recipient : open) {
                if (recipient.stage == Stage.SCHEDULED) {
                    schedule(recipient, now);
                }
            }
        });
    }

    private void beat() {
        if (messages.size() > 0) {
            heartbeat.set(clock.now() + EngineClock.HEARTBEAT_MILLIS);
        }
    }

    /** Starts nothing before {@code work} is done, so that those who become ready in it can share an attempt. */
    void together(Runnable work) {
        boolean within = pumping;
        pumping = true;
        try {
            work.run();
        } finally {
            pumping = within;
        }
        setAlarm();
        pump();
    }

    /** Replaces the settings; what is queued is looked at anew. */
    public void settings(QueueSettings changed) {
        settings = changed;
        settingsNumber++;
        long now = clock.now();
        for (ReadyQueue queue : readyQueues.values()) {
            queue.limits(changed.limits(queue.key.site()));
        }
        destinations.forgetRoutes();
        scheduled.reschedule(recipient -> {
            if (recipient.stage == Stage.SCHEDULED) {
                recipient.due = Math.min(recipient.due, now + changed.pauseMillis(recipient.attempts));
                return attentionWhileScheduled(recipient);
            }
            return attentionWhileUnderWay(recipient, now);
        });
        setAlarm();
        for (ReadyQueue queue : readyQueues.values()) {
            offer(queue);
        }
        pump();
        reviewHeld();
    }

    /**
     * Asks anew where the mail goes that routes hold, and lets go of what none holds any more. Called after a start, once
     * all messages have been taken on; a change of the settings does it by itself.
     */
    public void reviewHeld() {
        heldByRoute.review();
    }

    public QueueSettings settings() {
        return settings;
    }

    /**
     * Begins no further attempt, for good.
     *
     * @param ended runs once the attempts under way have ended and what came of them is durable
     */
    public void drain(Runnable ended) {
        if (drained != null) {
            throw new IllegalStateException("draining already");
        }
        drained = ended;
        alarm.set(Long.MAX_VALUE);
        ledger.checkDrained();
    }

    /** What has been done so far. */
    public QueueCounters counters() {
        return tally.counters();
    }

    boolean isDraining() {
        return drained != null;
    }

    /** Tells, once, that all has ended. */
    void sayDrained() {
        Runnable ended = drained;
        if (ended != null && !saidDrained) {
            saidDrained = true;
            ended.run();
        }
    }

    // ---- Waiting for a time
    // -------------------------------------------------------------------------------------------

    /** Puts a recipient into the scheduled queue, or on its way where it is due. */
    void schedule(OpenRecipient recipient, long now) {
        recipient.stage = Stage.SCHEDULED;
        if (recipient.due <= now && !isDraining()) {
            route(recipient, now);
        } else {
            scheduled.put(recipient, attentionWhileScheduled(recipient));
        }
    }

    private long attentionWhileScheduled(OpenRecipient recipient) {
        long attention = Math.min(recipient.due, Dispositions.deadline(recipient, settings));
        return recipient.delayNoticePending()
                ? Math.min(attention, Dispositions.delayAt(recipient, settings))
                : attention;
    }

    /**
     * When a recipient that waits for its route or for its turn is looked at again. Whatever its age, it is left time for an
     * attempt first: after days of standstill mail is tried before it is given up.
     */
    private long attentionWhileUnderWay(OpenRecipient recipient, long now) {
        long attention = Math.max(Dispositions.deadline(recipient, settings), now + settings.longestPauseMillis());
        return recipient.delayNoticePending()
                ? Math.min(
                        attention, Math.max(Dispositions.delayAt(recipient, settings), now + settings.pauseMillis(1)))
                : attention;
    }

    void setAlarm() {
        if (!isDraining()) {
            alarm.set(scheduled.headTime());
        }
    }

    private void serveDue() {
        if (isDraining()) {
            return;
        }
        together(() -> {
            long now = clock.now();
            for (int left = DUE_PER_TURN; left > 0 && scheduled.headTime() <= now; left--) {
                serveHead(now);
            }
        });
    }

    private void serveHead(long now) {
        OpenRecipient recipient = scheduled.head();
        if (recipient == null) {
            throw new AssertionError("a time without a recipient");
        }
        if (recipient.stage == Stage.SCHEDULED && recipient.due <= now) {
            route(recipient, now);
        } else if (recipient.delayNoticePending() && Dispositions.delayAt(recipient, settings) <= now) {
            tellOfDelay(recipient.message, now);
        } else {
            expire(recipient.message, now);
        }
    }

    /** Recipients of {@code message} that something is due for now, other than an attempt. */
    private List<OpenRecipient> overdue(OpenMessage message, long now) {
        List<OpenRecipient> overdue = new ArrayList<>();
        message.forEach(recipient -> {
            boolean listed = recipient.heapIndex >= 0 && scheduled.timeOf(recipient) <= now;
            if (listed && !(recipient.stage == Stage.SCHEDULED && recipient.due <= now)) {
                overdue.add(recipient);
            }
        });
        return overdue;
    }

    private void tellOfDelay(OpenMessage message, long now) {
        List<OpenRecipient> late = overdue(message, now);
        late.removeIf(recipient -> !recipient.delayNoticePending() || Dispositions.delayAt(recipient, settings) > now);
        List<Entry.Change> changes = new ArrayList<>();
        for (OpenRecipient recipient : late) {
            changes.add(new Entry.Change(
                    recipient.index, dispositions.delayed(recipient).state()));
            scheduled.put(
                    recipient,
                    recipient.stage == Stage.SCHEDULED
                            ? attentionWhileScheduled(recipient)
                            : attentionWhileUnderWay(recipient, now));
        }
        // They stay where they are: later entries on them become durable later than this one.
        ledger.append(message, changes, Entry.Kind.DELAYED, () -> {});
    }

    private void expire(OpenMessage message, long now) {
        List<OpenRecipient> over = overdue(message, now);
        over.removeIf(recipient -> recipient.delayNoticePending() && Dispositions.delayAt(recipient, settings) <= now);
        List<Decision> decisions = new ArrayList<>();
        for (OpenRecipient recipient : over) {
            withdraw(recipient);
            decisions.add(dispositions.expired(recipient, settings));
        }
        ledger.settle(message, over, decisions);
    }

    // ---- Waiting for a route
    // ------------------------------------------------------------------------------------------

    /** Sends a due recipient on: to the ready queue where its route is known, else to ask for it. */
    void route(OpenRecipient recipient, long now) {
        if (recipient.stage != Stage.READY) {
            scheduled.put(recipient, attentionWhileUnderWay(recipient, now));
        }
        Destination destination = recipient.destination;
        Site site = destination.site;
        if (site != null && now < destination.freshUntil) {
            enqueue(recipient, readyQueue(site));
            return;
        }
        recipient.stage = Stage.ROUTING;
        destination.waiting.add(recipient);
        if (!destination.asked) {
            ask(destination);
        }
    }

    private void ask(Destination destination) {
        destination.asked = true;
        int under = settingsNumber;
        transport.route(destination.host, destination.reroute, routing -> {
            destination.asked = false;
            if (under == settingsNumber) {
                routed(destination, routing);
            } else if (!destination.waiting.isEmpty()) {
                // What was true when it was asked need not be true under the settings of now.
                ask(destination);
            } else if (destination.recipients == 0) {
                destinations.rest(destination);
            }
        });
    }

    private void routed(Destination destination, Routing routing) {
        long now = clock.now();
        switch (routing) {
            case Routing.To(Site site) -> {
                destination.site = site;
                destination.freshUntil = now + settings.routeCache().toMillis();
                enqueueAll(destination.waiting, readyQueue(site));
            }
            case Routing.Hold(String why) -> {
                Wish.Hold hold = new Wish.Hold(HeldByRoute.NAME, why);
                answerAll(destination.waiting, recipient -> dispositions.held(recipient, hold));
            }
            case Routing.Discard(String why) ->
                answerAll(destination.waiting, recipient -> dispositions.removed(HeldByRoute.NAME, why));
            case Routing.Unroutable(Diagnosis diagnosis) ->
                answerAll(destination.waiting, recipient -> dispositions.bounced(diagnosis));
            case Routing.Unknown(Diagnosis diagnosis) -> {
                double luck = random.nextDouble();
                answerAll(destination.waiting, recipient -> {
                    tally.deferred++;
                    return dispositions.later(
                            recipient, diagnosis, now + flights.pauseAtAge(recipient, now, luck), settings);
                });
            }
        }
        if (destination.recipients == 0) {
            destinations.rest(destination);
        }
        setAlarm();
        pump();
    }

    private void enqueueAll(Line waiting, ReadyQueue queue) {
        // Those that had come to the front of this queue when their route had to be asked for again go back to the
        // front.
        OpenRecipient candidate = waiting.last();
        while (candidate != null) {
            OpenRecipient before = candidate.previous;
            if (candidate.returning() && candidate.queue == queue) {
                waiting.remove(candidate);
                candidate.returning(false);
                candidate.stage = Stage.READY;
                queue.line.addFirst(candidate);
            }
            candidate = before;
        }
        for (OpenRecipient first = waiting.first(); first != null; first = waiting.first()) {
            waiting.remove(first);
            enqueue(first, queue);
        }
        offer(queue);
    }

    private interface Answer {
        Decision to(OpenRecipient recipient);
    }

    /** Settles all that wait in the line, those of one message together. */
    private void answerAll(Line waiting, Answer answer) {
        ledger.gather(() -> {
            for (OpenRecipient first = waiting.first(); first != null; first = waiting.first()) {
                withdraw(first);
                ledger.settleOne(first, answer.to(first));
            }
        });
    }

    // ---- Waiting for a turn
    // -------------------------------------------------------------------------------------------

    private ReadyQueue readyQueue(Site site) {
        ReadyQueue.Key key = new ReadyQueue.Key(site, DEFAULT_SOURCE);
        ReadyQueue known = readyQueues.get(key);
        if (known != null) {
            return known;
        }
        if (readyQueues.size() >= READY_QUEUES_MAX) {
            forgetIdleQueue();
        }
        ReadyQueue queue = new ReadyQueue(
                key,
                settings.limits(site),
                made -> clock.alarm(() -> {
                    offer(made);
                    pump();
                }));
        readyQueues.put(key, queue);
        return queue;
    }

    private void forgetIdleQueue() {
        List<ReadyQueue> eldest = readyQueues.values().stream().limit(SWEEP_MAX).toList();
        for (ReadyQueue queue : eldest) {
            readyQueues.remove(queue.key);
            if (queue.isIdle()) {
                queue.alarm.set(Long.MAX_VALUE);
                return;
            }
            readyQueues.put(queue.key, queue);
        }
    }

    private void enqueue(OpenRecipient recipient, ReadyQueue queue) {
        recipient.stage = Stage.READY;
        recipient.returning(false);
        recipient.queue = queue;
        queue.line.add(recipient);
        offer(queue);
    }

    /** Lines a ready queue up where it can start something now, or sets its alarm where the time is known. */
    void offer(ReadyQueue queue) {
        if (queue.runnable || isDraining()) {
            return;
        }
        long now = clock.now();
        long when = queue.startableAt(now);
        if (when <= now) {
            queue.runnable = true;
            runnable.add(queue);
        } else {
            queue.alarm.set(when);
        }
    }

    /** Starts what can be started: one attempt of each ready queue in turn, while there are attempts left. */
    void pump() {
        if (pumping || isDraining()) {
            return;
        }
        pumping = true;
        try {
            while (flights.count() < settings.attemptsMax()) {
                ReadyQueue queue = runnable.poll();
                if (queue == null) {
                    return;
                }
                queue.runnable = false;
                if (queue.startableAt(clock.now()) <= clock.now()) {
                    startFirst(queue);
                }
                offer(queue);
            }
        } finally {
            pumping = false;
        }
    }

    private boolean isStale(Destination destination, long now) {
        long fresh = destination.freshUntil;
        return fresh == Long.MIN_VALUE || now - fresh > settings.routeCache().toMillis() * STALE_FACTOR;
    }

    private void startFirst(ReadyQueue queue) {
        OpenRecipient first = queue.line.first();
        if (first == null) {
            return;
        }
        long now = clock.now();
        if (isStale(first.destination, now)) {
            // It waited so long that its MX hosts may be others by now.
            queue.line.remove(first);
            first.returning(true);
            route(first, now);
            return;
        }
        flights.start(queue, companions(first, queue), now);
    }

    /** The first recipient, and others of its message that are ready for the same site, whatever their domain. */
    private List<OpenRecipient> companions(OpenRecipient first, ReadyQueue queue) {
        List<OpenRecipient> together = new ArrayList<>(1);
        first.message.forEach(recipient -> {
            if (recipient.stage == Stage.READY && recipient.queue == queue && recipient != first) {
                together.add(recipient);
            }
        });
        if (together.size() >= settings.recipientsMax()) {
            together.subList(settings.recipientsMax() - 1, together.size()).clear();
        }
        int place = 0;
        while (place < together.size() && together.get(place).index < first.index) {
            place++;
        }
        together.add(place, first);
        return together;
    }

    /** Takes a recipient out of wherever it waits. */
    void withdraw(OpenRecipient recipient) {
        scheduled.remove(recipient);
        switch (recipient.stage) {
            case ROUTING -> recipient.destination.waiting.remove(recipient);
            case READY -> {
                if (recipient.queue != null) {
                    recipient.queue.line.remove(recipient);
                }
            }
            case SCHEDULED, INTENDED, ATTEMPTING, HELD, DEFERRING, HOLDING, ENDING -> {}
        }
        recipient.returning(false);
    }

    // ---- What people ask and tell
    // -------------------------------------------------------------------------------------

    @Override
    public QueueSummary summary() {
        return survey.summary();
    }

    @Override
    public List<QueuedRecipient> list(Selection selection, @Nullable QueueId after, int limit) {
        return survey.list(selection, after, limit);
    }

    @Override
    public int hold(Selection selection, String by, String why) {
        return desk.hold(selection, by, why);
    }

    @Override
    public int release(Selection selection, String by, String why) {
        return desk.release(selection, by, why);
    }

    @Override
    public int retry(Selection selection, String by, String why) {
        return desk.retry(selection, by, why);
    }

    @Override
    public int remove(Selection selection, String by, String why) {
        return desk.remove(selection, by, why);
    }

    @Override
    public int reroute(Selection selection, @Nullable String route, String by, String why) {
        return desk.reroute(selection, route, by, why);
    }
}
