package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.QueueId;
import org.postrider.testing.Requirement;

/** How the spool wins space back from segments that are still mostly wanted, once new mail has none. */
@Timeout(60)
class SpoolSpaceTest {
    private static final int SEGMENT_OCTETS = 64 << 10;
    private static final int MESSAGE_OCTETS = 5_000;
    private static final long MAX = 30L * SEGMENT_OCTETS;
    private static final long RESERVE = 6L * SEGMENT_OCTETS;
    private static final SpoolSettings SEGMENTS =
            SpoolSettings.DEFAULT.withSegments(SEGMENT_OCTETS, 6_000, 1_000L * SEGMENT_OCTETS);
    private static final SpoolSettings LIMITED = SEGMENTS.withSpace(MAX, RESERVE, 0);

    private final SimDisk disk = new SimDisk(new SplittableRandom(1));
    private long usedMost;

    private SpoolCore open(SpoolSettings settings) throws IOException {
        return SpoolCore.open(disk, settings, () -> Mails.NOON, SimSpool::move);
    }

    private static List<QueueId> fill(SpoolCore core) throws IOException {
        List<QueueId> taken = new ArrayList<>();
        while (core.hasRoomFor(MESSAGE_OCTETS)) {
            try (LogDraft draft = core.draft(0, Durability.FSYNC)) {
                draft.write(Mails.content(1, MESSAGE_OCTETS), 0, MESSAGE_OCTETS);
                core.appender().hand(draft.append(Mails.arrival(1), Mails.PREFIX, List.of()));
                run(core);
                draft.keep();
                taken.add(draft.id());
            }
        }
        return taken;
    }

    private static void run(SpoolCore core) {
        while (!core.appender().isIdle()) {
            core.appender().runBatch();
        }
    }

    /** The first of every {@code n}, so that each segment keeps most of what it has. */
    private static List<QueueId> settle(SpoolCore core, List<QueueId> ids, int n) {
        List<QueueId> left = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (i % n == 0) {
                Update update = new Update(ids.get(i), 0, Mails.delivered());
                core.appender().hand(Append.states(List.of(update), () -> {}));
            } else {
                left.add(ids.get(i));
            }
        }
        run(core);
        return left;
    }

    private static void keep(SpoolCore core) throws IOException {
        for (int pass = 0; pass < 6; pass++) {
            core.keep();
        }
    }

    private static void assertReadable(SpoolCore core, List<QueueId> ids) throws IOException {
        for (QueueId id : ids) {
            try (var content = core.reader().content(id)) {
                assertThat(content.readAllBytes()).isEqualTo(Mails.whole(Mails.content(1, MESSAGE_OCTETS)));
            }
        }
    }

    @Test
    @Requirement("L3")
    void takesMailAgainOnceAThirdOfWhatFilledItIsDelivered() throws IOException {
        SpoolCore core = open(LIMITED);
        List<QueueId> kept = fill(core);
        int first = kept.size();
        kept = settle(core, kept, 3);
        assertThat(core.hasRoomFor(MESSAGE_OCTETS)).isFalse();
        keep(core);
        List<QueueId> more = fill(core);
        assertThat(more).hasSizeGreaterThan(first / 4);
        kept.addAll(more);
        assertReadable(core, kept);
        core.close();
        core = open(LIMITED);
        assertReadable(core, kept);
        core.close();
    }

    @Test
    @Requirement("L3")
    void leavesASegmentsRoomForStatesAndNotices() throws IOException {
        AtomicReference<SpoolCore> opened = new AtomicReference<>();
        SpoolCore core = SpoolCore.open(disk, LIMITED, () -> Mails.NOON, (appender, moves) -> {
            SimSpool.move(appender, moves);
            usedMost = Math.max(usedMost, opened.get().condition(false).usedOctets());
        });
        opened.set(core);
        List<QueueId> kept = fill(core);
        for (int round = 0; round < 5; round++) {
            kept = settle(core, kept, 3);
            keep(core);
            kept.addAll(fill(core));
        }
        assertThat(usedMost).isBetween(MAX - RESERVE, MAX - SEGMENT_OCTETS);
        assertReadable(core, kept);
        core.close();
    }

    @Test
    @Requirement("L3")
    void takesMailAgainOnADiskThatOthersFilled() throws IOException {
        SpoolCore core = open(LIMITED);
        List<QueueId> kept = settle(core, fill(core), 3);
        core.close();
        SpoolSettings shared = SEGMENTS.withSpace(Long.MAX_VALUE, 0, 8L * SEGMENT_OCTETS);
        disk.holds(Long.MAX_VALUE);
        disk.holds(Long.MAX_VALUE - disk.usableOctets() + 7L * SEGMENT_OCTETS);
        core = open(shared);
        assertThat(core.hasRoomFor(MESSAGE_OCTETS)).isFalse();
        keep(core);
        awaitRoom(core);
        assertReadable(core, kept);
        core.close();
    }

    /** What is free is asked for a few times a second. */
    private static void awaitRoom(SpoolCore core) throws IOException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!core.hasRoomFor(MESSAGE_OCTETS)) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void copiesNothingThatWinsNoSpace() throws IOException {
        SpoolCore core = open(LIMITED);
        List<QueueId> kept = fill(core);
        kept = settle(core, kept, 20);
        keep(core);
        long place = core.ledger().appliedPlace();
        keep(core);
        assertThat(core.ledger().appliedPlace()).isEqualTo(place);
        assertReadable(core, kept);
        core.close();
    }
}
