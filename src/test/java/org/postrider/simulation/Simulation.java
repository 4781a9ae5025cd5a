package org.postrider.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.QueueId;
import org.postrider.queue.Accepted;
import org.postrider.queue.QueueControl;
import org.postrider.queue.QueueEngine;
import org.postrider.queue.QueueSettings;
import org.postrider.queue.QueuedRecipient;
import org.postrider.queue.RateLimit;
import org.postrider.queue.Selection;
import org.postrider.queue.Site;
import org.postrider.queue.SiteLimits;

/** One run: a seed's worth of mail, troubles, people and accidents, then peace, until every recipient is settled. */
final class Simulation {
    private static final long STEPS_MAX = 400_000;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final int CHECK_EACH = 64;

    private final World world;
    private final long troubledMillis;
    private final Knobs knobs;
    private final Sabotage sabotage;
    private final SimJournal journal;
    private final SimTransport transport;
    private final Checks checks;

    private @Nullable QueueEngine engine;
    private @Nullable QueueControl control;
    private QueueSettings settings;
    private boolean crashing;
    private boolean healed;
    private boolean draining;

    Simulation(long seed, Sabotage sabotage) {
        this.world = new World(seed);
        this.sabotage = sabotage;
        this.knobs = Knobs.draw(world.random);
        this.troubledMillis = knobs.troubledDays() * DAY;
        this.settings = settings(world.random, knobs);
        this.checks = new Checks(world, knobs, settings, this::moment);
        this.journal = new SimJournal(world, knobs, checks);
        this.transport = new SimTransport(world, knobs, journal, checks);
        journal.noticed = this::take;
    }

    private static QueueSettings settings(SplittableRandom random, Knobs knobs) {
        QueueSettings plain = QueueSettings.DEFAULT;
        int initial = random.nextInt(1, 6);
        RateLimit rate = knobs.rateLimited() ? new RateLimit(random.nextInt(1, 20), Duration.ofMinutes(1)) : null;
        return new QueueSettings(
                plain.schedule(),
                plain.jitter(),
                random.nextBoolean() ? plain.lifetime() : Duration.ofDays(2),
                plain.delayNotice(),
                random.nextInt(3, 30),
                random.nextInt(1, 5),
                plain.routeCache(),
                plain.pauseMax(),
                new SiteLimits(initial, initial + random.nextInt(5), rate),
                new LinkedHashMap<>());
    }

    /** Runs to the end and gives the hash of all that happened. */
    long run() {
        start();
        for (int i = 0; i < knobs.messages(); i++) {
            world.outsideAfter(world.between(0, troubledMillis), this::burst);
        }
        plan(knobs.crash(), 4, this::crash);
        plan(knobs.reload(), 4, this::reload);
        plan(knobs.control(), 12, this::order);
        plan(knobs.clockJump(), 2, this::jump);
        plan(knobs.mxChange(), 3, transport::moveMailExchangers);
        plan(knobs.deadSite(), 4, () -> transport.kill(world.chance(0.3) ? troubledMillis : world.between(1, 2 * DAY)));
        if (knobs.drains()) {
            plan(1, 2, this::restartInOrder);
        }
        world.outsideAfter(troubledMillis, this::heal);
        while (world.step()) {
            if (world.steps() % CHECK_EACH == 0) {
                check();
            }
        }
        check();
        checks.allSettled(journal.letters());
        return world.hash();
    }

    private void plan(double probability, int most, Runnable action) {
        long times = world.chance(probability) ? world.between(1, most) : 0;
        for (int i = 0; i < times; i++) {
            world.outsideAfter(world.between(0, troubledMillis), action);
        }
    }

    private void check() {
        if (world.steps() > STEPS_MAX) {
            throw new AssertionError("no end after " + STEPS_MAX + " steps");
        }
        checks.nothingOutlives(journal.letters());
        if (engine != null) {
            checks.accounts(engine.summary(), journal);
        }
    }

    // ---- The process ----

    private void start() {
        QueueEngine started = new QueueEngine(
                world,
                world,
                sabotage.transport(transport),
                sabotage.journal(journal),
                world.random.split(),
                sabotage.settings(settings));
        List<Accepted> found = new ArrayList<>();
        for (Letter letter : journal.letters()) {
            if (letter.isOpen()) {
                found.add(letter.accepted());
            }
        }
        sabotage.recovered(found).forEach(started::accept);
        checks.started(journal.letters());
        engine = started;
        control = sabotage.control(started);
    }

    private void crash() {
        if (engine == null) {
            return;
        }
        world.endProcess();
        draining = false;
        engine = null;
        control = null;
        journal.crash();
        transport.crash();
        checks.crash(journal.letters());
        long down = world.between(1, 600_000);
        checks.downMillis += down;
        world.outsideAfter(down, this::start);
    }

    private void moment(Knobs.Moment moment, long millis) {
        if (moment == knobs.aim() && !crashing && !healed && world.chance(knobs.aimed())) {
            crashing = true;
            int epoch = world.epoch();
            world.outsideAfter(world.between(0, millis), () -> {
                crashing = false;
                if (world.epoch() == epoch) {
                    crash();
                }
            });
        }
    }

