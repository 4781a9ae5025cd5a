package org.postrider.spool;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/** One seeded run of the spool on a {@link SimDisk}, checked against a model of what was promised. */
final class SimSpool {
    private static final int LIVES = 4;
    private static final int STEPS = 60;
    private static final InstantSource CLOCK = () -> Mails.NOON;

    private final SplittableRandom random;
    private final SimDisk disk;
    private final SpoolSettings settings;
    private final TreeMap<Long, Known> model = new TreeMap<>();
    private final Sabotage sabotage;
    private long contents;
    private long hash;

    SimSpool(long seed) {
        this(seed, Sabotage.NONE);
    }

    SimSpool(long seed, Sabotage sabotage) {
        this.sabotage = sabotage;
        random = new SplittableRandom(seed);
        disk = new SimDisk(random.split());
        settings = SpoolSettings.DEFAULT
                .withSegments(
                        SpoolSettings.SEGMENT_OCTETS_MIN << random.nextInt(3), 6_000, 16 << 10 << random.nextInt(4))
                .withSpace(Long.MAX_VALUE, 0, 0);
    }

    /** What the model knows of one message. */
    private static final class Known {
        final long seed;
        final int octets;
        final Append append;
        final boolean os;
        final List<List<RecipientState>> possible = new ArrayList<>();

        /** The message whose recipient 0 is settled together with this one, 0 where there is none. */
        final long together;

        boolean acknowledged;
        boolean refused;

        Known(long seed, int octets, Append append, int recipients, boolean os, long together) {
            this.seed = seed;
            this.octets = octets;
            this.append = append;
            this.os = os;
            this.together = together;
            for (int i = 0; i < recipients; i++) {
                possible.add(new ArrayList<>());
                possible.get(i).add(null);
            }
        }

        boolean mayBeDone() {
            return possible.stream()
                    .allMatch(states -> states.stream().anyMatch(state -> state instanceof RecipientState.Settled));
        }

        boolean mustBeDone() {
            return possible.stream().allMatch(states -> states.getFirst() instanceof RecipientState.Settled);
        }
    }

    /** Runs some lives of the spool and gives a hash of what was seen. */
    long run() throws IOException {
        for (int life = 0; life < LIVES; life++) {
            boolean clean = random.nextInt(5) == 0;
            if (!clean) {
                SimDisk.Call[] calls = SimDisk.Call.values();
                SimDisk.Call call = calls[random.nextInt(calls.length)];
                disk.cutAt(call, 1 + random.nextInt(call == SimDisk.Call.OTHER ? 400 : 40));
            }
            try {
                SpoolCore core = open();
                verify(core);
                for (int step = 0; step < STEPS; step++) {
                    step(core);
                }
                disk.heal();
                while (!core.appender().isIdle()) {
                    core.appender().runBatch();
                    collect();
                }
                core.close();
            } catch (SimDisk.PowerCut e) {
                collect();
                disk.powerUp();
                model.values().stream().filter(known -> known.os).forEach(known -> known.acknowledged = false);
            }
        }
        disk.powerUp();
        SpoolCore core = open();
        verify(core);
        return hash;
    }

    private SpoolCore open() throws IOException {
        return SpoolCore.open(sabotage.disk(disk), settings, CLOCK, (appender, moves) -> {
            sabotage.copying(true);
            move(appender, moves);
            sabotage.copying(false);
        });
    }

    static void move(Appender appender, List<Append> moves) {
        moves.forEach(appender::hand);
        while (moves.stream().anyMatch(move -> move.outcome() == null)) {
            appender.runBatch();
        }
    }

    private void step(SpoolCore core) throws IOException {
        int what = random.nextInt(100);
        if (what < 45) {
            commit(core);
        } else if (what < 80) {
            update(core);
        } else if (what < 82) {
            disk.failNextSync();
        } else if (what < 84) {
            disk.failWrites(1 + random.nextInt(4), random.nextBoolean() ? "No space left on device" : "I/O error");
        } else if (what < 92) {
            keep(core);
        } else {
            core.appender().runBatch();
        }
        if (random.nextInt(3) == 0) {
            core.appender().runBatch();
        }
        collect();
    }

