package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.Requirement;

@Timeout(30)
class EngineThreadTest {
    private final AtomicReference<Instant> wall = new AtomicReference<>(Instant.EPOCH);
    private final EngineThread engine = new EngineThread(wall::get);

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void runsAllTasksOnOneThreadInTheirOrder() throws Exception {
        engine.start();
        List<Integer> order = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3 * EngineThread.INBOX_MAX; i++) {
            int number = i;
            engine.post(() -> {
                order.add(number);
                threads.add(Thread.currentThread());
            });
        }
        assertThat(engine.<Integer>call(order::size)).isEqualTo(3 * EngineThread.INBOX_MAX);
        assertThat(order).isSorted();
        assertThat(threads.stream().distinct()).hasSize(1);
    }

    @Test
    void survivesWhateverATaskThrows() throws Exception {
        engine.start();
        engine.post(() -> {
            throw new AssertionError("a bug");
        });
        assertThat(engine.<String>call(() -> "alive")).isEqualTo("alive");
    }

    @Test
    void tellsTheCallerOfAnErrorToo() {
        engine.start();
        assertThatThrownBy(() -> engine.call(() -> {
                    throw new StackOverflowError("as told");
                }))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void givesTheCallerWhatItsQuestionThrows() {
        engine.start();
        assertThatThrownBy(() -> engine.call(() -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("no");
    }

    @Test
    void answersACallFromItsOwnThread() throws Exception {
        engine.start();
        assertThat(engine.<String>call(() -> engine.<String>call(() -> "inner")))
                .isEqualTo("inner");
    }

    @Test
    void makesNewWorkWaitWhileTheInboxIsFullAndNeverAnswers() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        engine.start();
        engine.post(() -> await(blocked));
        for (int i = 1; i < EngineThread.INBOX_MAX; i++) {
            engine.post(() -> {});
        }
        Semaphore passed = new Semaphore(0);
        Thread producer = Thread.ofVirtual().start(() -> {
            engine.post(() -> {});
            passed.release();
        });
        AtomicInteger answers = new AtomicInteger();
        // The committer's side: it must get through although the inbox is full and the engine busy.
        for (int i = 0; i < 10; i++) {
            engine.answer(answers::incrementAndGet);
        }
        assertThat(engine.waiting()).isEqualTo(EngineThread.INBOX_MAX);
        assertThat(passed.tryAcquire()).isFalse();
        blocked.countDown();
        producer.join();
        assertThat(engine.<Integer>call(answers::get)).isEqualTo(10);
    }

    @Test
    void ringsTimersInTheOrderOfTheirTimes() throws Exception {
        List<String> rung = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(3);
        engine.at(Instant.EPOCH.plusMillis(40), () -> ring(rung, "last", all));
        engine.at(Instant.EPOCH.plusMillis(20), () -> ring(rung, "second", all));
        engine.at(Instant.EPOCH.minusSeconds(5), () -> ring(rung, "first", all));
        engine.start();
        await(all);
        assertThat(engine.<List<String>>call(() -> List.copyOf(rung))).containsExactly("first", "second", "last");
    }

    @Test
    @Requirement("L5")
    void ringsATimerThoughTheWallClockIsSetBack() {
        CountDownLatch rung = new CountDownLatch(1);
        engine.at(Instant.EPOCH.plusMillis(20), rung::countDown);
        wall.set(Instant.EPOCH.minus(Duration.ofDays(1)));
        engine.start();
        await(rung);
        assertThat(rung.getCount()).isZero();
    }

    @Test
    void letsTheInboxHaveItsTurnBetweenTimersThatSetTimers() throws Exception {
        engine.start();
        engine.post(() -> again());
        assertThat(engine.<String>call(() -> "served")).isEqualTo("served");
    }

    private void again() {
        engine.at(Instant.EPOCH, this::again);
    }

    @Test
    void refusesATimerFromAnotherThread() {
        engine.start();
        assertThatThrownBy(() -> engine.at(Instant.EPOCH, () -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void doesWhatWasPostedBeforeItStopsAndRefusesWhatComesAfter() {
        engine.start();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 1_000; i++) {
            engine.post(done::incrementAndGet);
        }
        engine.close();
        assertThat(done).hasValue(1_000);
        assertThatThrownBy(() -> engine.post(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private static void ring(List<String> rung, String name, CountDownLatch all) {
        rung.add(name);
        all.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
