package org.postrider.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Attempt;
import org.postrider.queue.Entry;
import org.postrider.queue.QueueSettings;
import org.postrider.queue.QueueSummary;
import org.postrider.queue.RateLimit;

/** What must hold, after each step and at the end. A violation is an {@link AssertionError}. */
final class Checks {
    /** What the clock may be wrong by for each change of the wall clock: a heartbeat and the grace for late timers. */
    private static final long JUMP_ERROR_MILLIS = 660_000;

    private static final long SLACK_MILLIS = Duration.ofMinutes(30).toMillis();

    private final World world;
    private final Knobs knobs;
    private final Map<String, Integer> live = new TreeMap<>();
    private final Map<String, Deque<Long>> starts = new TreeMap<>();
    private final List<Letter> acknowledged = new ArrayList<>();
    /** What happens at a moment of interest, with the time that it lasts at most. */
    private final ObjLongConsumer<Knobs.Moment> moments;

    /** The settings that are in force, as the people gave them. */
    QueueSettings settings;
    /** The shortest and the longest lifetime that were ever in force. */
    long lifetimeMinMillis = Long.MAX_VALUE;

    long lifetimeMaxMillis;
    long longestPauseMillis;

    /** Jumps of the clock, and how far they went in all, where a crash lets a process forget them. */
    int jumps;

    long jumpedMillis;
    int crashes;
    /** How long no process ran, in all. */
    long downMillis;

    Checks(World world, Knobs knobs, QueueSettings settings, ObjLongConsumer<Knobs.Moment> moments) {
        this.world = world;
        this.knobs = knobs;
        this.settings = settings;
        this.moments = moments;
        use(settings);
    }

    void use(QueueSettings changed) {
        settings = changed;
        starts.clear();
        lifetimeMinMillis = Math.min(lifetimeMinMillis, changed.lifetime().toMillis());
        lifetimeMaxMillis = Math.max(lifetimeMaxMillis, changed.lifetime().toMillis());
        for (Duration pause : changed.schedule()) {
            longestPauseMillis = Math.max(longestPauseMillis, (long) (pause.toMillis() * (1 + changed.jitter())));
        }
    }

    /** The client has been told that we answer for this message. */
    void acknowledged(Letter letter) {
        acknowledged.add(letter);
    }

    void moment(Knobs.Moment moment, long millis) {
        moments.accept(moment, millis);
    }

    static void require(boolean holds, String what, Letter letter, int recipient) {
        if (!holds) {
            throw new AssertionError(what + ": message " + letter.id + " recipient " + recipient);
        }
    }

    // ---- Attempts ----

    void attemptBegins(Letter letter, Attempt attempt) {
        String site = attempt.site().name();
        int atOnce = live.merge(site, 1, Integer::sum);
        if (atOnce > settings.limits(attempt.site()).concurrencyMax()) {
            throw new AssertionError(atOnce + " attempts at once at " + site);
        }
        if (live.values().stream().mapToInt(Integer::intValue).sum() > settings.attemptsMax()) {
            throw new AssertionError("more attempts at once than " + settings.attemptsMax());
        }
        if (attempt.recipients().isEmpty() || attempt.recipients().size() > settings.recipientsMax()) {
            throw new AssertionError(attempt.recipients().size() + " recipients in one transaction");
        }
        keepsRate(attempt);
        world.fold("attempt", attempt.id().value() * 31 + attempt.number());
        for (int recipient : attempt.recipients()) {
            Letter.Fate fate = letter.fates.get(recipient);
            require(letter.acknowledged || crashes > 0, "sent before it was accepted", letter, recipient);
            require(!(fate.durable instanceof RecipientState.Settled), "tried after its end", letter, recipient);
            require(
                    fate.announced >= attempt.number() || attempt.recipients().size() > 1,
                    "tried before its attempt was durable",
                    letter,
                    recipient);
            require(fate.announced > 0, "tried before its attempt was durable", letter, recipient);
            require(fate.live == 0, "two attempts at once", letter, recipient);
            require(!fate.stopped, "tried though it was held or removed", letter, recipient);
            require(world.millis() >= fate.pausedUntil, "tried at once after a crash", letter, recipient);
            fate.live++;
        }
    }

    private void keepsRate(Attempt attempt) {
        RateLimit rate = settings.limits(attempt.site()).rate();
        if (rate == null) {
            return;
        }
        Deque<Long> recent = starts.computeIfAbsent(attempt.site().name(), site -> new ArrayDeque<>());
        recent.add(world.millis());
        while (world.millis() - recent.getFirst() >= rate.per().toMillis()) {
            recent.removeFirst();
        }
        // The rate is kept for the announcement of attempts; a sync that takes long lets those of that time go
        // together.
        long catchUp =
                rate.messages() * (1_000L + knobs.syncMillisMax()) / rate.per().toMillis();
        if (recent.size() > rate.messages() + catchUp + 1) {
            throw new AssertionError(recent.size() + " messages to " + attempt.site() + " where " + rate + " may go");
        }
    }

    void attemptEnds(Letter letter, Attempt attempt) {
        live.merge(attempt.site().name(), -1, Integer::sum);
        for (int recipient : attempt.recipients()) {
            letter.fates.get(recipient).live--;
        }
    }

    /** The process is gone, and every attempt with it. */
    void crash(Iterable<Letter> letters) {
        crashes++;
        live.clear();
        starts.clear();
        for (Letter letter : letters) {
            for (Letter.Fate fate : letter.fates) {
                fate.live = 0;
                // What people had said and was not durable is lost, as the client of a command that failed must expect.
                // What the configuration holds goes on once it says something else.
                fate.stopped = fate.durable instanceof RecipientState.Held held
                        && !held.by().equals("route");
            }
        }
    }