    private void keep(SpoolCore core) {
        boolean pressed = random.nextInt(4) == 0;
        try {
            core.keeper().pass(pressed);
        } catch (IOException e) {
            // The keeper tries again at its next pass, as it does in its own thread.
            assert e.getMessage() != null;
        }
    }

    private void commit(SpoolCore core) {
        int recipients = 1 + random.nextInt(3);
        int octets = random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(1_500);
        boolean os = random.nextInt(8) == 0;
        long together = random.nextInt(5) == 0 ? anyOpen() : 0;
        long seed = ++contents;
        byte[] content = Mails.content(seed, octets);
        List<Update> updates =
                together == 0 ? List.of() : List.of(new Update(new QueueId(together), 0, Mails.bounced()));
        try (LogDraft draft = core.draft(random.nextBoolean() ? octets : 0, os ? Durability.OS : Durability.FSYNC)) {
            draft.write(content, 0, octets / 2);
            draft.write(content, octets / 2, octets - octets / 2);
            draft.sync();
            Append append = draft.append(Mails.arrival(recipients), Mails.PREFIX, updates);
            model.put(
                    append.id,
                    new Known(seed, octets, append, recipients, append.durability == Durability.OS, together));
            Known target = model.get(together);
            if (target != null) {
                target.possible.getFirst().add(Mails.bounced());
            }
            core.appender().hand(append);
            if (sabotage.keepsContent()) {
                draft.keep();
            }
        } catch (IOException e) {
            hash = hash * 31 + 1;
        }
    }

    /** A message that is surely open and whose first recipient has no states under way; 0 where there is none. */
    private long anyOpen() {
        List<Long> open = model.entrySet().stream()
                .filter(entry -> entry.getValue().acknowledged
                        && !entry.getValue().os
                        && entry.getValue().possible.getFirst().size() == 1
                        && !(entry.getValue().possible.getFirst().getFirst() instanceof RecipientState.Settled))
                .map(Map.Entry::getKey)
                .toList();
        return open.isEmpty() ? 0 : open.get(random.nextInt(open.size()));
    }

    private void update(SpoolCore core) {
        long id = anyOpen();
        Known known = model.get(id);
        if (known == null) {
            return;
        }
        List<Update> updates = new ArrayList<>();
        for (int i = 0; i < known.possible.size(); i++) {
            List<RecipientState> states = known.possible.get(i);
            if (states.size() == 1 && !(states.getFirst() instanceof RecipientState.Settled) && random.nextInt(4) > 0) {
                RecipientState state = random.nextInt(3) > 0 ? Mails.delivered() : Mails.deferred(random.nextInt(50));
                updates.add(new Update(new QueueId(id), i, state));
                states.add(state);
            }
        }
        core.appender().hand(Append.states(updates, () -> updates.forEach(this::durable)));
    }

    private void durable(Update update) {
        Known known = model.get(update.id().value());
        if (known != null) {
            List<RecipientState> states = known.possible.get(update.recipient());
            states.clear();
            states.add(update.state());
        }
    }

    /** Takes note of the answers. */
    private void collect() {
        for (Known known : model.values()) {
            Commit outcome = known.append.outcome();
            if (known.acknowledged || known.refused || outcome == null) {
                continue;
            }
            known.acknowledged = outcome instanceof Commit.Durable;
            known.refused = outcome instanceof Commit.Refused;
            Known target = model.get(known.together);
            if (target != null && known.acknowledged && !known.os) {
                durable(new Update(new QueueId(known.together), 0, Mails.bounced()));
            } else if (target != null && known.refused) {
                target.possible.getFirst().removeLast();
            }
        }
    }

    private void verify(SpoolCore core) throws IOException {
        if (core.condition(false).quarantined() > 0) {
            throw new AssertionError("damage where there is none");
        }
        TreeMap<Long, StoredMessage> found = new TreeMap<>();
        core.reader().forEach(message -> found.put(message.id().value(), message));
        for (StoredMessage message : found.values()) {
            Known known = model.get(message.id().value());
            if (known == null || known.refused) {
                throw new AssertionError("message " + message.id() + (known == null ? " is unknown" : " was refused"));
            }
            check(core, message, known);
            hash = hash * 31 + message.hashCode();
        }
        model.forEach((id, known) -> {
            boolean there = found.containsKey(id);
            if (!there && known.acknowledged && !known.mayBeDone()) {
                throw new AssertionError("message " + new QueueId(id) + " is lost");
            }
            if (there && known.mustBeDone()) {
                throw new AssertionError("message " + new QueueId(id) + " came back");
            }
            checkTogether(found, id, known);
        });
        model.keySet().retainAll(found.keySet());
        found.forEach(this::adopt);
    }

