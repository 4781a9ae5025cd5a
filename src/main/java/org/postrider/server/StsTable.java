package org.postrider.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;
import org.postrider.tlspolicy.StsPolicy;
import org.postrider.tlspolicy.StsStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps MTA-STS policies in the node's state database. Where that fails they are in memory alone, until the next start.
 *
 * <p>Thread: any; calls block.
 */
final class StsTable implements StsStore {
    /** What the database needs to know before it is opened. */
    static final List<Migration> MIGRATIONS = List.of(
            new Migration(
                    "tlspolicy", 1, List.of("""
        CREATE TABLE tlspolicy_sts (
          domain TEXT NOT NULL PRIMARY KEY,
          id TEXT NOT NULL,
          policy TEXT NOT NULL,
          fetched BIGINT NOT NULL,
          expires BIGINT NOT NULL
        )""", "CREATE INDEX tlspolicy_sts_expires ON tlspolicy_sts (expires)")),
            new Migration(
                    "tlspolicy", 2, List.of("ALTER TABLE tlspolicy_sts ADD COLUMN used BIGINT NOT NULL DEFAULT 0")));

    private static final Logger LOG = LoggerFactory.getLogger(StsTable.class);

    private final StateDatabase database;

    StsTable(StateDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<Kept> find(Domain domain) {
        try {
            return database.read(connection -> {
                try (PreparedStatement query = connection.prepareStatement(
                        "SELECT id, policy, fetched, used FROM tlspolicy_sts WHERE domain = ?")) {
                    query.setString(1, domain.ascii());
                    try (ResultSet rows = query.executeQuery()) {
                        return rows.next()
                                ? kept(rows.getString(1), rows.getString(2), rows.getLong(3), rows.getLong(4))
                                : Optional.<Kept>empty();
                    }
                }
            });
        } catch (IOException e) {
            LOG.warn("the MTA-STS policy of {} cannot be read: {}", domain, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Kept> kept(String id, String policy, long fetched, long used) {
        return StsPolicy.parse(policy.getBytes(StandardCharsets.UTF_8)) instanceof StsPolicy.Parsed.Valid(var read)
                ? Optional.of(new Kept(id, read, Instant.ofEpochMilli(fetched), Instant.ofEpochMilli(used)))
                : Optional.empty();
    }

    @Override
    public void keep(Domain domain, Kept policy) {
        write(
                "INSERT INTO tlspolicy_sts (domain, id, policy, fetched, expires, used) VALUES (?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (domain) DO UPDATE SET id = excluded.id, policy = excluded.policy,"
                        + " fetched = excluded.fetched, expires = excluded.expires, used = excluded.used",
                domain.ascii(),
                policy.id(),
                policy.policy().text(),
                policy.fetched().toEpochMilli(),
                policy.fetched().plus(policy.policy().maxAge()).toEpochMilli(),
                policy.used().toEpochMilli());
    }

    @Override
    public void forget(Domain domain) {
        write("DELETE FROM tlspolicy_sts WHERE domain = ?", domain.ascii());
    }

    @Override
    public List<Entry> old(Instant now, Duration age, Instant usedSince, int limit) {
        try {
            return database.read(connection -> {
                try (PreparedStatement query = connection.prepareStatement("SELECT domain, id, policy, fetched, used"
                        + " FROM tlspolicy_sts WHERE expires > ? AND used >= ? AND policy NOT LIKE '%mode: none%'"
                        + " AND (fetched <= ? OR fetched + expires <= ?) ORDER BY RANDOM() LIMIT ?")) {
                    query.setLong(1, now.toEpochMilli());
                    query.setLong(2, usedSince.toEpochMilli());
                    query.setLong(3, now.minus(age).toEpochMilli());
                    // Half of the time is over where now is beyond the middle of the two.
                    query.setLong(4, 2 * now.toEpochMilli());
                    query.setInt(5, limit);
                    return entries(query);
                }
            });
        } catch (IOException e) {
            LOG.warn("MTA-STS policies cannot be read: {}", e.getMessage());
            return List.of();
        }
    }

    private static List<Entry> entries(PreparedStatement query) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                Optional<Domain> domain = Domain.parse(rows.getString(1));
                kept(rows.getString(2), rows.getString(3), rows.getLong(4), rows.getLong(5))
                        .filter(_ -> domain.isPresent())
                        .ifPresent(kept -> entries.add(new Entry(domain.orElseThrow(), kept)));
            }
        }
        return entries;
    }

    /** Forgets those whose time is over and whose domains no mail goes to any more. */
    void expire() {
        write("DELETE FROM tlspolicy_sts WHERE expires < ?", Instant.now().toEpochMilli());
    }

    private void write(String statement, Object... values) {
        try {
            int _ = database.write(connection -> {
                try (PreparedStatement change = connection.prepareStatement(statement)) {
                    for (int i = 0; i < values.length; i++) {
                        change.setObject(i + 1, values[i]);
                    }
                    return change.executeUpdate();
                }
            });
        } catch (IOException e) {
            LOG.warn("MTA-STS policies cannot be kept: {}", e.getMessage());
        }
    }
}