    /** A new process has taken on what it found. */
    void started(Iterable<Letter> letters) {
        for (Letter letter : letters) {
            for (Letter.Fate fate : letter.fates) {
                boolean attempting = fate.durable instanceof RecipientState.Attempting;
                fate.pausedUntil = attempting
                        ? world.millis() + settings.schedule().getFirst().toMillis()
                        : 0;
            }
        }
    }

    /** A person wants these now. */
    static void hurried(Letter.Fate fate) {
        fate.pausedUntil = 0;
    }

    // ---- What becomes durable ----

    void entryDurable(Letter letter, Entry entry) {
        for (Entry.Change change : entry.changes()) {
            int recipient = change.recipient();
            Letter.Fate fate = letter.fates.get(recipient);
            require(!(fate.durable instanceof RecipientState.Settled), "changed after its end", letter, recipient);
            boolean told = entry.notice() != null && entry.notice().recipients().contains(recipient);
            Entry.@Nullable Kind kind =
                    told && entry.notice() != null ? entry.notice().kind() : null;
            switch (change.state()) {
                case RecipientState.Bounced bounced ->
                    require(kind == Entry.Kind.FAILED, "bounced without a notice", letter, recipient);
                case RecipientState.Expired expired -> {
                    require(kind == Entry.Kind.FAILED, "expired without a notice", letter, recipient);
                    expiresInTime(letter, recipient);
                }
                case RecipientState.Delivered delivered -> {
                    require(fate.taken > 0, "delivered to nobody", letter, recipient);
                    require(kind == null || fate.successNotice, "an unwanted notice", letter, recipient);
                }
                case RecipientState.Removed removed ->
                    require(fate.removalWished || "route".equals(removed.by()), "removed by nobody", letter, recipient);
                case RecipientState.Waiting waiting -> delay(letter, fate, kind, recipient);
                case RecipientState.Attempting attempting ->
                    require(kind == null, "a notice with an attempt", letter, recipient);
                case RecipientState.Held held -> {
                    require(kind == null, "a notice with a hold", letter, recipient);
                    fate.everHeld = true;
                }
            }
        }
    }

    private static void delay(Letter letter, Letter.Fate fate, Entry.@Nullable Kind kind, int recipient) {
        if (kind == null) {
            return;
        }
        require(kind == Entry.Kind.DELAYED, "a wrong notice with a wait", letter, recipient);
        require(fate.delayNotice && !letter.nullReversePath, "an unwanted delay notice", letter, recipient);
        fate.delayNotices++;
        require(fate.delayNotices == 1, "a second delay notice", letter, recipient);
    }

    private long clockErrorMillis() {
        return SLACK_MILLIS + jumps * JUMP_ERROR_MILLIS + (crashes > 0 ? jumpedMillis : 0);
    }

    private void expiresInTime(Letter letter, int recipient) {
        long age = world.millis() - letter.born;
        require(
                age >= lifetimeMinMillis - longestPauseMillis - clockErrorMillis(),
                "expired at the age of " + Duration.ofMillis(age),
                letter,
                recipient);
    }

    /** Nothing outlives its lifetime and one interval but what people hold. */
    void nothingOutlives(Iterable<Letter> letters) {
        for (Letter letter : letters) {
            long age = world.millis() - letter.born;
            long most = lifetimeMaxMillis + 2 * longestPauseMillis + clockErrorMillis() + downMillis;
            for (int i = 0; i < letter.fates.size() && age > most; i++) {
                Letter.Fate fate = letter.fates.get(i);
                boolean over = fate.durable instanceof RecipientState.Settled || fate.everHeld || fate.stopped;
                require(over, "still open at the age of " + Duration.ofMillis(age), letter, i);
            }
        }
    }

    // ---- The engine's own account ----

    void accounts(QueueSummary summary, SimJournal journal) {
        long open = 0;
        for (Letter letter : journal.letters()) {
            open += letter.isOpen() ? 1 : 0;
        }
        // What has become durable at this very moment, the engine will be told of next.
        if (Math.abs(summary.messages() - open) > journal.untold()) {
            throw new AssertionError("the engine keeps " + summary.messages() + " messages of " + open);
        }
        for (QueueSummary.SiteSummary site : summary.sites()) {
            int really = live.getOrDefault(site.site().name(), 0);
            if (site.attempting() < really || site.ready() < 0) {
                throw new AssertionError("the engine knows of " + site + " and " + really + " are under way");
            }
        }
    }

    // ---- The end ----

    void allSettled(Iterable<Letter> letters) {
        Set<QueueId> kept = new TreeSet<>();
        letters.forEach(letter -> kept.add(letter.id));
        for (Letter letter : acknowledged) {
            require(kept.contains(letter.id), "lost after it was acknowledged", letter, 0);
        }
        for (Letter letter : letters) {
            for (int i = 0; i < letter.fates.size(); i++) {
                Letter.Fate fate = letter.fates.get(i);
                require(
                        fate.durable instanceof RecipientState.Settled,
                        "without an end (" + fate.durable + ")",
                        letter,
                        i);
                boolean delivered = fate.durable instanceof RecipientState.Delivered;
                require(fate.live == 0, "under way after the end", letter, i);
                require(fate.taken >= (delivered ? 1 : 0), "delivered to nobody", letter, i);
                require(fate.taken - fate.excused <= (delivered ? 1 : 0), "delivered twice without a cause", letter, i);
            }
        }
    }
}
