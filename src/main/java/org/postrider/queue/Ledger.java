package org.postrider.queue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Dispositions.Decision;

/** What goes to the journal, and what happens once it is durable. */
final class Ledger {
    private final QueueEngine engine;
    private final Journal journal;
    private int underWay;
    private @Nullable List<Settling> gathered;

    private record Settling(OpenRecipient recipient, Decision decision) {}

    Ledger(QueueEngine engine, Journal journal) {
        this.engine = engine;
        this.journal = journal;
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
            checkDrained();
        });
    }

    /** Journals a state that changes nothing in the engine: what a crash would leave of the recipient. */
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
            case HOLDING -> hold(recipient);
            case SCHEDULED, ROUTING, READY, INTENDED, ATTEMPTING, HELD ->
                throw new AssertionError("settled in stage " + recipient.stage);
        }
    }

    private void forget(OpenRecipient recipient, RecipientState state) {
        count(state);
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

    private void hold(OpenRecipient recipient) {
        Wish wish = recipient.wish;
        switch (wish) {
            case Wish.Remove(String by, String why) -> settleOne(recipient, engine.dispositions.removed(by, why));
            case Wish.Release release -> dueNow(recipient);
            case Wish.Hold hold -> {
                recipient.stage = Stage.HELD;
                engine.tally.held++;
            }
            case Wish.Hurry hurry -> throw new AssertionError("held without a reason");
            case null -> throw new AssertionError("held without a reason");
        }
    }

    void settleOne(OpenRecipient recipient, Decision decision) {
        List<Settling> together = gathered;
        if (together == null) {
            settle(recipient.message, List.of(recipient), List.of(decision));
        } else {
            recipient.stage = stageAfter(decision.state());
            together.add(new Settling(recipient, decision));
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
            settleAll(together);
        }
    }

    private void settleAll(List<Settling> together) {
        int from = 0;
        while (from < together.size()) {
            OpenMessage message = together.get(from).recipient().message;
            List<OpenRecipient> recipients = new ArrayList<>();
            List<Decision> decisions = new ArrayList<>();
            for (; from < together.size() && together.get(from).recipient().message == message; from++) {
                recipients.add(together.get(from).recipient());
                decisions.add(together.get(from).decision());
            }
            settle(message, recipients, decisions);
        }
    }

    /** Journals that it may be tried now. */
    void dueNow(OpenRecipient recipient) {
        recipient.wish = null;
        recipient.due = engine.clock.now();
        settleOne(recipient, new Decision(engine.dispositions.waiting(recipient), null));
    }

    void checkDrained() {
        if (engine.isDraining() && underWay == 0 && engine.flights.count() == 0) {
            engine.sayDrained();
        }
    }
}
