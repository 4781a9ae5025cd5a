package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.sasl.Credentials.Judgement;
import org.postrider.sasl.Login;
import org.postrider.sasl.Refusal;
import org.postrider.testing.Requirement;

@Timeout(30)
@Requirement("H1")
final class GuessBudgetTest {
    private static final Duration HASH = Duration.ofMillis(100);

    @TempDir
    private Path directory;

    private long now = 1;
    private final GuessBudget budget = new GuessBudget(1, () -> now);

    private int spendAll(GuessBudget of) {
        int guesses = 0;
        while (of.isLeft()) {
            of.spend(HASH);
            guesses++;
        }
        return guesses;
    }

    @Test
    void wrongPasswordsMayTakeSoMuchAtOnceAndThenTheirShareOfALane() {
        assertThat(spendAll(budget)).isEqualTo(30);
        now += Duration.ofSeconds(10).toNanos();
        assertThat(spendAll(budget)).isEqualTo(25);
        now += Duration.ofMinutes(10).toNanos();
        assertThat(spendAll(budget)).isEqualTo(30);
    }

    @Test
    void moreLanesEarnMore() {
        GuessBudget four = new GuessBudget(4, () -> now);
        assertThat(spendAll(four)).isEqualTo(120);
        now += Duration.ofSeconds(10).toNanos();
        assertThat(spendAll(four)).isEqualTo(100);
    }

    @Test
    void whileItIsUsedUpOnlyThoseWhoAreKnownWhereTheyAreAreJudged() throws IOException {
        try (World world = new World(directory, World.settings(World.plain("alice", "sesame")))) {
            assertThat(logsIn(world, World.CLIENT, "sesame")).isTrue();
            world.useUpGuesses();
            assertThat(password(world, World.OTHER, "sesame")).isEqualTo(new Judgement.Unknown(Refusal.UNAVAILABLE));
            assertThat(password(world, World.OTHER, "guess")).isEqualTo(new Judgement.Unknown(Refusal.UNAVAILABLE));
            assertThat(world.accounts.caller(World.OTHER).password("nobody", "guess"))
                    .isEqualTo(new Judgement.Unknown(Refusal.UNAVAILABLE));
            assertThat(logsIn(world, World.CLIENT, "sesame")).isTrue();
            assertThat(password(world, World.CLIENT, "guess"))
                    .isEqualTo(new Judgement.Unknown(Refusal.BAD_CREDENTIALS));
            world.pass(Duration.ofSeconds(10));
            assertThat(logsIn(world, World.OTHER, "sesame")).isTrue();
        }
    }

    @Test
    void aPasswordThatWasRightAMomentAgoIsRightElsewhereToo() throws IOException {
        try (World world = new World(directory, World.settings(World.hashed("alice", "sesame")))) {
            assertThat(logsIn(world, World.CLIENT, "sesame")).isTrue();
            world.useUpGuesses();
            assertThat(logsIn(world, World.OTHER, "sesame")).isTrue();
        }
    }

    @Test
    void manyStrangersMayWaitForALaneUntilSomebodyGuesses() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        User[] users = IntStream.rangeClosed(0, 20)
                .mapToObj(i -> World.plain("user" + i, "sesame"))
                .toArray(User[]::new);
        try (World world = new World(directory, World.settings(users));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            HashingLanes lanes = world.accounts.lanes();
            Future<Optional<Boolean>> occupied = threads.submit(() -> lanes.run(() -> await(held)));
            List<Future<Judgement>> logins = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(() -> stranger(world, i)))
                    .toList();
            while (lanes.waiting() < 20 && logins.stream().noneMatch(Future::isDone)) {
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
            world.accounts.guesses().spend(HASH);
            Judgement late = stranger(world, 20);
            held.countDown();
            assertThat(late).isEqualTo(new Judgement.Unknown(Refusal.UNAVAILABLE));
            for (int i = 0; i < logins.size(); i++) {
                assertThat(logins.get(i).get()).isEqualTo(new Judgement.Known("user" + i));
            }
            assertThat(occupied.get()).contains(true);
        }
    }

    /** A user who comes from an address of its own for the first time. */
    private static Judgement stranger(World world, int number) {
        InetAddress from = InetAddress.ofLiteral("198.51.100." + (100 + number));
        return world.accounts.caller(from).password("user" + number, "sesame");
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Judgement password(World world, InetAddress from, String password) {
        return world.accounts.caller(from).password("alice", password);
    }

    private static boolean logsIn(World world, InetAddress from, String password) {
        Caller caller = world.accounts.caller(from);
        if (caller.password("alice", password) instanceof Judgement.Known(String user)) {
            caller.accepted(new Login(user, "PLAIN"));
            return true;
        }
        return false;
    }
}
