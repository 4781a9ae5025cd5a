package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.sasl.Credentials.Judgement;
import org.postrider.sasl.Refusal;
import org.postrider.testing.Requirement;

@Requirement("H1")
final class DirectoryGuessesTest {
    private static final Judgement BAD = new Judgement.Unknown(Refusal.BAD_CREDENTIALS);
    private static final Judgement LATER = new Judgement.Unknown(Refusal.UNAVAILABLE);
    private static final int CONNECTIONS = 2;

    @TempDir
    private Path home;

    private static LdapSettings settings(FakeDirectory directory) {
        return new LdapSettings(
                directory.url(),
                false,
                new LdapSettings.Entry.At("uid={user},dc=example,dc=net"),
                Optional.empty(),
                Duration.ofSeconds(20),
                CONNECTIONS,
                Optional.empty());
    }

    private World world(FakeDirectory directory) throws IOException {
        return new World(home, World.with(World.settings(World.plain("local", "here")), settings(directory)));
    }

    private static Judgement judge(World world, int client, String user) {
        InetAddress address = InetAddress.ofLiteral("198.51.100." + client);
        return world.accounts.caller(address).password(user, "guess");
    }

    @Test
    void wrongPasswordsMayTakeAShareOfTheTimeOfItsConnections() throws IOException {
        World[] world = new World[1];
        try (FakeDirectory directory = new FakeDirectory(() -> world[0].pass(Duration.ofMillis(1_500)));
                World made = world(directory)) {
            world[0] = made;
            int guesses = 0;
            while (judge(made, guesses, "user" + guesses).equals(BAD)) {
                guesses++;
            }
            // Six seconds may go at once. A guess takes 1.5 s of a connection, while both together earn 0.75 s.
            assertThat(guesses).isEqualTo(7);
            assertThat(directory.asked()).isEqualTo(guesses);
            assertThat(judge(made, 200, "local")).as("all users alike").isEqualTo(LATER);
            made.pass(Duration.ofMinutes(1));
            assertThat(judge(made, 201, "another")).isEqualTo(BAD);
        }
    }

    @Test
    void soManyStrangersWaitForAConnection() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        List<Future<LdapDirectory.Answer>> waiting = new ArrayList<>();
        try (FakeDirectory fake = new FakeDirectory(() -> await(answering));
                LdapDirectory directory = new LdapDirectory(settings(fake), System::nanoTime);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int places = CONNECTIONS * (1 + LdapDirectory.STRANGERS_PER_CONNECTION);
            for (int i = 0; i < places; i++) {
                assertThat(directory.takesStrangers()).isTrue();
                waiting.add(threads.submit(() -> directory.check("user", "guess")));
            }
            while (directory.takesStrangers()) {
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
            assertThat(fake.asked()).isLessThanOrEqualTo(CONNECTIONS);
            answering.countDown();
            for (Future<LdapDirectory.Answer> one : waiting) {
                assertThat(one.get()).isEqualTo(new LdapDirectory.Answer.Wrong());
            }
            assertThat(fake.asked()).isEqualTo(places);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
