package org.postrider.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Entry;
import org.postrider.queue.Journal;

/**
 * The spool: one log of messages and entries with group commit. What was not synced when the process crashes survives up to
 * an arbitrary record and is lost from there on. An entry and the notice that it asks for are one record.
 */
final class SimJournal implements Journal {
    private record Logged(
            @Nullable Letter letter,
            @Nullable Entry entry,
            @Nullable Letter notice,
            Runnable durable) {}

    private static final Domain SENDER = new Domain("sender.example");

    private final World world;
    private final Knobs knobs;
    private final Checks checks;
    private final Map<QueueId, Letter> letters = new TreeMap<>();
    private final List<Logged> unsynced = new ArrayList<>();
    private boolean syncing;
    private long ids = 1_000;
    private int untold;

    /** Where notices go once they are durable. */
    Consumer<Letter> noticed = letter -> {};

    SimJournal(World world, Knobs knobs, Checks checks) {
        this.world = world;
        this.knobs = knobs;
        this.checks = checks;
    }

    Letter letter(QueueId id) {
        Letter letter = letters.get(id);
        if (letter == null) {
            throw new AssertionError("no message " + id + " in the spool");
        }
        return letter;
    }

    Iterable<Letter> letters() {
        return letters.values();
    }

    /** Records that are durable and of which the engine does not know it yet. */
    int untold() {
        return untold;
    }

    Letter write(boolean nullReversePath, List<Letter.Fate> fates) {
        return new Letter(new QueueId(ids++), world.now(), world.millis(), nullReversePath, fates);
    }

    /** Commits a new message. */
    void commit(Letter letter, Runnable durable) {
        add(new Logged(letter, null, null, durable));
        checks.moment(Knobs.Moment.APPEND_TO_DURABLE, knobs.syncMillisMax());
    }

    @Override
    public void append(Entry entry, Runnable durable) {
        Entry.Notice notice = entry.notice();
        Letter dsn = null;
        if (notice != null && !letter(entry.id()).nullReversePath) {
            dsn = write(true, List.of(new Letter.Fate(SENDER, false, false)));
        }
        world.fold("append", entry.id().value() * 31 + entry.changes().size());
        add(new Logged(null, entry, dsn, durable));
        checks.moment(Knobs.Moment.APPEND_TO_DURABLE, knobs.syncMillisMax());
    }

    private void add(Logged record) {
        unsynced.add(record);
        if (!syncing) {
            syncing = true;
            world.after(world.between(0, knobs.syncMillisMax()), this::synced);
        }
    }

    private void synced() {
        syncing = false;
        List<Logged> batch = List.copyOf(unsynced);
        unsynced.clear();
        for (Logged record : batch) {
            makeDurable(record);
        }
        untold += batch.size();
        for (Logged record : batch) {
            world.after(0, () -> {
                untold--;
                record.durable().run();
                if (record.notice() != null) {
                    noticed.accept(record.notice());
                }
            });
        }
    }

    private void makeDurable(Logged record) {
        if (record.letter() != null) {
            letters.put(record.letter().id, record.letter());
        }
        if (record.notice() != null) {
            record.notice().acknowledged = true;
            letters.put(record.notice().id, record.notice());
        }
        Entry entry = record.entry();
        if (entry != null) {
            Letter letter = letter(entry.id());
            checks.entryDurable(letter, entry);
            for (Entry.Change change : entry.changes()) {
                Letter.Fate fate = letter.fates.get(change.recipient());
                fate.durable = change.state();
                if (change.state() instanceof RecipientState.Attempting attempting) {
                    fate.announced = Math.max(fate.announced, attempting.attempts());
                }
            }
        }
    }

    /** The power goes: a prefix of what was under way has reached the disk. */
    void crash() {
        int surviving = (int) world.between(0, unsynced.size());
        for (Logged record : unsynced.subList(0, surviving)) {
            makeDurable(record);
        }
        unsynced.clear();
        untold = 0;
        syncing = false;
    }
}