    private void restartInOrder() {
        if (engine == null || draining) {
            return;
        }
        draining = true;
        engine.drain(this::crash);
        checks.moment(Knobs.Moment.DRAIN, knobs.attemptMillisMax());
    }

    private void reload() {
        SplittableRandom random = world.random;
        settings = settings(random, knobs);
        transport.turnHolds();
        checks.use(settings);
        journal.letters().forEach(letter -> letter.fates.forEach(Checks::hurried));
        if (engine != null) {
            if (sabotage.losesOnReload()) {
                world.endProcess();
                journal.crash();
                checks.crash(journal.letters());
                engine = new QueueEngine(world, world, transport, journal, random.split(), settings);
                control = engine;
            }
            engine.settings(sabotage.settings(settings));
            checks.moment(Knobs.Moment.RELOAD, 1_000);
        }
    }

    private void jump() {
        long millis = world.between(-DAY, DAY);
        checks.jumps++;
        checks.jumpedMillis += Math.abs(millis);
        world.jump(millis);
    }

    private void heal() {
        healed = true;
        transport.heal();
        releaseAll();
        // Mail may be on its way into a hold still, or the process be down.
        world.outsideAfter(DAY, this::releaseAll);
        world.outsideAfter(2 * DAY, this::releaseAll);
    }

    private void releaseAll() {
        if (control == null) {
            return;
        }
        for (Letter letter : journal.letters()) {
            letter.fates.forEach(fate -> fate.stopped = false);
            letter.fates.forEach(Checks::hurried);
        }
        control.release(new Selection.All(), "operator", "all is well");
        // What a route holds goes another way.
        Selection held = new Selection.OfHost(new Domain("hold.example"));
        control.reroute(held, "smtp:elsewhere", "operator", "all is well");
        control.release(held, "operator", "all is well");
    }

    // ---- Mail ----

    private void burst() {
        long size = world.between(1, knobs.burst());
        for (long i = 0; i < size && engine != null; i++) {
            List<Letter.Fate> fates = new ArrayList<>();
            long recipients = world.chance(0.2) ? world.between(2, 8) : 1;
            for (long r = 0; r < recipients; r++) {
                fates.add(new Letter.Fate(host(), world.chance(0.8), world.chance(0.2)));
            }
            Letter letter = journal.write(world.chance(0.1), fates);
            if (sabotage.acknowledgesEarly()) {
                letter.acknowledged = true;
                checks.acknowledged(letter);
            }
            journal.commit(letter, () -> {
                letter.acknowledged = true;
                checks.acknowledged(letter);
                take(letter);
            });
        }
    }

    private Domain host() {
        long number = world.between(0, SimTransport.DOMAINS + 20);
        String name = switch ((int) number) {
            case 0 -> "hold";
            case 1 -> "discard";
            case 2 -> "null";
            default -> "d" + number % SimTransport.DOMAINS;
        };
        return new Domain(name + ".example");
    }

    private void take(Letter letter) {
        if (engine != null) {
            engine.accept(letter.accepted());
            checks.moment(Knobs.Moment.ACCEPT_TO_ATTEMPT, knobs.syncMillisMax() + 2_000);
        }
    }

    // ---- People ----

    private void order() {
        if (engine == null || control == null) {
            return;
        }
        Selection selection = selection();
        List<QueuedRecipient> meant = engine.list(selection, null, Integer.MAX_VALUE);
        meant.forEach(recipient -> Checks.hurried(fate(recipient)));
        switch ((int) world.between(0, 4)) {
            case 0 -> {
                stop(meant, control.hold(selection, "operator", "to look at it"));
            }
            case 1 -> {
                meant.forEach(recipient -> fate(recipient).removalWished = true);
                stop(meant, control.remove(selection, "operator", "not wanted"));
            }
            case 2 -> {
                meant.forEach(recipient -> fate(recipient).stopped = false);
                control.release(selection, "operator", "looked at it");
            }
            case 3 -> control.retry(selection, "operator", "now");
            default -> control.reroute(selection, world.chance(0.5) ? "smtp:elsewhere" : null, "operator", "that way");
        }
    }

    private Letter.Fate fate(QueuedRecipient recipient) {
        return journal.letter(recipient.id()).fates.get(recipient.recipient());
    }

    private void stop(List<QueuedRecipient> meant, int taken) {
        if (taken == 0) {
            return;
        }
        meant.forEach(recipient -> fate(recipient).stopped = true);
    }

    private Selection selection() {
        List<QueueId> ids = new ArrayList<>();
        for (Letter letter : journal.letters()) {
            ids.add(letter.id);
        }
        if (ids.isEmpty() || world.chance(0.2)) {
            return new Selection.All();
        }
        QueueId id = ids.get((int) world.between(0, ids.size() - 1L));
        return switch ((int) world.between(0, 3)) {
            case 0 -> new Selection.OfMessage(id);
            case 1 -> new Selection.OfRecipients(id, List.of(0));
            case 2 -> new Selection.OfHost(new Domain("d" + world.between(0, SimTransport.DOMAINS - 1) + ".example"));
            default -> new Selection.OfSite(new Site("site" + world.between(0, 4)));
        };
    }
}
