package org.postrider.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.postrider.queue.Time;
import org.postrider.queue.Timers;

/**
 * Time, chance, and what is to happen. Tasks run in the order of their instants, equal ones in the order in which they were
 * asked for; those of a process that has crashed never run. The wall clock is the world's own time and a skew, which jumps.
 */
final class World implements Time, Timers {
    /** What belongs to no process and survives crashes. */
    static final int ALWAYS = -1;

    private static final Instant BIRTH = Instant.parse("2026-01-01T00:00:00Z");

    private record Task(long millis, long sequence, int epoch, Runnable action) {}

    final SplittableRandom random;
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::millis).thenComparingLong(Task::sequence));
    private long now;
    private long skew;
    private long sequence;
    private long steps;
    private long hash = 1;
    private int epoch;

    World(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The world's own time, which nobody can set. */
    long millis() {
        return now;
    }

    long steps() {
        return steps;
    }

    long hash() {
        return hash;
    }

    int epoch() {
        return epoch;
    }

    @Override
    public Instant now() {
        return BIRTH.plusMillis(now + skew);
    }

    /** Timers keep to the world's own time, as production keeps them by the monotonic clock. */
    @Override
    public void at(Instant when, Runnable task) {
        after(Math.max(0, Duration.between(now(), when).toMillis()), task);
    }

    /** Something within the running process. */
    void after(long millis, Runnable task) {
        tasks.add(new Task(now + millis, sequence++, epoch, task));
    }

    /** Something in the world outside. */
    void outsideAfter(long millis, Runnable task) {
        tasks.add(new Task(now + millis, sequence++, ALWAYS, task));
    }

    void jump(long millis) {
        skew += millis;
        fold("jump", millis);
    }

    /** The process is no more: what it had to do will not be done. */
    void endProcess() {
        epoch++;
        fold("crash", epoch);
    }

    /** Does the next thing; {@code false} where there is none. */
    boolean step() {
        Task task = tasks.poll();
        if (task == null) {
            return false;
        }
        now = task.millis();
        if (task.epoch() == ALWAYS || task.epoch() == epoch) {
            steps++;
            fold("step", task.sequence());
            task.action().run();
        }
        return true;
    }

    /** Takes something that happened into the hash of the run. */
    void fold(String what, long value) {
        hash = hash * 31 + what.hashCode();
        hash = hash * 31 + value;
        hash = hash * 31 + now;
        hash ^= hash >>> 29;
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    long between(long least, long most) {
        return least >= most ? least : random.nextLong(least, most + 1);
    }
}
