package org.postrider.account;

import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Where passwords are hashed: a few platform threads of their own, and a short queue before them. Hashing costs tens of
 * milliseconds of a processor on purpose, so that a flood of guesses would otherwise take all processors from mail.
 *
 * <p>Each lane keeps its blocks from one hash to the next, as long as memory is not short: fresh ones would be 19 MiB of
 * garbage for each guess.
 *
 * <p>Thread: any; callers wait.
 */
final class HashingLanes implements AutoCloseable {
    /** Passwords that wait for a lane, for each lane: a few seconds of work. Those beyond are judged later. */
    static final int WAITING_PER_LANE = 64;

    /** How many of those may be of strangers while somebody guesses, so that guesses in flight cost little. */
    static final int STRANGERS_PER_LANE = 8;

    /** How many while nobody does: after a start all are strangers, and many come at once. Who is known finds room yet. */
    static final int STRANGERS_PER_LANE_AT_PEACE = 48;

    /** What the code is warmed up by: hashes of a twentieth of the usual memory, until it is compiled, but not for long. */
    private static final Argon2Hash.Cost WARM_UP_COST = new Argon2Hash.Cost(1_024, 2, 1);

    private static final int WARM_UP_HASHES = 60;
    private static final Duration WARM_UP_MAX = Duration.ofSeconds(1);

    private static final int SALT_OCTETS = 16;
    private static final int HASH_OCTETS = 32;

    private final ThreadPoolExecutor lanes;
    private final int count;
    private final ThreadLocal<Blocks> blocks = ThreadLocal.withInitial(Blocks::new);

    /** @param took on the lane, without waiting for it */
    record Compared(boolean same, Duration took) {}

    HashingLanes(int count) {
        this.count = count;
        this.lanes = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(count * WAITING_PER_LANE),
                Thread.ofPlatform().daemon().name("password-lane-", 0).factory());
    }

    /**
     * Hashes what means nothing, on one lane and without waiting for it: the first hash of a machine that has not compiled any
     * takes a second and more.
     */
    void warmUp() {
        lanes.execute(() -> {
            long begin = System.nanoTime();
            byte[] salt = new byte[SALT_OCTETS];
            for (int i = 0; i < WARM_UP_HASHES && !lanes.isShutdown(); i++) {
                if (System.nanoTime() - begin > WARM_UP_MAX.toNanos()) {
                    return;
                }
                compute(WARM_UP_COST, salt, "", HASH_OCTETS);
            }
        });
    }

    /** Whether a password is that of a hash; empty where too many wait. */
    Optional<Compared> compare(Argon2Hash kept, String password) {
        return run(() -> {
            long begin = System.nanoTime();
            byte[] hash = compute(kept.cost(), kept.salt(), password, kept.hash().length);
            boolean same = MessageDigest.isEqual(hash, kept.hash());
            return new Compared(same, Duration.ofNanos(System.nanoTime() - begin));
        });
    }

    /** A new hash of a password; on a lane, by work that {@link #run} was given. */
    Argon2Hash hashHere(String password, Argon2Hash.Cost cost, SecureRandom random) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return new Argon2Hash(cost, salt, compute(cost, salt, password, HASH_OCTETS));
    }

    /** Any other work of that kind; empty where too much waits. */
    <T> Optional<T> run(Callable<T> work) {
        try {
            Future<T> answer = lanes.submit(work);
            return Optional.of(answer.get());
        } catch (RejectedExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("hashing failed", e);
        }
    }

    private byte[] compute(Argon2Hash.Cost cost, byte[] salt, String password, int octets) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.passes())
                .withParallelism(cost.parallelism())
                .withSalt(salt)
                .withBlockPool(blocks.get())
                .build());
        byte[] hash = new byte[octets];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    /**
     * Whether one more stranger may wait.
     *
     * @param peace whether no wrong password is still to be paid for
     */
    boolean takesStrangers(boolean peace) {
        return waiting() < count * (peace ? STRANGERS_PER_LANE_AT_PEACE : STRANGERS_PER_LANE);
    }

    /** What waits for a lane now. */
    int waiting() {
        return lanes.getQueue().size();
    }

    @Override
    public void close() {
        lanes.shutdownNow();
    }

    /** A lane's blocks. Thread: its lane. */
    private static final class Blocks implements Argon2BytesGenerator.BlockPool {
        private static final int KEPT_MAX = Argon2Hash.Cost.MEMORY_KIB_MAX;

        private SoftReference<Deque<Argon2BytesGenerator.Block>> kept = new SoftReference<>(new ArrayDeque<>());

        private Deque<Argon2BytesGenerator.Block> kept() {
            Deque<Argon2BytesGenerator.Block> found = kept.get();
            if (found == null) {
                found = new ArrayDeque<>();
                kept = new SoftReference<>(found);
            }
            return found;
        }

        @Override
        public Argon2BytesGenerator.Block allocate() {
            Argon2BytesGenerator.Block block = kept().poll();
            return block == null ? new Argon2BytesGenerator.Block() : block;
        }

        @Override
        public void deallocate(Argon2BytesGenerator.Block block) {
            Deque<Argon2BytesGenerator.Block> now = kept();
            if (now.size() < KEPT_MAX) {
                // Cleared: what is left of a password does not lie about, and the next hash begins with zeros.
                now.push(block.clear());
            }
        }
    }
}
