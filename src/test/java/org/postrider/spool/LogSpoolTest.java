package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.QueueId;
import org.postrider.testing.Requirement;

class LogSpoolTest extends SpoolContract {
    private static final InstantSource CLOCK = () -> Mails.NOON;
    private static final SpoolSettings SMALL =
            SpoolSettings.DEFAULT.withSegments(1 << 20, 256 << 10, 2 << 20).withSpace(Long.MAX_VALUE, 0, 0);

    @TempDir
    Path directory = Path.of("unset");

    @Override
    Spool open() throws IOException {
        return LogSpool.open(directory, SMALL, CLOCK);
    }

    @Test
    @Requirement("L1")
    void findsEverythingAgainAfterARestart() throws Exception {
        byte[] small = Mails.content(1, 5_000);
        byte[] large = Mails.content(2, 700_000);
        QueueId first = Mails.committed(spool(), Mails.arrival(2), small);
        QueueId second = Mails.committed(spool(), Mails.arrival(1), large);
        update(List.of(new Update(first, 1, Mails.deferred(3))));
        closeSpool();
        openSpool();

        assertThat(Mails.read(spool(), first)).isEqualTo(Mails.whole(small));
        assertThat(Mails.read(spool(), second)).isEqualTo(Mails.whole(large));
        assertThat(spool().find(first).orElseThrow().states())
                .containsExactly(Optional.empty(), Optional.of(Mails.deferred(3)));
        QueueId later = Mails.committed(spool(), Mails.arrival(1), small);
        assertThat(later).isGreaterThan(second);
    }

    @Test
    void refusesASecondOpener() {
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
    }

    @Test
    void refusesASpoolOfANewerRelease() throws IOException {
        closeSpool();
        Files.writeString(directory.resolve("version"), "postrider-spool 3\n");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("format version 3");
        Files.writeString(directory.resolve("version"), "postrider-spool 2\n");
        openSpool();
    }

    @Test
    void marksASpoolOfAnEarlierReleaseAsItsOwn() throws IOException {
        closeSpool();
        Files.writeString(directory.resolve("version"), "postrider-spool 1\n");
        openSpool();
        assertThat(directory.resolve("version")).hasContent("postrider-spool 2\n");
    }

    @Test
    void removesContentFilesThatNobodyNames() throws IOException {
        closeSpool();
        Path orphan = directory.resolve("large").resolve("0123456789ABC");
        Files.writeString(orphan, "left over");
        openSpool();
        assertThat(orphan).doesNotExist();
    }

