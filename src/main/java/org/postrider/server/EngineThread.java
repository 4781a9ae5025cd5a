package org.postrider.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.postrider.queue.Time;
import org.postrider.queue.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that the queue engine lives on: its clock, its timers and its inbox.
 *
 * <p>There are two ways in. {@link #post} is for new work: accepted messages, questions and orders of people. There are at
 * most {@link #INBOX_MAX} of these in the inbox; who comes when it is full waits, which is how a flood is slowed down to what
 * the engine can take. {@link #answer} is for what the engine itself has asked for: outcomes, routes, entries become
 * durable. Each of these answers a call of the engine, whose attempts and entries are limited by other bounds, so they need
 * no bound here, and must not have one: the spool's committer would wait for the engine while those in front of the inbox
 * wait for the committer.
 *
 * <p>Timers are kept by the monotonic clock: setting the wall clock neither delays nor hastens one.
 *
 * <p>An exception in a task is logged and ends nothing but the task.
 *
 * <p>Thread: any, but for the tasks, which run on the engine's thread alone.
 */
public final class EngineThread implements Time, Timers, AutoCloseable {
    /** Tasks of {@link #post} that can wait in the inbox. */
    public static final int INBOX_MAX = 4_096;

    private static final int BATCH_MAX = 256;
    private static final long IDLE_NANOS = Duration.ofHours(1).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(EngineThread.class);

    private record Timer(long nanos, long number, Runnable task) {}

    private final InstantSource wall;
    private final Thread thread;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final Semaphore room = new Semaphore(INBOX_MAX);
    // Confined to the thread. nanoTime may overflow, so that only differences are compared.
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(
            Comparator.comparing(Timer::nanos, (a, b) -> Long.signum(a - b)).thenComparingLong(Timer::number));
    private long timersMade;
    private volatile boolean stopping;
    private volatile boolean ended;

    public EngineThread() {
        this(InstantSource.system());
    }

    EngineThread(InstantSource wall) {
        this.wall = wall;
        this.thread = Thread.ofPlatform().name("queue-engine").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public Instant now() {
        return wall.instant();
    }

    /** Thread: engine only, or any before {@link #start}. */
    @Override
    public void at(Instant when, Runnable task) {
        if (Thread.currentThread() != thread && thread.getState() != Thread.State.NEW) {
            throw new IllegalStateException(
                    "a timer from thread " + Thread.currentThread().getName());
        }
        long delay = Math.max(0, nanosUntil(when));
        timers.add(new Timer(System.nanoTime() + delay, timersMade++, task));
    }

    private long nanosUntil(Instant when) {
        Duration delay = Duration.between(wall.instant(), when);
        return delay.compareTo(Duration.ofDays(365)) > 0 ? Duration.ofDays(365).toNanos() : delay.toNanos();
    }

    /**
     * Runs new work on the engine's thread; waits while the inbox is full.
     *
     * @throws RejectedExecutionException once it is closed
     */
    public void post(Runnable task) {
        if (Thread.currentThread() == thread) {
            // Waiting for room here would be waiting for ourselves.
            answer(task);
            return;
        }
        room.acquireUninterruptibly();
        if (stopping) {
            room.release();
            throw new RejectedExecutionException("the queue engine has stopped");
        }
        enqueue(() -> {
            try {
                task.run();
            } finally {
                room.release();
            }
        });
    }

    /** Runs what answers a call of the engine on its thread; never waits. After the end it does nothing. */
    public void answer(Runnable task) {
        enqueue(task);
    }

    private void enqueue(Runnable task) {
        inbox.add(task);
        LockSupport.unpark(thread);
    }

    /**
     * Runs a question on the engine's thread and waits for its result. What the question throws comes out as the cause of
     * an {@link ExecutionException}.
     */
    public <T> T call(Callable<T> question) throws ExecutionException, InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                result.complete(question.call());
            } catch (Throwable e) {
                // Who waits is told whatever it is: a future that nobody completes would hold it up for ever.
                result.completeExceptionally(e);
            }
        };
        if (Thread.currentThread() == thread) {
            task.run();
        } else {
            post(task);
        }
        return result.get();
    }

    /** How many tasks wait, for metrics. */
    public int waiting() {
        return INBOX_MAX - room.availablePermits();
    }

    /**
     * Takes no new work, does what has been posted, and stops; timers that are not due and answers that have not come are
     * forgotten. The engine is to be drained first.
     */
    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("the engine's thread cannot wait for its own end");
        }
        stopping = true;
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        // Each task that was let in gives its permit back when it has run: with all permits, none is left.
        room.acquireUninterruptibly(INBOX_MAX);
        room.release(INBOX_MAX);
        ended = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!ended) {
            boolean worked = runPosted();
            worked |= runDueTimers();
            if (!worked) {
                sleep();
            }
        }
    }

    private boolean runPosted() {
        for (int i = 0; i < BATCH_MAX; i++) {
            Runnable task = inbox.poll();
            if (task == null) {
                return i > 0;
            }
            runGuarded(task);
        }
        return true;
    }

    private boolean runDueTimers() {
        // Timers that a timer sets wait for the inbox's turn, even when they are due at once.
        List<Runnable> due = new ArrayList<>();
        long now = System.nanoTime();
        for (Timer next = timers.peek(); next != null && next.nanos() - now <= 0; next = timers.peek()) {
            timers.remove();
            due.add(next.task());
        }
        due.forEach(EngineThread::runGuarded);
        return !due.isEmpty();
    }

    private void sleep() {
        Timer next = timers.peek();
        long nanos = next == null ? IDLE_NANOS : Math.min(IDLE_NANOS, next.nanos() - System.nanoTime());
        // An unpark that comes between the look into the inbox and this makes it return at once.
        if (nanos > 0 && inbox.isEmpty() && !ended) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    /** The last line of defence: whatever a task throws, the engine lives on. */
    private static void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a task of the queue engine failed", e);
        }
    }
}
