package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.QueueId;
import org.postrider.testing.Requirement;
import org.slf4j.LoggerFactory;

/** What the spool does on a disk that is full or fails for longer, and after an error of its own. */
@Timeout(60)
class SpoolTroubleTest {
    private static final int SEGMENT_OCTETS = SpoolSettings.SEGMENT_OCTETS_MIN;
    private static final SpoolSettings SETTINGS = SpoolSettings.DEFAULT
            .withSegments(SEGMENT_OCTETS, 6_000, 2 * SEGMENT_OCTETS)
            .withSpace(Long.MAX_VALUE, 0, 0);

    @TempDir
    Path directory = Path.of("unset");

    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.spool");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final SimDisk disk = new SimDisk(new SplittableRandom(1));

    @BeforeEach
    void collectAlarms() {
        logged.start();
        logger.addAppender(logged);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void letGoOfAlarms() {
        logger.setLevel(null);
        logger.setAdditive(true);
        logger.detachAppender(logged);
    }

    private static SpoolCore open(Disk disk, SpoolSettings settings) throws IOException {
        return SpoolCore.open(disk, settings, () -> Mails.NOON, SimSpool::move);
    }

    private static QueueId commit(SpoolCore core, int octets, int recipients) throws IOException {
        try (LogDraft draft = core.draft(0, Durability.FSYNC)) {
            draft.write(Mails.content(octets, octets), 0, octets);
            draft.sync();
            core.appender().hand(draft.append(Mails.arrival(recipients), Mails.PREFIX, List.of()));
            run(core);
            draft.keep();
            return draft.id();
        }
    }

    private static void run(SpoolCore core) {
        while (!core.appender().isIdle()) {
            core.appender().runBatch();
        }
    }

    private static void update(SpoolCore core, Update... updates) {
        core.appender().hand(Append.states(List.of(updates), () -> {}));
    }

    private static void commitAndSettle(SpoolCore core, int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            QueueId id = commit(core, 3_000, 1);
            update(core, new Update(id, 0, Mails.delivered()));
            run(core);
        }
    }

    @Test
    void tidiesUpAfterACrashThoughFilesOfFinishedMessagesAreGone() throws IOException {
        SpoolCore core = open(disk, SETTINGS);
        for (int i = 0; i < 3; i++) {
            QueueId id = commit(core, SETTINGS.largeOctetsMin() + i, 1);
            update(core, new Update(id, 0, Mails.delivered()));
            run(core);
        }
        core.keep();
        disk.powerUp();
        core = open(disk, SETTINGS);
        core.keep();
        assertThat(core.ledger().hasFinishedLarge()).isFalse();
        assertThat(disk.list(SpoolFiles.LARGE)).isEmpty();
        core.close();
    }

    @Test
    @Requirement("L3")
    void givesSpaceBackWhileNoSegmentCanBeMadeInAdvance() throws IOException {
        SpoolCore core = open(disk, SETTINGS);
        commitAndSettle(core, 40);
        disk.failWritesTo("spare");
        core.keeper().pass(true);
        assertThat(core.condition(false).usedOctets()).isLessThan(4L * SEGMENT_OCTETS);
        disk.heal();
        core.close();
    }

    @Test
    @Requirement("L4")
    void keepsAMessageThatCannotBeReadForATime() throws IOException {
        SpoolCore core = open(disk, SETTINGS);
        QueueId old = commit(core, 2_000, 2);
        update(core, new Update(old, 0, Mails.delivered()));
        commitAndSettle(core, 30);
        disk.failReadsOf("segment");
        core.keep();
        disk.heal();
        core.close();
        core = open(disk, SETTINGS);
        assertThat(core.reader().find(old).orElseThrow().states())
                .containsExactly(Optional.of(Mails.delivered()), Optional.empty());
        core.close();
    }

    @Test
    @Requirement("L4")
    void givesSpaceBackThoughOneRecordCannotBeRead() throws IOException {
        SpoolCore core = open(disk, SETTINGS);
        QueueId old = commit(core, 2_000, 1);
        commitAndSettle(core, 30);
        core.keep();
        disk.failReadsOf(SpoolFiles.segment(1));
        for (int i = 0; i < 4; i++) {
            commitAndSettle(core, 20);
            core.keep();
        }
        assertThat(core.condition(false).usedOctets()).isLessThan(10L * SEGMENT_OCTETS);
        disk.heal();
        assertThat(core.reader().find(old)).isPresent();
        core.close();
    }

    /** Whichever update is the one that did not fit when the sync before it failed. */
    @Test
    @Requirement("L3")
    void keepsTheOrderOfUpdatesOverAFailedSync() throws IOException {
        for (int last = 1; last < 120; last++) {
            for (boolean rotationFails : List.of(false, true)) {
                SimDisk fresh = new SimDisk(new SplittableRandom(last));
                SpoolCore core = open(fresh, SETTINGS);
                QueueId id = commit(core, 100, 1);
                for (int i = 1; i <= last; i++) {
                    update(core, new Update(id, 0, Mails.deferred(i)));
                }
                fresh.failNextSync();
                if (rotationFails) {
                    core.appender().runBatch();
                    fresh.failNextSync();
                }
                run(core);
                assertThat(core.reader().find(id).orElseThrow().states())
                        .containsExactly(Optional.of(Mails.deferred(last)));
                fresh.heal();
                core.close();
                core = open(fresh, SETTINGS);
                assertThat(core.reader().find(id).orElseThrow().states())
                        .containsExactly(Optional.of(Mails.deferred(last)));
            }
        }
    }

