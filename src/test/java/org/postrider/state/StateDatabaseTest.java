package org.postrider.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateDatabaseTest {
    static final Migration FIRST =
            new Migration("shop", 1, List.of("CREATE TABLE shop_sale (number BIGINT PRIMARY KEY, what TEXT NOT NULL)"));
    private static final Migration SECOND = new Migration(
            "shop", 2, List.of("ALTER TABLE shop_sale ADD COLUMN price BIGINT", "UPDATE shop_sale SET price = 7"));

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve(StateDatabase.FILE);
    }

    static Work<Integer> sale(long number, String what) {
        return connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO shop_sale (number, what) VALUES (?, ?)")) {
                insert.setLong(1, number);
                insert.setString(2, what);
                return insert.executeUpdate();
            }
        };
    }

    private static Work<List<Long>> numbers() {
        return connection -> numbers(connection);
    }

    private static List<Long> numbers(Connection connection) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT number FROM shop_sale ORDER BY number");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    @Test
    void takesItsRightsBackFromOthers() throws IOException {
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        StateDatabase.open(file(), List.of(FIRST)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void keepsWhatWasWrittenOverARestart() throws IOException {
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST))) {
            assertThat(state.write(sale(1, "lamp"))).isEqualTo(1);
            assertThat(state.read(numbers())).containsExactly(1L);
        }
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST))) {
            assertThat(state.read(numbers())).containsExactly(1L);
        }
    }

    @Test
    void bringsOldTablesUpToDateAndAppliesEachStepOnce() throws IOException {
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST))) {
            state.write(sale(1, "lamp"));
        }
        for (int i = 0; i < 2; i++) {
            try (StateDatabase state = StateDatabase.open(file(), List.of(SECOND, FIRST))) {
                assertThat(state.<Long>read(connection -> price(connection, 1))).isEqualTo(7);
                state.write(connection -> {
                    try (PreparedStatement update = connection.prepareStatement("UPDATE shop_sale SET price = 7")) {
                        return update.executeUpdate();
                    }
                });
            }
        }
    }

    private static long price(Connection connection, long number) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT price FROM shop_sale WHERE number = ?")) {
            select.setLong(1, number);
            try (ResultSet row = select.executeQuery()) {
                assertThat(row.next()).isTrue();
                return row.getLong(1);
            }
        }
    }

    @Test
    void aStepThatFailsLeavesTheTablesAsTheyWere() throws IOException {
        Migration bad = new Migration(
                "shop",
                2,
                List.of("ALTER TABLE shop_sale ADD COLUMN price BIGINT", "CREATE TABEL shop_typo (n BIGINT)"));
        StateDatabase.open(file(), List.of(FIRST)).close();
        assertThatThrownBy(() -> StateDatabase.open(file(), List.of(FIRST, bad)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("TABEL");
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST, SECOND))) {
            assertThat(state.read(numbers())).isEmpty();
        }
    }

    @Test
    void refusesTablesOfANewerRelease() throws IOException {
        StateDatabase.open(file(), List.of(FIRST, SECOND)).close();
        assertThatThrownBy(() -> StateDatabase.open(file(), List.of(FIRST)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("newer release");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        Files.writeString(file(), "a letter to the operator, and no database at all. ".repeat(40));
        assertThatThrownBy(() -> StateDatabase.open(file(), List.of(FIRST)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining(file().toString());
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        StateDatabase.open(file(), List.of(FIRST)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aChangeThatFailsIsTakenBackAloneAndItsCallerTold() throws Exception {
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST))) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Thread first = Thread.ofVirtual()
                    .start(() -> quietly(() -> state.write(connection -> {
                        begun.countDown();
                        awaitQuietly(go);
                        return sale(1, "lamp").with(connection);
                    })));
            begun.await();
            // These wait while the first works, and so are committed together.
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> others = new ArrayList<>();
            for (long number = 2; number <= 9; number++) {
                long mine = number;
                others.add(Thread.ofVirtual().start(() -> {
                    try {
                        state.write(connection -> {
                            int made = sale(mine, "chair").with(connection);
                            return mine % 2 == 0
                                    ? made
                                    : sale(mine, "the same again").with(connection);
                        });
                    } catch (IOException e) {
                        failures.add(e);
                    }
                }));
            }
            go.countDown();
            first.join();
            for (Thread other : others) {
                other.join();
            }
            assertThat(state.read(numbers())).containsExactly(1L, 2L, 4L, 6L, 8L);
            assertThat(failures).hasSize(4).allMatch(e -> e instanceof StateException);
        }
    }

    @Test
    void aBugInAChangeReachesItsCallerAndTakesItsChangesBack() throws IOException {
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST))) {
            assertThatThrownBy(() -> state.write(connection -> {
                        sale(1, "lamp").with(connection);
                        throw new IllegalStateException("a bug");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(state.read(numbers())).isEmpty();
        }
    }

    @Test
    void readersCannotChangeAnything() throws IOException {
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST))) {
            assertThatThrownBy(() -> state.read(sale(1, "lamp"))).isInstanceOf(StateException.class);
        }
    }

    @Test
    void readersDoNotWaitForTheWriter() throws Exception {
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST))) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Thread writer = Thread.ofVirtual()
                    .start(() -> quietly(() -> state.write(connection -> {
                        int made = sale(1, "lamp").with(connection);
                        begun.countDown();
                        awaitQuietly(go);
                        return made;
                    })));
            begun.await();
            assertThat(state.read(numbers())).isEmpty();
            go.countDown();
            writer.join();
            assertThat(state.read(numbers())).containsExactly(1L);
        }
    }

    @Test
    void takesNothingAfterItsEnd() throws IOException {
        StateDatabase state = StateDatabase.open(file(), List.of(FIRST));
        state.close();
        state.close();
        assertThatThrownBy(() -> state.write(sale(1, "lamp")))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void whatItToldOfSurvivesAKill() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SalesUntilKilled.class.getName(),
                        file().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long told = 0;
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (int i = 0; i < 50; i++) {
                told = Math.max(told, Long.parseLong(lines.readLine()));
            }
            process.destroyForcibly().waitFor();
        }
        try (StateDatabase state = StateDatabase.open(file(), List.of(FIRST))) {
            List<Long> kept = state.read(numbers());
            assertThat(kept).hasSizeGreaterThanOrEqualTo(50);
            assertThat(kept.getLast()).isGreaterThanOrEqualTo(told);
            assertThat(kept).hasSize(Math.toIntExact(kept.getLast()));
        }
    }

    /** A process of its own, to be killed: writes as fast as it can and says each number once it is told that it is kept. */
    static final class SalesUntilKilled {
        public static void main(String[] arguments) throws IOException {
            try (StateDatabase state = StateDatabase.open(Path.of(arguments[0]), List.of(FIRST))) {
                for (long number = 1; number < Long.MAX_VALUE; number++) {
                    state.write(sale(number, "lamp"));
                    System.out.println(number);
                }
            }
        }
    }

    private interface Attempt {
        void make() throws IOException;
    }

    private static void quietly(Attempt attempt) {
        try {
            attempt.make();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
