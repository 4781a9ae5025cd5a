package org.postrider.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The state database of one node: a SQLite file with a write-ahead log. One thread writes, a few read beside it and see
 * what was last committed.
 *
 * <p>Changes that wait at the same time are committed together with one sync, as the spool does with mail; one that fails
 * takes nothing from the others. {@link #write} returns once its change is on the disk, so that {@code kill -9} or a power
 * cut can only take what nobody was told of.
 *
 * <p>Thread: any.
 */
public final class StateDatabase implements AutoCloseable {
    /** Its file in the data directory. */
    public static final String FILE = "state.db";

    /** Calls that wait, reads and writes each; those beyond fail at once. */
    public static final int WAITING_MAX = 4_096;

    /** Reads at once. */
    static final int READERS = 2;

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    /** How long SQLite waits for another process, such as an operator's shell, to let go of the file. */
    private static final int LOCKED_MILLIS_MAX = 5_000;

    private final Lane writer;
    private final Lane readers;

    private StateDatabase(Path file, List<Connection> connections) {
        this.writer = new Lane(file, "state-writer", List.of(connections.getFirst()), true);
        this.readers = new Lane(file, "state-reader", connections.subList(1, connections.size()), false);
    }

    /**
     * Opens the database, makes it where there is none, and brings the tables of all packages up to date.
     *
     * @param migrations of all packages, in any order
     * @throws StateException where the file is no such database, is not to be had, or was written by a newer release
     */
    public static StateDatabase open(Path file, List<Migration> migrations) throws StateException {
        List<Connection> connections = new ArrayList<>();
        try {
            createPrivately(file);
            for (int i = 0; i <= READERS; i++) {
                connections.add(connect(file, i > 0));
                if (i == 0) {
                    Migrations.apply(connections.getFirst(), migrations);
                }
            }
            return new StateDatabase(file, connections);
        } catch (SQLException | IOException e) {
            connections.forEach(StateDatabase::closeQuietly);
            throw e instanceof StateException known ? known : new StateException("cannot open " + file, e);
        }
    }

    /** SQLite gives its log the rights of the database; both hold what lets people log in, and keys that sign mail. */
    private static void createPrivately(Path file) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (Files.exists(file)) {
            if (posix) {
                makePrivate(file);
            }
            return;
        }
        if (posix) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PRIVATE));
        } else {
            Files.createFile(file);
        }
    }

    /** A copy that came back from a backup may have lost its rights. */
    private static void makePrivate(Path file) throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Path each = file.resolveSibling(file.getFileName() + suffix);
            if (Files.exists(each) && !PRIVATE.containsAll(Files.getPosixFilePermissions(each))) {
                Files.setPosixFilePermissions(each, PRIVATE);
            }
        }
    }

    private static Connection connect(Path file, boolean reads) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("busy_timeout", String.valueOf(LOCKED_MILLIS_MAX));
        properties.setProperty("journal_mode", "WAL");
        // WAL alone syncs at checkpoints only; with FULL each commit is on the disk when it returns.
        properties.setProperty("synchronous", "FULL");
        properties.setProperty("foreign_keys", "true");
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath(), properties);
        if (reads) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA query_only = true");
            }
        }
        return connection;
    }

    static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // Everything that was told is committed: there is nothing that a close could still lose.
            System.getLogger(StateDatabase.class.getName()).log(System.Logger.Level.DEBUG, "a close failed", e);
        }
    }

    /**
     * Asks, in a snapshot of what is committed.
     *
     * @throws StateException where the database fails, is closed, or {@value #WAITING_MAX} calls wait already
     */
    public <T> T read(Work<T> work) throws StateException {
        return answer(readers.submit(work));
    }

    /**
     * Changes, and may ask before it does: all of it or nothing.
     *
     * @return what the work returned, once it is on the disk
     * @throws StateException as in {@link #read}; nothing was changed then
     */
    public <T> T write(Work<T> work) throws StateException {
        return answer(writer.submit(work));
    }

    private static <T> T answer(CompletableFuture<T> answer) throws StateException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException("interrupted while the state database was asked", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException bug) {
                throw bug;
            }
            // Made anew, so that the trace shows who asked.
            throw new StateException("the state database", e.getCause() == null ? e : e.getCause());
        }
    }

    /** Does what waits, takes nothing more, and closes the file. */
    @Override
    public void close() {
        readers.close();
        writer.close();
    }
}