    @Test
    @Requirement("L3")
    void tellsOnceOfADiskThatIsFullAndOnceOfItsEnd() throws IOException {
        SpoolCore core = open(disk, SETTINGS);
        QueueId id = commit(core, 100, 1);
        logged.list.clear();
        disk.failWritesTo("segment");
        for (int i = 0; i < 10; i++) {
            update(core, new Update(id, 0, Mails.deferred(1)));
            assertThat(core.appender().runBatch()).isFalse();
        }
        disk.heal();
        run(core);
        assertThat(logged.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.ERROR, Level.INFO);
        core.close();
    }

    /** It may be found after a crash as long as nothing durable says that it is void. */
    @Test
    @Requirement("L3")
    void tellsAClientOfAFailedBatchOnlyOnceItsRecordIsVoid() throws IOException {
        SpoolCore core = open(disk, SETTINGS);
        try (LogDraft draft = core.draft(0, Durability.FSYNC)) {
            draft.write(Mails.content(1, 100), 0, 100);
            Append append = draft.append(Mails.arrival(1), Mails.PREFIX, List.of());
            core.appender().hand(append);
            disk.failWritesTo("segment");
            core.appender().runBatch();
            assertThat(append.outcome()).isNull();
            disk.heal();
            core.appender().runBatch();
            assertThat(append.outcome()).isInstanceOf(Commit.Refused.class);
        }
        core.close();
    }

    @Test
    void readsTheStatesOfManyRecipientsBack() throws IOException {
        SpoolCore core = open(disk, SETTINGS);
        int recipients = 300;
        QueueId id = commit(core, 100, recipients);
        List<Update> updates = new ArrayList<>();
        for (int i = 0; i < recipients; i++) {
            updates.add(new Update(id, i, i % 3 == 0 ? Mails.delivered() : Mails.deferred(i)));
        }
        for (int i = 0; i < recipients; i += 50) {
            update(core, updates.subList(i, i + 50).toArray(Update[]::new));
        }
        run(core);
        StoredMessage found = core.reader().find(id).orElseThrow();
        assertThat(core.reader().find(id).orElseThrow()).isSameAs(found);
        core.close();
        core = open(disk, SETTINGS);
        StoredMessage again = core.reader().find(id).orElseThrow();
        assertThat(again).isEqualTo(found);
        assertThat(core.reader().find(id).orElseThrow()).isSameAs(again);
        update(core, new Update(id, 1, Mails.bounced()));
        run(core);
        assertThat(core.reader().find(id).orElseThrow().states().get(1)).contains(Mails.bounced());
        core.close();
    }

    /** The error comes from a sync, so that what was in work may be durable. */
    @Test
    @Requirement("L3")
    void showsThatItsCommitterDiedAndDoesNotSayWhatItCannotKnow() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        CompletableFuture<Void> died = new CompletableFuture<>();
        Disk real = FileDisk.open(directory);
        LogSpool spool = LogSpool.open(dying(Disk.class, real, broken, died), SETTINGS, () -> Mails.NOON);
        Mails.committed(spool, Mails.arrival(1), Mails.content(1, 100));
        broken.set(true);
        CompletableFuture<Commit> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return Mails.commit(spool, Mails.arrival(1), Mails.content(2, 100), List.of());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        died.get(10, TimeUnit.SECONDS);
        while (!spool.condition().failed()) {
            Thread.onSpinWait();
        }
        assertThat(answer).isNotDone();
        broken.set(false);
        spool.close();
        assertThat(answer.get(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        Commit.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Commit.Reason.CLOSED));
    }

    /** The first checkpoint is to be made while memory is short. */
    @Test
    @Requirement("L6")
    void tidiesUpAfterALackOfMemory() throws Exception {
        AtomicBoolean scarce = new AtomicBoolean(true);
        Disk real = FileDisk.open(directory);
        Disk disk = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, given) -> {
                    if (method.getName().equals("create")
                            && String.valueOf(given[0]).startsWith("checkpoint")
                            && scarce.getAndSet(false)) {
                        throw new OutOfMemoryError("as told");
                    }
                    return call(method, real, given);
                });
        try (LogSpool spool = LogSpool.open(disk, SETTINGS, () -> Mails.NOON)) {
            for (int i = 0; real.list(SpoolFiles.ROOT).stream().noneMatch(name -> name.startsWith("checkpoint")); i++) {
                Mails.committed(spool, Mails.arrival(1), Mails.content(i, 3_000));
            }
            assertThat(scarce.get()).isFalse();
            assertThat(spool.condition().failed()).isFalse();
        }
    }

    /** The same disk or file, whose syncs throw an error once it is broken. */
    private static <T> T dying(Class<T> type, T real, AtomicBoolean broken, CompletableFuture<Void> died) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    if (broken.get() && method.getName().equals("force")) {
                        died.complete(null);
                        throw new AssertionError("an error of our own");
                    }
                    Object answer = call(method, real, given);
                    return answer instanceof DiskFile file ? dying(DiskFile.class, file, broken, died) : answer;
                }));
    }

    @SuppressWarnings("NullAway") // a method without parameters is given none
    private static Object call(Method method, Object on, Object[] given) throws Throwable {
        try {
            return method.invoke(on, given);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
