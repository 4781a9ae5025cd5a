package org.postrider.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.MailHost;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/** All four ports of the engine in one hand-driven piece: what it asks for lies here until the test answers. */
final class FakeWorld implements Time, Timers, Transport, Journal {
    /** An attempt under way. */
    record Sent(Attempt attempt, Consumer<Outcome> done) {}

    private record Timer(long millis, long number, Runnable task) {}

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::millis).thenComparingLong(Timer::number));
    private final Deque<Runnable> unsynced = new ArrayDeque<>();
    private long millis = Duration.ofDays(20_000).toMillis();
    private long skew;
    private long timersMade;

    final List<Entry> entries = new ArrayList<>();
    final List<Sent> sent = new ArrayList<>();
    final List<String> questions = new ArrayList<>();
    Function<String, Routing> routes = host -> new Routing.To(new Site("mx." + host));
    /** Whether questions for routes are answered as soon as they are asked. */
    boolean answersRoutes = true;

    private final Deque<Consumer<Routing>> asked = new ArrayDeque<>();

    /** Whether entries are durable as soon as they are appended. */
    boolean syncs = true;

    @Override
    public Instant now() {
        return Instant.ofEpochMilli(millis + skew);
    }

    @Override
    public void at(Instant when, Runnable task) {
        timers.add(new Timer(when.toEpochMilli() - skew, timersMade++, task));
    }

    @Override
    public void route(MailHost host, @Nullable String reroute, Consumer<Routing> done) {
        questions.add(host.text());
        if (!answersRoutes) {
            asked.add(done);
            return;
        }
        done.accept(reroute == null ? routes.apply(host.text()) : new Routing.To(new Site(reroute)));
    }

    @Override
    public void attempt(Attempt attempt, Consumer<Outcome> done) {
        sent.add(new Sent(attempt, done));
    }

    @Override
    public void append(Entry entry, Runnable durable) {
        entries.add(entry);
        if (syncs) {
            durable.run();
        } else {
            unsynced.add(durable);
        }
    }

    /** Answers the oldest question for a route. */
    void answerRoute(Routing routing) {
        asked.remove().accept(routing);
    }

    void sync() {
        List<Runnable> durable = List.copyOf(unsynced);
        unsynced.clear();
        durable.forEach(Runnable::run);
    }

    /** Lets time pass, with all timers that ring meanwhile. */
    void pass(Duration time) {
        long end = millis + time.toMillis();
        for (Timer next = timers.peek(); next != null && next.millis() <= end; next = timers.peek()) {
            timers.remove();
            millis = Math.max(millis, next.millis());
            next.task().run();
        }
        millis = end;
    }

    int timersOut() {
        return timers.size();
    }

    void setClock(Duration by) {
        skew += by.toMillis();
    }

    /** Ends the oldest attempt. */
    void answer(Outcome outcome) {
        sent.removeFirst().done().accept(outcome);
    }

    /** Ends the oldest attempt with one result for all its recipients. */
    void answer(Outcome.Result result) {
        int recipients = sent.getFirst().attempt().recipients().size();
        answer(new Outcome.Answered(Collections.nCopies(recipients, result), Outcome.Pushback.NONE));
    }

    /** The last state of a recipient that was journalled. */
    RecipientState state(long id, int recipient) {
        for (Entry entry : entries.reversed()) {
            if (entry.id().equals(new QueueId(id))) {
                for (Entry.Change change : entry.changes()) {
                    if (change.recipient() == recipient) {
                        return change.state();
                    }
                }
            }
        }
        throw new AssertionError("nothing of " + id);
    }

    List<Entry.Kind> notices() {
        List<Entry.Kind> kinds = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.notice() != null) {
                kinds.add(entry.notice().kind());
            }
        }
        return kinds;
    }

    static final Outcome.Result DELIVERED =
            new Outcome.Result.Delivered(Diagnosis.local("2.0.0", "Taken."), Outcome.SuccessNotice.RELAYED);
    static final Outcome.Result DEFERRED = new Outcome.Result.Deferred(Diagnosis.local("4.2.2", "Mailbox full."));
    static final Outcome.Result REFUSED = new Outcome.Result.Refused(Diagnosis.local("5.1.1", "No such user."));
    static final Outcome.Result UNANSWERED = new Outcome.Result.Unanswered(Diagnosis.local("4.4.2", "No reply."));
    static final Outcome UNREACHABLE = new Outcome.Unreachable(Diagnosis.local("4.4.1", "No answer."));
}
