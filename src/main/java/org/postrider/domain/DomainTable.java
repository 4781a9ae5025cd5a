package org.postrider.domain;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postrider.domain.SigningKey.Phase;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;
import org.postrider.state.StateException;

/**
 * The domains and keys of the state database. Selectors are remembered when their keys are gone: a name that once meant
 * another key may still be in caches.
 *
 * <p>Thread: any.
 */
final class DomainTable {
    static final List<Migration> MIGRATIONS = List.of(new Migration(
            "domain",
            1,
            List.of(
                    "CREATE TABLE domain_name (name TEXT PRIMARY KEY, added_at BIGINT NOT NULL)",
                    "CREATE TABLE domain_key (domain TEXT NOT NULL, selector TEXT NOT NULL, private_key TEXT NOT NULL,"
                            + " phase TEXT NOT NULL, made_at BIGINT NOT NULL, seen_at BIGINT, active_at BIGINT,"
                            + " withdrawn_at BIGINT, PRIMARY KEY (domain, selector))",
                    "CREATE TABLE domain_selector (domain TEXT NOT NULL, selector TEXT NOT NULL,"
                            + " PRIMARY KEY (domain, selector))")));

    private static final String KEYS = "SELECT domain, selector, private_key, phase, made_at, seen_at, active_at,"
            + " withdrawn_at FROM domain_key";
    /** Two keys of each domain sign, and two more come or go. */
    private static final int PAIRS_MAX = 4 * DomainRegister.DOMAINS_MAX;

    private static final String IN_ORDER = " ORDER BY domain, made_at, selector";

    private final StateDatabase state;

    /** Keys as they were read before: to read one takes longer than all else here. */
    private final Map<String, DkimKeyPair> pairs = new ConcurrentHashMap<>();

    DomainTable(StateDatabase state) {
        this.state = state;
    }

    List<Domain> domains() throws StateException {
        return state.read(connection -> {
            List<Domain> domains = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("SELECT name FROM domain_name ORDER BY name");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    domains.add(domain(rows.getString(1)));
                }
            }
            return domains;
        });
    }

    List<SigningKey> keys() throws StateException {
        return state.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(KEYS + IN_ORDER)) {
                return keys(select);
            }
        });
    }

    List<SigningKey> keys(Domain domain) throws StateException {
        return state.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(KEYS + " WHERE domain = ?" + IN_ORDER)) {
                select.setString(1, domain.ascii());
                return keys(select);
            }
        });
    }

    /** Those that the DNS has a say in. */
    List<SigningKey> keysNotActive() throws StateException {
        return state.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(KEYS + " WHERE phase <> ?" + IN_ORDER)) {
                select.setString(1, Phase.ACTIVE.word());
                return keys(select);
            }
        });
    }

    private List<SigningKey> keys(PreparedStatement select) throws SQLException {
        List<SigningKey> keys = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                keys.add(key(rows));
            }
        }
        return keys;
    }

    private SigningKey key(ResultSet row) throws SQLException {
        return new SigningKey(
                domain(row.getString(1)),
                row.getString(2),
                pair(row.getString(3)),
                phase(row.getString(4)),
                Instant.ofEpochMilli(row.getLong(5)),
                time(row, 6),
                time(row, 7),
                time(row, 8));
    }

    private DkimKeyPair pair(String pem) throws SQLException {
        DkimKeyPair known = pairs.get(pem);
        if (known != null) {
            return known;
        }
        if (!(DkimKeyPair.read(pem) instanceof DkimKeyPair.Found(DkimKeyPair pair))) {
            throw new SQLException("a signing key that cannot be read");
        }
        if (pairs.size() >= PAIRS_MAX) {
            pairs.clear();
        }
        pairs.put(pem, pair);
        return pair;
    }

    private static Domain domain(String text) throws SQLException {
        return Domain.parse(text).orElseThrow(() -> new SQLException("a domain that cannot be read"));
    }

    private static Phase phase(String word) throws SQLException {
        for (Phase phase : Phase.values()) {
            if (phase.word().equals(word)) {
                return phase;
            }
        }
        throw new SQLException("a phase that is not known: " + word);
    }

    private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    boolean has(Domain domain) throws StateException {
        return state.read(connection -> has(connection, domain));
    }

    private static boolean has(Connection connection, Domain domain) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM domain_name WHERE name = ?")) {
            select.setString(1, domain.ascii());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** The selectors that a domain has ever had. */
    Set<String> selectors(Domain domain) throws StateException {
        return state.read(connection -> {
            Set<String> selectors = new HashSet<>();
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT selector FROM domain_selector WHERE domain = ?")) {
                select.setString(1, domain.ascii());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        selectors.add(rows.getString(1));
                    }
                }
            }
            return selectors;
        });
    }

    /** Adds a domain with its first keys; false where it is there. */
    boolean add(Domain domain, List<SigningKey> keys, Instant now) throws StateException {
        return state.write(connection -> {
            if (change(
                            connection,
                            "INSERT INTO domain_name (name, added_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                            domain.ascii(),
                            now.toEpochMilli())
                    == 0) {
                return false;
            }
            insert(connection, keys);
            return true;
        });
    }

    /** Adds further keys; false where their domain is not there. */
    boolean addKeys(Domain domain, List<SigningKey> keys) throws StateException {
        return state.write(connection -> {
            if (!has(connection, domain)) {
                return false;
            }
            insert(connection, keys);
            return true;
        });
    }

    private static void insert(Connection connection, List<SigningKey> keys) throws SQLException {
        for (SigningKey key : keys) {
            change(
                    connection,
                    "INSERT INTO domain_key (domain, selector, private_key, phase, made_at, seen_at, active_at,"
                            + " withdrawn_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    key.domain().ascii(),
                    key.selector(),
                    key.pair().pem(),
                    key.phase().word(),
                    key.made().toEpochMilli(),
                    millis(key.seen()),
                    millis(key.activated()),
                    millis(key.withdrawn()));
            change(
                    connection,
                    "INSERT INTO domain_selector (domain, selector) VALUES (?, ?)",
                    key.domain().ascii(),
                    key.selector());
        }
    }

    /** Writes how far keys have come; those that are gone stay gone. */
    void save(List<SigningKey> keys) throws StateException {
        int _ = state.write(connection -> {
            int changed = 0;
            for (SigningKey key : keys) {
                changed += change(
                        connection,
                        "UPDATE domain_key SET phase = ?, seen_at = ?, active_at = ?, withdrawn_at = ?"
                                + " WHERE domain = ? AND selector = ?",
                        key.phase().word(),
                        millis(key.seen()),
                        millis(key.activated()),
                        millis(key.withdrawn()),
                        key.domain().ascii(),
                        key.selector());
            }
            return changed;
        });
    }

    void forget(SigningKey key) throws StateException {
        pairs.remove(key.pair().pem());
        int _ = state.write(connection -> change(
                connection,
                "DELETE FROM domain_key WHERE domain = ? AND selector = ?",
                key.domain().ascii(),
                key.selector()));
    }

    /** Removes a domain with its keys; false where it is not there. */
    boolean remove(Domain domain) throws StateException {
        keys(domain).forEach(key -> pairs.remove(key.pair().pem()));
        return state.write(connection -> {
            change(connection, "DELETE FROM domain_key WHERE domain = ?", domain.ascii());
            return change(connection, "DELETE FROM domain_name WHERE name = ?", domain.ascii()) == 1;
        });
    }

    private static @Nullable Long millis(Optional<Instant> time) {
        return time.map(Instant::toEpochMilli).orElse(null);
    }

    private static int change(Connection connection, String text, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }
}
