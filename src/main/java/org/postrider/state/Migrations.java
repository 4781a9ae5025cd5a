package org.postrider.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings the tables up to date: each step in a transaction of its own, noted in the database itself. */
final class Migrations {
    private static final String NOTED = "state_migration";

    private Migrations() {}

    static void apply(Connection connection, List<Migration> migrations) throws SQLException, StateException {
        Map<String, Integer> newest = checkGaps(migrations);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS " + NOTED
                    + " (owner TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (owner, number))");
        }
        Map<String, Integer> applied = applied(connection);
        for (Map.Entry<String, Integer> known : newest.entrySet()) {
            int found = applied.getOrDefault(known.getKey(), 0);
            if (found > known.getValue()) {
                throw new StateException("a newer release wrote it: its tables of " + known.getKey() + " are of step "
                        + found + ", and this release knows " + known.getValue());
            }
        }
        for (Migration migration : inOrder(migrations)) {
            if (migration.number() > applied.getOrDefault(migration.owner(), 0)) {
                apply(connection, migration);
            }
        }
    }

    private static List<Migration> inOrder(List<Migration> migrations) {
        return migrations.stream()
                .sorted(Comparator.comparing(Migration::owner).thenComparingInt(Migration::number))
                .toList();
    }

    private static Map<String, Integer> checkGaps(List<Migration> migrations) {
        Map<String, Integer> newest = new HashMap<>();
        for (Migration migration : inOrder(migrations)) {
            int before = newest.getOrDefault(migration.owner(), 0);
            if (migration.number() != before + 1) {
                throw new IllegalArgumentException(
                        "migration " + migration.number() + " of " + migration.owner() + " follows " + before);
            }
            newest.put(migration.owner(), migration.number());
        }
        return newest;
    }

    private static Map<String, Integer> applied(Connection connection) throws SQLException {
        Map<String, Integer> applied = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT owner, MAX(number) FROM " + NOTED + " GROUP BY owner")) {
            while (rows.next()) {
                applied.put(rows.getString(1), rows.getInt(2));
            }
        }
        return applied;
    }

    private static void apply(Connection connection, Migration migration) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                PreparedStatement noted =
                        connection.prepareStatement("INSERT INTO " + NOTED + " (owner, number) VALUES (?, ?)")) {
            for (String change : migration.statements()) {
                statement.execute(change);
            }
            noted.setString(1, migration.owner());
            noted.setInt(2, migration.number());
            noted.executeUpdate();
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
