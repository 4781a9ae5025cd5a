package org.postrider.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Dispositions.Decision;

/**
 * What goes to the journal, and what happens once it is durable.
 *
 * <p>What one event decides on many recipients is journalled in slices, each in a turn of its own, and waits while many
 * entries are on their way to the disk. Such recipients are in their new stage at once, so that nothing else is done with
 * them meanwhile; a crash finds those that were not journalled as they were before.
 */
final class Ledger {
    /** Recipients of gathered decisions that are journalled in one turn. */
    static final int SLICE_MAX = 1_000;

    /** While so many entries are not durable, gathered decisions wait. */
    static final int ENTRIES_MAX = 4_096;

    private final QueueEngine engine;
    private final Journal journal;
    private final EngineClock.Alarm nextSlice;
    private int underWay;
    private @Nullable List<Settling> gathered;
    /** Decisions that wait to be journalled, in their order. */
    private final Deque<Settling> pending = new ArrayDeque<>();

    private boolean journalling;
    /** Whether what is pending goes on with the next turn, rather than when entries are durable. */
    private boolean turnSet;

    private record Settling(OpenRecipient recipient, Decision decision) {}

    Ledger(QueueEngine engine, Journal journal) {
        this.engine = engine;
        this.journal = journal;
        this.nextSlice = engine.clock.alarm(() -> {
            turnSet = false;
            journalSlice();
        });
    }

    void append(OpenMessage message, List<Entry.Change> changes, Entry.@Nullable Kind kind, Runnable durable) {
        Entry.Notice notice = kind == null
                ? null
                : new Entry.Notice(
                        kind, changes.stream().map(Entry.Change::recipient).toList());
        underWay++;
        journal.append(new Entry(message.queueId(), changes, notice), () -> {
            underWay--;
            durable.run();
            if (!turnSet) {
                journalSlice();
            }
            checkDrained();
        });
    }

    /**
     * Journals a state that changes nothing in the engine: what a crash would leave of the recipient. Not for one whose
     * decision may be pending: that would be journalled later than this.
     */
    void note(OpenRecipient recipient, RecipientState state) {
        append(recipient.message, List.of(new Entry.Change(recipient.index, state)), null, () -> {});
    }

    /** Journals what was decided on recipients of one message and, when it is durable, does it. */
    void settle(OpenMessage message, List<OpenRecipient> recipients, List<Decision> decisions) {
        Set<Entry.Kind> kinds = EnumSet.noneOf(Entry.Kind.class);
        boolean silent = false;
        for (int i = 0; i < recipients.size(); i++) {
            Decision decision = decisions.get(i);
            recipients.get(i).stage = stageAfter(decision.state());
            if (decision.notice() == null) {
                silent = true;
            } else {
                kinds.add(decision.notice());
            }
        }
        if (silent) {
            settleKind(message, recipients, decisions, null);
        }
        // One entry for each kind, as an entry has one notice.
        for (Entry.Kind kind : kinds) {
            settleKind(message, recipients, decisions, kind);
        }
    }

    private void settleKind(
            OpenMessage message, List<OpenRecipient> recipients, List<Decision> decisions, Entry.@Nullable Kind kind) {
        List<OpenRecipient> settling = new ArrayList<>(recipients.size());
        List<Entry.Change> changes = new ArrayList<>(recipients.size());
        for (int i = 0; i < recipients.size(); i++) {
            if (decisions.get(i).notice() == kind) {
                settling.add(recipients.get(i));
                changes.add(new Entry.Change(
                        recipients.get(i).index, decisions.get(i).state()));
            }
        }
        append(message, changes, kind, () -> settled(settling, changes));
    }

    private static Stage stageAfter(RecipientState state) {
        return switch (state) {
            case RecipientState.Waiting waiting -> Stage.DEFERRING;
            case RecipientState.Held held -> Stage.HOLDING;
            case RecipientState.Settled settled -> Stage.ENDING;
            case RecipientState.Attempting attempting -> throw new AssertionError(attempting);
        };
    }

    private void settled(List<OpenRecipient> recipients, List<Entry.Change> changes) {
        engine.together(() -> gather(() -> {
            long now = engine.clock.now();
            for (int i = 0; i < recipients.size(); i++) {
                settled(recipients.get(i), changes.get(i).state(), now);
            }
        }));
    }

    private void settled(OpenRecipient recipient, RecipientState state, long now) {
        switch (recipient.stage) {
            case ENDING -> forget(recipient, state);
            case DEFERRING -> resume(recipient, now);
            case HOLDING -> hold(recipient, state);
            case SCHEDULED, ROUTING, READY, INTENDED, ATTEMPTING, HELD ->
                throw new AssertionError("settled in stage " + recipient.stage);
        }
    }

