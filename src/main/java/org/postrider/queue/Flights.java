package org.postrider.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.postrider.mail.Diagnosis;
import org.postrider.queue.Dispositions.Decision;

/** The delivery attempts under way, from the entry that announces each to what its outcome means. */
final class Flights {
    private final QueueEngine engine;
    private final Transport transport;
    private final RandomGenerator random;
    private int count;

    Flights(QueueEngine engine, Transport transport, RandomGenerator random) {
        this.engine = engine;
        this.transport = transport;
        this.random = random;
    }

    /** Those that have been journalled and have not ended. */
    int count() {
        return count;
    }

    void start(ReadyQueue queue, List<OpenRecipient> recipients, long now) {
        OpenMessage message = recipients.getFirst().message;
        Flight flight = new Flight(message, recipients, queue, now);
        queue.started(now);
        count++;
        List<Entry.Change> changes = new ArrayList<>(recipients.size());
        for (OpenRecipient recipient : recipients) {
            engine.withdraw(recipient);
            recipient.stage = Stage.INTENDED;
            recipient.attempts++;
            changes.add(new Entry.Change(recipient.index, engine.dispositions.attempting(recipient)));
        }
        engine.ledger.append(message, changes, null, () -> begin(flight));
    }

    /** The attempt is durable: dial, unless its recipients are not to be sent any more. */
    private void begin(Flight flight) {
        List<OpenRecipient> stopped = new ArrayList<>();
        List<OpenRecipient> going = new ArrayList<>(flight.recipients.size());
        List<Integer> indexes = new ArrayList<>(flight.recipients.size());
        int number = 0;
        for (OpenRecipient recipient : flight.recipients) {
            if (engine.isDraining() || recipient.wish != null) {
                stopped.add(recipient);
            } else {
                recipient.stage = Stage.ATTEMPTING;
                going.add(recipient);
                indexes.add((int) recipient.index);
                number = Math.max(number, recipient.attempts);
            }
        }
        flight.recipients = going;
        if (going.isEmpty()) {
            count--;
            flight.queue.abandoned();
        }
        takeBack(flight.message, stopped);
        if (going.isEmpty()) {
            engine.offer(flight.queue);
            engine.pump();
            return;
        }
        engine.tally.attempts++;
        Attempt attempt = new Attempt(
                flight.message.queueId(), indexes, flight.queue.key.site(), flight.queue.key.source(), number);
        transport.attempt(attempt, outcome -> land(flight, outcome));
    }

    /** The attempt of these did not take place. */
    private void takeBack(OpenMessage message, List<OpenRecipient> stopped) {
        List<Decision> decisions = new ArrayList<>();
        for (OpenRecipient recipient : stopped) {
            recipient.attempts--;
            Diagnosis diagnosis =
                    recipient.last == null ? Diagnosis.local("4.3.2", "The attempt was called off.") : recipient.last;
            decisions.add(engine.dispositions.later(recipient, diagnosis, engine.clock.now(), engine.settings()));
        }
        engine.ledger.settle(message, stopped, decisions);
    }

    private void land(Flight flight, Outcome outcome) {
        if (flight.landed) {
            throw new IllegalStateException("a second outcome for " + flight.message.queueId() + ": " + outcome);
        }
        flight.landed = true;
        count--;
        long now = engine.clock.now();
        tell(flight, outcome, now);
        double luck = random.nextDouble();
        List<Decision> decisions = new ArrayList<>(flight.recipients.size());
        for (int i = 0; i < flight.recipients.size(); i++) {
            decisions.add(decide(flight.recipients.get(i), i, flight, outcome, luck, now));
        }
        engine.ledger.settle(flight.message, flight.recipients, decisions);
        engine.offer(flight.queue);
        engine.pump();
    }

    /** What the outcome means for the site. */
    private void tell(Flight flight, Outcome outcome, long now) {
        ReadyQueue queue = flight.queue;
        switch (outcome) {
            case Outcome.Answered answered -> {
                queue.answered(flight, answered.pushback(), now, engine.settings());
                if (!answered.results().isEmpty()) {
                    queue.lastSaid = answered.results().getFirst().diagnosis();
                }
                if (answered.pushback() == Outcome.Pushback.SLOW_DOWN) {
                    engine.tally.slowDowns++;
                }
            }
            case Outcome.Unreachable(Diagnosis diagnosis) -> tellOfFailure(flight, diagnosis, now);
            case Outcome.TlsRefused(Diagnosis diagnosis) -> tellOfFailure(flight, diagnosis, now);
            case Outcome.NotTried ignored -> queue.abandoned();
        }
    }

    private void tellOfFailure(Flight flight, Diagnosis diagnosis, long now) {
        flight.queue.lastSaid = diagnosis;
        if (flight.queue.failed(flight, diagnosis, now, engine.settings())) {
            engine.tally.deadSites++;
        }
    }

    /** What the outcome means for one recipient. */
    private Decision decide(OpenRecipient recipient, int place, Flight flight, Outcome outcome, double luck, long now) {
        return switch (outcome) {
            case Outcome.Answered answered
            when answered.results().size() != flight.recipients.size() ->
                notTried(
                        recipient,
                        Diagnosis.local(
                                "4.3.0",
                                answered.results().size() + " answers for " + flight.recipients.size()
                                        + " recipients."),
                        luck,
                        now);
            case Outcome.Answered answered ->
                switch (answered.results().get(place)) {
                    case Outcome.Result.Delivered delivered -> engine.dispositions.delivered(recipient, delivered);
                    case Outcome.Result.Refused(Diagnosis diagnosis) -> engine.dispositions.bounced(diagnosis);
                    case Outcome.Result.Deferred(Diagnosis diagnosis) -> afterPause(recipient, diagnosis, luck, now);
                    case Outcome.Result.Unanswered(Diagnosis diagnosis) -> afterPause(recipient, diagnosis, luck, now);
                };
            case Outcome.Unreachable(Diagnosis diagnosis) -> afterPause(recipient, diagnosis, luck, now);
            case Outcome.TlsRefused(Diagnosis diagnosis) -> afterPause(recipient, diagnosis, luck, now);
            case Outcome.NotTried(Diagnosis diagnosis) -> notTried(recipient, diagnosis, luck, now);
        };
    }

    private Decision afterPause(OpenRecipient recipient, Diagnosis diagnosis, double luck, long now) {
        engine.tally.deferred++;
        long pause = lengthened(engine.settings().pauseMillis(recipient.attempts), luck);
        return engine.dispositions.later(recipient, diagnosis, now + pause, engine.settings());
    }

    private Decision notTried(OpenRecipient recipient, Diagnosis diagnosis, double luck, long now) {
        engine.tally.deferred++;
        recipient.attempts--;
        return engine.dispositions.later(
                recipient, diagnosis, now + pauseAtAge(recipient, now, luck), engine.settings());
    }

    long pauseAtAge(OpenRecipient recipient, long now, double luck) {
        return lengthened(engine.settings().pauseMillisAtAge(now - recipient.message.acceptedAt), luck);
    }

    private long lengthened(long pauseMillis, double luck) {
        return pauseMillis + (long) (pauseMillis * engine.settings().jitter() * luck);
    }
}