    private static void check(SpoolCore core, StoredMessage message, Known known) throws IOException {
        byte[] expected = Mails.whole(Mails.content(known.seed, known.octets));
        try (InputStream in = core.reader().content(message.id())) {
            if (!Arrays.equals(in.readAllBytes(), expected)) {
                throw new AssertionError("content of " + message.id() + " is another");
            }
        }
        if (!message.arrival().equals(Mails.arrival(known.possible.size()))) {
            throw new AssertionError("envelope of " + message.id() + " is another");
        }
        for (int i = 0; i < known.possible.size(); i++) {
            RecipientState state = message.states().get(i).orElse(null);
            if (!known.possible.get(i).contains(state)) {
                throw new AssertionError("state " + state + " of " + message.id() + "/" + i + " where "
                        + known.possible.get(i) + " can be");
            }
        }
    }

    /** A notice is there with the disposition it tells of, or neither is. */
    private void checkTogether(Map<Long, StoredMessage> found, long id, Known known) {
        StoredMessage target = found.get(known.together);
        Known targetKnown = model.get(known.together);
        if (targetKnown == null || known.acknowledged || known.refused || known.together == 0) {
            return;
        }
        boolean settled = target == null || target.states().getFirst().orElse(null) instanceof RecipientState.Settled;
        if (settled != found.containsKey(id) && targetKnown.acknowledged) {
            throw new AssertionError("notice " + new QueueId(id) + " and what it tells of are torn apart");
        }
    }

    private void adopt(long id, StoredMessage message) {
        Known known = model.get(id);
        if (known != null) {
            known.acknowledged = true;
            for (int i = 0; i < known.possible.size(); i++) {
                known.possible.get(i).clear();
                known.possible.get(i).add(message.states().get(i).orElse(null));
            }
        }
    }

    /** A spool of three messages after a kill, with one bit of the second record flipped. */
    static Rotten rot(int offsetInRecord) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        SimDisk disk = new SimDisk(random);
        SpoolSettings settings =
                SpoolSettings.DEFAULT.withSegments(64 << 10, 6_000, 1 << 20).withSpace(Long.MAX_VALUE, 0, 0);
        SpoolCore core = SpoolCore.open(disk, settings, CLOCK, SimSpool::move);
        List<QueueId> ids = new ArrayList<>();
        long place = 0;
        for (int i = 0; i < 3; i++) {
            try (LogDraft draft = core.draft(0, Durability.FSYNC)) {
                byte[] content = Mails.content(i, 3_000);
                draft.write(content, 0, content.length);
                Append append = draft.append(Mails.arrival(1), Mails.PREFIX, List.of());
                core.appender().hand(append);
                core.appender().runBatch();
                draft.keep();
                ids.add(draft.id());
                place = i == 1 ? append.place : place;
            }
        }
        disk.rot(SpoolFiles.segment(MessageIndex.generation(place)), MessageIndex.offset(place) + offsetInRecord);
        return new Rotten(disk, settings, ids);
    }

    record Rotten(SimDisk disk, SpoolSettings settings, List<QueueId> ids) {
        Opened open() throws IOException {
            return new Opened(disk, SpoolCore.open(disk, settings, CLOCK, SimSpool::move));
        }

        byte[] content(int message) {
            return Mails.whole(Mails.content(message, 3_000));
        }
    }

    record Opened(SimDisk disk, SpoolCore core) implements AutoCloseable {
        byte[] read(QueueId id) throws IOException {
            try (InputStream in = core.reader().content(id)) {
                return in.readAllBytes();
            }
        }

        boolean canRead(QueueId id) {
            try {
                return read(id).length > 0;
            } catch (IOException e) {
                return false;
            }
        }

        Condition condition() {
            return core.condition(false);
        }

        List<String> quarantine() {
            return disk.list(SpoolFiles.QUARANTINE);
        }

        Optional<StoredMessage> find(QueueId id) throws IOException {
            return core.reader().find(id);
        }

        @Override
        public void close() throws IOException {
            core.close();
        }
    }
}
