package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.testing.Requirement;
import org.slf4j.LoggerFactory;

/**
 * A follower of the log over power cuts, failed writes and recycled segments: it hears of every durable fact, and of one
 * fact under one key. Replay one run with {@code -Dseed=…}; more with {@code -Dseeds=…}.
 */
@Timeout(120)
class OutboxCutTest {
    private static final long SEEDS = Long.getLong("seeds", 60);
    private static final InstantSource CLOCK = () -> Mails.NOON;
    private static final int LIVES = 5;
    private static final int STEPS = 80;

    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.spool");

    /** Each run provokes a dozen alarms. */
    @BeforeEach
    void silenceAlarms() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void hearAlarms() {
        logger.setLevel(null);
    }

    @Test
    @Requirement({"L1", "L2", "L3"})
    void tellsEveryDurableFactOverEveryCut() throws IOException {
        Long only = Long.getLong("seed");
        long repeated = 0;
        for (long seed = only == null ? 0 : only; seed < (only == null ? SEEDS : only + 1); seed++) {
            try {
                Run run = new Run(seed);
                run.run();
                repeated += run.repeated;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("replay with -Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(repeated).as("facts told again after a cut").isPositive();
    }

    private static final class Run {
        private final SplittableRandom random;
        private final SimDisk disk;
        private final SpoolSettings settings;
        private final Map<Long, Append> messages = new HashMap<>();
        private final Set<String> durable = new HashSet<>();
        private final Map<String, Fact.Key> keys = new HashMap<>();
        private final Set<String> told = new HashSet<>();

        /** What was told and not acknowledged: a power cut takes it from the follower. */
        private final Set<String> heard = new HashSet<>();

        private int states;
        private long repeated;

        Run(long seed) {
            random = new SplittableRandom(seed);
            disk = new SimDisk(random.split());
            settings = SpoolSettings.DEFAULT
                    .withSegments(SpoolSettings.SEGMENT_OCTETS_MIN, 6_000, 16 << 10 << random.nextInt(3))
                    .withSpace(Long.MAX_VALUE, 0, 0);
        }

        void run() throws IOException {
            for (int life = 0; life < LIVES; life++) {
                boolean last = life == LIVES - 1;
                disk.cutAt(SimDisk.Call.OTHER, 0);
                if (!last && random.nextInt(4) > 0) {
                    SimDisk.Call[] calls = SimDisk.Call.values();
                    disk.cutAt(calls[random.nextInt(calls.length)], 1 + random.nextInt(60));
                }
                try {
                    live(last);
                } catch (SimDisk.PowerCut e) {
                    collect();
                    disk.powerUp();
                    told.removeAll(heard);
                    heard.clear();
                }
            }
            Set<String> missing = new HashSet<>(durable);
            missing.removeAll(told);
            assertThat(missing).as("durable and never told").isEmpty();
        }

        private void live(boolean last) throws IOException {
            SpoolCore core = SpoolCore.open(disk, settings, CLOCK, SimSpool::move);
            Outbox outbox = core.outbox();
            outbox.follow();
            for (int step = 0; step < STEPS; step++) {
                step(core, outbox);
            }
            disk.heal();
            while (!core.appender().isIdle()) {
                core.appender().runBatch();
            }
            collect();
            if (last) {
                follow(outbox, Integer.MAX_VALUE);
            }
            if (random.nextBoolean()) {
                acknowledge(outbox);
            }
            core.close();
        }

        private void step(SpoolCore core, Outbox outbox) throws IOException {
            int what = random.nextInt(100);
            if (what < 40) {
                commit(core);
            } else if (what < 65) {
                update(core);
            } else if (what < 67) {
                disk.failNextSync();
            } else if (what < 69) {
                disk.failWrites(1 + random.nextInt(3), "I/O error");
            } else if (what < 76) {
                keep(core);
            } else if (what < 88) {
                follow(outbox, random.nextInt(12));
            } else if (what < 92) {
                acknowledge(outbox);
            } else {
                core.appender().runBatch();
            }
            collect();
        }

        private static void keep(SpoolCore core) {
            try {
                core.keeper().pass(true);
            } catch (IOException e) {
                // The keeper tries again at its next pass, as it does in its own thread.
                assert e.getMessage() != null;
            }
        }

        private void commit(SpoolCore core) {
            int octets = random.nextInt(4) == 0 ? random.nextInt(9_000) : random.nextInt(1_500);
            Durability durability = random.nextInt(8) == 0 ? Durability.OS : Durability.FSYNC;
            try (LogDraft draft = core.draft(0, durability)) {
                draft.write(new byte[octets], 0, octets);
                draft.sync();
                Append append = draft.append(Mails.arrival(1 + random.nextInt(3)), Mails.PREFIX, List.of());
                messages.put(append.id, append);
                core.appender().hand(append);
                draft.keep();
            } catch (IOException e) {
                assert e.getMessage() != null;
            }
        }

        private void update(SpoolCore core) {
            List<Long> ids = new ArrayList<>(messages.keySet());
            if (ids.isEmpty()) {
                return;
            }
            QueueId id = new QueueId(ids.get(random.nextInt(ids.size())));
            RecipientState state =
                    random.nextInt(3) > 0 ? Mails.delivered() : Mails.deferred(1 + random.nextInt(1_000_000));
            // Each its own sender, so that it is known again.
            String name = "state" + ++states;
            Note note = new Note(Mails.NOON, Mails.NOON, name, "user@example.net", true, false);
            core.appender().hand(Append.states(List.of(new Update(id, 0, state, note)), () -> durable.add(name)));
        }

        /** Takes note of the answers; what did not wait for the sync may go with the power and is not looked for. */
        private void collect() {
            messages.values().stream()
                    .filter(append ->
                            append.outcome() instanceof Commit.Durable && append.durability == Durability.FSYNC)
                    .forEach(append -> durable.add(new QueueId(append.id).text()));
        }

        private void follow(Outbox outbox, int records) throws IOException {
            List<Fact> facts = List.of();
            for (int i = 0; i < records && (i == 0 || !facts.isEmpty()); i++) {
                facts = outbox.next();
                facts.forEach(this::hear);
            }
        }

        private void hear(Fact fact) {
            String name = switch (fact) {
                case Fact.Accepted accepted -> accepted.id().text();
                case Fact.Changed changed -> changed.note().from();
            };
            if (fact instanceof Fact.Accepted accepted) {
                Append append = Objects.requireNonNull(
                        messages.get(accepted.id().value()), "a message is told of that nobody wrote");
                assertThat(append.outcome() instanceof Commit.Refused).as(name).isFalse();
                assertThat(accepted.arrival()).isEqualTo(append.arrival);
            }
            heard.add(name);
            told.add(name);
            Fact.Key before = keys.put(name, fact.key());
            if (before != null) {
                repeated++;
                assertThat(fact.key()).as(name).isEqualTo(before);
            }
        }

        /** The follower syncs what it has made of the facts before it acknowledges them. */
        private void acknowledge(Outbox outbox) {
            heard.clear();
            try {
                outbox.acknowledge(outbox.position());
            } catch (IOException e) {
                assert e.getMessage() != null;
            }
        }
    }
}
