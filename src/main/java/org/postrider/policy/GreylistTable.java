package org.postrider.policy;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;

/** Keeps the greylist in the node's state database. Thread: any; calls block. */
public final class GreylistTable implements GreylistStore {
    /** What the database needs to know before it is opened. */
    public static final List<Migration> MIGRATIONS = List.of(new Migration(
            "policy", 1, List.of("""
        CREATE TABLE policy_greylist (
          name TEXT NOT NULL PRIMARY KEY,
          first_seen BIGINT NOT NULL,
          last_seen BIGINT NOT NULL,
          passes INTEGER NOT NULL
        )""", "CREATE INDEX policy_greylist_last_seen ON policy_greylist (last_seen)")));

    private final StateDatabase database;

    public GreylistTable(StateDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<Seen> find(String key) throws IOException {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT first_seen, last_seen, passes FROM policy_greylist WHERE name = ?")) {
                query.setString(1, key);
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next()
                            ? Optional.of(new Seen(
                                    Instant.ofEpochMilli(rows.getLong(1)),
                                    Instant.ofEpochMilli(rows.getLong(2)),
                                    rows.getInt(3)))
                            : Optional.<Seen>empty();
                }
            }
        });
    }

    @Override
    public void save(Map<String, Seen> changed) throws IOException {
        database.write(connection -> {
            try (PreparedStatement change = connection.prepareStatement(
                    "INSERT INTO policy_greylist (name, first_seen, last_seen, passes) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (name) DO UPDATE SET first_seen = excluded.first_seen,"
                            + " last_seen = excluded.last_seen, passes = excluded.passes")) {
                for (Map.Entry<String, Seen> entry : changed.entrySet()) {
                    Seen seen = entry.getValue();
                    change.setString(1, entry.getKey());
                    change.setLong(2, seen.first().toEpochMilli());
                    change.setLong(3, seen.last().toEpochMilli());
                    change.setInt(4, seen.passes());
                    change.addBatch();
                }
                return change.executeBatch().length;
            }
        });
    }

    @Override
    public void expire(Instant waitingSince, Instant lastSeen) throws IOException {
        database.write(connection -> {
            try (PreparedStatement change = connection.prepareStatement(
                    "DELETE FROM policy_greylist" + " WHERE last_seen < ? OR (passes = 0 AND last_seen < ?)")) {
                change.setLong(1, lastSeen.toEpochMilli());
                change.setLong(2, waitingSince.toEpochMilli());
                return change.executeUpdate();
            }
        });
    }
}