    private void forget(OpenRecipient recipient, RecipientState state) {
        count(state);
        engine.interventions.forget(recipient);
        engine.destinations.release(recipient.destination);
        recipient.message.forget(recipient);
        if (recipient.message.isSettled()) {
            engine.messages.remove(recipient.message.id);
        }
    }

    private void count(RecipientState state) {
        Tally tally = engine.tally;
        switch (state) {
            case RecipientState.Delivered delivered -> tally.delivered++;
            case RecipientState.Bounced bounced -> tally.bounced++;
            case RecipientState.Expired expired -> tally.expired++;
            case RecipientState.Removed removed -> tally.removed++;
            case RecipientState.Open open -> throw new AssertionError(open);
        }
    }

    /** Its wait is durable: it waits, unless a person wished otherwise meanwhile. */
    private void resume(OpenRecipient recipient, long now) {
        Wish wish = recipient.wish;
        switch (wish) {
            case Wish.Remove(String by, String why) -> settleOne(recipient, engine.dispositions.removed(by, why));
            case Wish.Hold hold -> settleOne(recipient, engine.dispositions.held(recipient, hold));
            case Wish.Hurry hurry -> dueNow(recipient);
            case Wish.Release release -> dueNow(recipient);
            case null -> engine.schedule(recipient, now);
        }
    }

    private void hold(OpenRecipient recipient, RecipientState journalled) {
        Wish wish = recipient.wish;
        switch (wish) {
            case Wish.Remove(String by, String why) -> settleOne(recipient, engine.dispositions.removed(by, why));
            case Wish.Release release -> dueNow(recipient);
            case Wish.Hold(String by, String why) -> {
                recipient.stage = Stage.HELD;
                engine.tally.held++;
                // A person may have rerouted it or have taken over the hold meanwhile.
                boolean other = journalled instanceof RecipientState.Held held
                        && !(held.by().equals(by)
                                && held.why().equals(why)
                                && Objects.equals(held.reroute(), recipient.reroute()));
                if (other) {
                    note(recipient, engine.dispositions.heldState(recipient, by, why));
                }
            }
            case Wish.Hurry hurry -> throw new AssertionError("held without a reason");
            case null -> throw new AssertionError("held without a reason");
        }
    }

    void settleOne(OpenRecipient recipient, Decision decision) {
        List<Settling> together = gathered;
        if (together != null) {
            recipient.stage = stageAfter(decision.state());
            together.add(new Settling(recipient, decision));
        } else {
            settle(recipient.message, List.of(recipient), List.of(decision));
        }
    }

    /**
     * Journals what {@code work} settles one by one in entries by message, so that recipients of one message that go on,
     * go on together.
     */
    void gather(Runnable work) {
        if (gathered != null) {
            work.run();
            return;
        }
        List<Settling> together = new ArrayList<>();
        gathered = together;
        try {
            work.run();
        } finally {
            gathered = null;
            pending.addAll(together);
            if (!turnSet) {
                journalSlice();
            }
        }
    }

    private void journalSlice() {
        if (journalling) {
            return;
        }
        journalling = true;
        try {
            int left = SLICE_MAX;
            while (left > 0 && underWay < ENTRIES_MAX && !pending.isEmpty()) {
                left -= journalFirst();
            }
        } finally {
            journalling = false;
        }
        if (!pending.isEmpty() && underWay < ENTRIES_MAX) {
            turnSet = true;
            nextSlice.set(engine.clock.now());
        }
    }

    /** Journals the first of what is pending, with what follows of the same message; gives how many that was. */
    private int journalFirst() {
        OpenMessage message = pending.element().recipient().message;
        List<OpenRecipient> recipients = new ArrayList<>();
        List<Decision> decisions = new ArrayList<>();
        for (Settling next = pending.peek();
                next != null && next.recipient().message == message;
                next = pending.peek()) {
            pending.remove();
            recipients.add(next.recipient());
            decisions.add(next.decision());
        }
        settle(message, recipients, decisions);
        return recipients.size();
    }

    /** Journals that it may be tried now. */
    void dueNow(OpenRecipient recipient) {
        recipient.wish = null;
        recipient.due = engine.clock.now();
        settleOne(recipient, new Decision(engine.dispositions.waiting(recipient), null));
    }

    void checkDrained() {
        if (engine.isDraining() && underWay == 0 && pending.isEmpty() && engine.flights.count() == 0) {
            engine.sayDrained();
        }
    }
}
