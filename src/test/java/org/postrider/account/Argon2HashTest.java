package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

final class Argon2HashTest {
    /** Made by the reference implementation: password, somesalt, 2 passes, 64 MiB, one lane. */
    private static final String REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    @Test
    void agreesWithTheReferenceImplementation() {
        try (HashingLanes lanes = new HashingLanes(1)) {
            Argon2Hash hash = Argon2Hash.parse("argon2id:" + REFERENCE).orElseThrow();
            assertThat(hash.text()).isEqualTo(REFERENCE);
            assertThat(lanes.compare(hash, "password").orElseThrow().same()).isTrue();
            assertThat(lanes.compare(hash, "Password").orElseThrow().same()).isFalse();
        }
    }

    @Test
    void blocksAreUsedAgainWithoutATraceOfThePasswordBefore() {
        try (HashingLanes lanes = new HashingLanes(1)) {
            List<Argon2Hash> hashes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String password = "password " + i;
                hashes.add(lanes.run(() -> lanes.hashHere(password, World.CHEAP, new SecureRandom()))
                        .orElseThrow());
            }
            for (int i = 0; i < 20; i++) {
                assertThat(lanes.compare(hashes.get(i), "password " + i)
                                .orElseThrow()
                                .same())
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "argon2id:",
                "secret",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65537,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=4,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
            })
    void readsNothingElse(String text) {
        assertThat(Argon2Hash.parse(text)).isEmpty();
    }

    @Test
    @Requirement("H1")
    void guessesBeyondTheQueueAreTurnedAwayInsteadOfWaiting() throws InterruptedException {
        try (HashingLanes lanes = new HashingLanes(1)) {
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            ConcurrentLinkedQueue<Optional<Boolean>> answers = new ConcurrentLinkedQueue<>();
            Thread first = Thread.ofVirtual()
                    .start(() -> answers.add(lanes.run(() -> {
                        busy.countDown();
                        go.await();
                        return true;
                    })));
            busy.await();
            List<Thread> others = new ArrayList<>();
            CountDownLatch turnedAway = new CountDownLatch(36);
            for (int i = 0; i < 100; i++) {
                others.add(Thread.ofVirtual().start(() -> {
                    Optional<Boolean> answer = lanes.run(() -> true);
                    answers.add(answer);
                    if (answer.isEmpty()) {
                        turnedAway.countDown();
                    }
                }));
            }
            turnedAway.await();
            assertThat(lanes.waiting()).isEqualTo(HashingLanes.WAITING_PER_LANE);
            go.countDown();
            first.join();
            for (Thread other : others) {
                other.join();
            }
            assertThat(answers).hasSize(101).filteredOn(Optional::isEmpty).hasSize(36);
        }
    }

    @Test
    void verifiersOfScramAreWrittenAndRead() {
        ScramSecret secret = ScramSecret.derive("SHA-256", "pencil", new SecureRandom());
        ScramSecret read = ScramSecret.parse(secret.text()).orElseThrow();
        assertThat(read.text()).isEqualTo(secret.text()).startsWith("SCRAM-SHA-256$32768:");
        assertThat(ScramSecret.parse("SCRAM-MD5$4096:AAAA$AAAA:AAAA")).isEmpty();
    }
}
