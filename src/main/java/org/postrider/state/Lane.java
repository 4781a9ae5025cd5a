package org.postrider.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Threads with a connection each, and the calls that wait for one of them. A lane that writes has one thread and commits
 * all that wait together.
 *
 * <p>Thread: any may submit; closing is done once.
 */
final class Lane {
    /** Changes in one transaction. */
    private static final int TOGETHER_MAX = 256;

    private final Path file;
    private final BlockingQueue<Call<?>> waiting = new ArrayBlockingQueue<>(StateDatabase.WAITING_MAX);
    private final List<Thread> threads = new ArrayList<>();
    private final Object door = new Object();
    private boolean closed;

    /** A call without work asks the thread that takes it to end. */
    private record Call<T>(@Nullable Work<T> work, CompletableFuture<T> answer) {
        static Call<Void> end() {
            return new Call<>(null, new CompletableFuture<>());
        }

        boolean isEnd() {
            return work == null;
        }

        Answer run(Connection connection) {
            try {
                return new Answer.Done<>(answer, Objects.requireNonNull(work).with(connection));
            } catch (SQLException | RuntimeException | Error e) {
                return new Answer.Failed(answer, e);
            }
        }
    }

    /** What a caller is told, once it is true. */
    private sealed interface Answer {
        void tell();

        record Done<T>(CompletableFuture<T> answer, T value) implements Answer {
            @Override
            public void tell() {
                answer.complete(value);
            }
        }

        record Failed(CompletableFuture<?> answer, Throwable why) implements Answer {
            @Override
            public void tell() {
                answer.completeExceptionally(why);
            }
        }
    }

    Lane(Path file, String name, List<Connection> connections, boolean writes) {
        this.file = file;
        for (int i = 0; i < connections.size(); i++) {
            Connection connection = connections.get(i);
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name(connections.size() == 1 ? name : name + "-" + i)
                    .start(() -> serve(connection, writes)));
        }
    }

    <T> CompletableFuture<T> submit(Work<T> work) {
        Call<T> call = new Call<>(work, new CompletableFuture<>());
        synchronized (door) {
            if (closed) {
                call.answer().completeExceptionally(new StateException(file + " is closed"));
            } else if (!waiting.offer(call)) {
                call.answer().completeExceptionally(new StateException("too many calls wait for " + file));
            }
        }
        return call.answer();
    }

    private void serve(Connection connection, boolean writes) {
        boolean open = true;
        while (open) {
            List<Call<?>> calls = new ArrayList<>();
            try {
                calls.add(waiting.take());
            } catch (InterruptedException e) {
                // Nobody interrupts these threads; whoever wants them to end says so by close().
                continue;
            }
            if (writes) {
                waiting.drainTo(calls, TOGETHER_MAX - 1);
            }
            open = !calls.removeIf(Call::isEnd);
            if (writes && !calls.isEmpty()) {
                commitTogether(connection, calls);
            } else {
                calls.forEach(call -> call.run(connection).tell());
            }
        }
        StateDatabase.closeQuietly(connection);
    }

    private static void commitTogether(Connection connection, List<Call<?>> calls) {
        List<Answer> answers = new ArrayList<>();
        try {
            connection.setAutoCommit(false);
            for (Call<?> call : calls) {
                Savepoint before = connection.setSavepoint();
                Answer answer = call.run(connection);
                if (answer instanceof Answer.Failed) {
                    connection.rollback(before);
                }
                connection.releaseSavepoint(before);
                answers.add(answer);
            }
            connection.commit();
            connection.setAutoCommit(true);
            answers.forEach(Answer::tell);
        } catch (SQLException e) {
            // A disk that is full, say, has taken the whole transaction back.
            calls.forEach(call -> call.answer().completeExceptionally(e));
            leaveTransaction(connection);
        }
    }

    private static void leaveTransaction(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // The next batch finds the connection as it is and tells its callers.
            System.getLogger(Lane.class.getName()).log(System.Logger.Level.WARNING, "a rollback failed", e);
        }
    }

    void close() {
        synchronized (door) {
            if (closed) {
                return;
            }
            closed = true;
        }
        boolean interrupted = false;
        for (int left = threads.size(); left > 0; ) {
            try {
                waiting.put(Call.end());
                left--;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