    @Test
    void keepsOldMailWhileSegmentsAreRecycled() throws Exception {
        List<QueueId> old = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            QueueId id = Mails.committed(spool(), Mails.arrival(1), Mails.content(i, 8_000));
            if (i % 50 == 0) {
                update(List.of(new Update(id, 0, Mails.deferred(1))));
                old.add(id);
            } else {
                update(List.of(new Update(id, 0, Mails.delivered())));
            }
        }
        assertThat(spool().condition().usedOctets()).isLessThan(20L << 20);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < old.size(); i++) {
                assertThat(Mails.read(spool(), old.get(i))).isEqualTo(Mails.whole(Mails.content(i * 50L, 8_000)));
                assertThat(spool().find(old.get(i)).orElseThrow().states())
                        .containsExactly(Optional.of(Mails.deferred(1)));
            }
            assertThat(spool().condition().messages()).isEqualTo(old.size());
            closeSpool();
            openSpool();
        }
    }

    @Test
    void takesManyWritersAtOnce() throws Exception {
        List<Future<QueueId>> ids = new ArrayList<>();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2_000; i++) {
                int seed = i;
                ids.add(writers.submit(() -> Mails.committed(spool(), Mails.arrival(1), Mails.content(seed, 3_000))));
            }
        }
        closeSpool();
        openSpool();
        for (int i = 0; i < ids.size(); i++) {
            assertThat(Mails.read(spool(), ids.get(i).get())).isEqualTo(Mails.whole(Mails.content(i, 3_000)));
        }
    }

    @Test
    @Requirement("L3")
    void refusesTheBatchOfAFailedSyncAndGoesOnElsewhere() throws Exception {
        closeSpool();
        SpoolSettings faulty = SMALL.withFaults(DiskFaults.parse("sync@8"));
        List<QueueId> kept = new ArrayList<>();
        List<Commit.Reason> refused = new ArrayList<>();
        try (LogSpool spool = LogSpool.open(directory, faulty, CLOCK)) {
            for (int i = 0; i < 20; i++) {
                switch (Mails.commit(spool, Mails.arrival(1), Mails.content(i, 100), List.of())) {
                    case Commit.Durable durable -> kept.add(durable.id());
                    case Commit.Refused refusal -> refused.add(refusal.reason());
                }
            }
            assertThat(spool.condition().failedSyncs()).isEqualTo(1);
        }
        openSpool();
        List<QueueId> found = new ArrayList<>();
        spool().forEach(message -> found.add(message.id()));
        assertThat(refused).containsExactly(Commit.Reason.FAILED);
        assertThat(kept).hasSize(19);
        assertThat(found).containsExactlyElementsOf(kept);
    }

    @Test
    @Requirement("L3")
    void takesMailAgainOnceWhatFilledItIsDelivered() throws Exception {
        closeSpool();
        SpoolSettings narrow = SpoolSettings.DEFAULT
                .withSegments(1 << 20, 256 << 10, 128L << 20)
                .withSpace(10L << 20, 2L << 20, 0);
        List<QueueId> taken = new ArrayList<>();
        LogSpool spool = LogSpool.open(directory, narrow, CLOCK);
        try {
            fill(spool, taken);
            assertThat(taken).hasSizeGreaterThan(50);
            for (QueueId id : taken) {
                settle(spool, id);
            }
            awaitRoom(spool);
            taken.clear();
            fill(spool, taken);
            spool.close();
            spool = LogSpool.open(directory, narrow, CLOCK);
            for (QueueId id : taken) {
                settle(spool, id);
            }
            spool.close();
            spool = LogSpool.open(directory, narrow, CLOCK);
            awaitRoom(spool);
        } finally {
            spool.close();
        }
        openSpool();
    }

    /** Every segment stays two thirds wanted. */
    @Test
    @Requirement("L3")
    void takesMailAgainOnceAThirdOfWhatFilledItIsDelivered() throws Exception {
        closeSpool();
        SpoolSettings narrow = SpoolSettings.DEFAULT
                .withSegments(1 << 20, 256 << 10, 128L << 20)
                .withSpace(16L << 20, 4L << 20, 0);
        List<QueueId> taken = new ArrayList<>();
        try (LogSpool spool = LogSpool.open(directory, narrow, CLOCK)) {
            fill(spool, taken);
            for (int i = 0; i < taken.size(); i += 3) {
                settle(spool, taken.get(i));
            }
            awaitRoom(spool);
            for (int i = 1; i < taken.size(); i += 3) {
                assertThat(Mails.read(spool, taken.get(i))).isEqualTo(Mails.whole(Mails.content(i, 50_000)));
            }
        }
        openSpool();
    }

    private static void fill(LogSpool spool, List<QueueId> taken) throws IOException {
        while (Mails.commit(spool, Mails.arrival(1), Mails.content(taken.size(), 50_000), List.of())
                instanceof Commit.Durable durable) {
            taken.add(durable.id());
        }
    }

    private static void settle(LogSpool spool, QueueId id) throws InterruptedException {
        CountDownLatch durable = new CountDownLatch(1);
        spool.update(List.of(new Update(id, 0, Mails.delivered())), durable::countDown);
        assertThat(durable.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Offers mail until some is taken; the contract's time-out ends it. */
    private static void awaitRoom(LogSpool spool) throws IOException {
        while (!(Mails.commit(spool, Mails.arrival(1), Mails.content(1, 50_000), List.of())
                instanceof Commit.Durable)) {
            assertThat(Thread.currentThread().isInterrupted()).as("timed out").isFalse();
        }
    }

    @Test
    void goesOnAfterAnErrorInWhatItCallsBack() throws Exception {
        QueueId id = Mails.committed(spool(), Mails.arrival(1), Mails.content(1, 100));
        spool().update(List.of(new Update(id, 0, Mails.deferred(1))), () -> {
            throw new AssertionError("the caller's own");
        });
        QueueId later = Mails.committed(spool(), Mails.arrival(1), Mails.content(2, 100));
        assertThat(Mails.read(spool(), later)).isEqualTo(Mails.whole(Mails.content(2, 100)));
        assertThat(spool().condition().failed()).isFalse();
    }

    @Test
    @Requirement("L3")
    void keepsSpaceForStatesAndNoticesWhenItIsFull() throws Exception {
        QueueId id = Mails.committed(spool(), Mails.arrival(1), Mails.content(1, 100));
        closeSpool();
        SpoolSettings full = SMALL.withSpace(8L << 20, (8L << 20) - 1, 0);
        try (LogSpool spool = LogSpool.open(directory, full, CLOCK)) {
            Commit mail = Mails.commit(spool, Mails.arrival(1), Mails.content(2, 100), List.of());
            assertThat(mail)
                    .isInstanceOfSatisfying(
                            Commit.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Commit.Reason.FULL));
            Update bounce = new Update(id, 0, Mails.bounced());
            assertThat(Mails.commit(spool, Mails.arrival(1), Mails.content(3, 100), List.of(bounce)))
                    .isInstanceOf(Commit.Durable.class);
            assertThat(spool.find(id)).isEmpty();
            assertThat(spool.condition().fill()).isEqualTo(1.0);
        }
        openSpool();
    }

    @Test
    void givesIdsInOrderWhenTheClockGoesBack() throws IOException {
        QueueId before = Mails.committed(spool(), Mails.arrival(1), Mails.content(1, 100));
        closeSpool();
        try (LogSpool spool = LogSpool.open(directory, SMALL, () -> Mails.NOON.minusSeconds(86_400))) {
            assertThat(Mails.committed(spool, Mails.arrival(1), Mails.content(1, 100)))
                    .isGreaterThan(before);
        }
        openSpool();
    }
}
