package org.postrider.account;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;
import org.postrider.state.StateException;

/** The accounts of the state database. Thread: any. */
final class UserTable {
    static final List<Migration> MIGRATIONS = List.of(new Migration(
            "account",
            1,
            List.of(
                    "CREATE TABLE account_user (name_key TEXT PRIMARY KEY, name TEXT NOT NULL, password TEXT NOT NULL,"
                            + " scram TEXT NOT NULL, disabled INTEGER NOT NULL, send_as TEXT NOT NULL,"
                            + " changed_at BIGINT NOT NULL)",
                    "CREATE TABLE account_secret (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
                    "CREATE TABLE account_quota (subject TEXT NOT NULL, day BIGINT NOT NULL, messages BIGINT NOT NULL,"
                            + " recipients BIGINT NOT NULL, octets BIGINT NOT NULL, PRIMARY KEY (subject, day))")));

    private static final String COLUMNS = "name, password, scram, disabled, send_as";
    private static final String MADE_UP_SALTS = "made-up-salts";

    private final StateDatabase state;

    UserTable(StateDatabase state) {
        this.state = state;
    }

    Optional<User> find(String key) throws StateException {
        return state.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT " + COLUMNS + " FROM account_user WHERE name_key = ?")) {
                select.setString(1, key);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(user(row)) : Optional.empty();
                }
            }
        });
    }

    List<User> list() throws StateException {
        return state.read(connection -> {
            List<User> users = new ArrayList<>();
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT " + COLUMNS + " FROM account_user ORDER BY name_key");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    users.add(user(rows));
                }
            }
            return users;
        });
    }

    private static User user(ResultSet row) throws SQLException {
        Map<String, ScramSecret> scram = new HashMap<>();
        for (String text : lines(row.getString(3))) {
            ScramSecret secret =
                    ScramSecret.parse(text).orElseThrow(() -> new SQLException("a verifier that cannot be read"));
            scram.put(secret.hash(), secret);
        }
        Argon2Hash password = Argon2Hash.parse(row.getString(2))
                .orElseThrow(() -> new SQLException("a password that cannot be read"));
        List<SendAs> sendAs = lines(row.getString(5)).stream()
                .flatMap(text -> SendAs.parse(text).stream())
                .toList();
        return new User(
                row.getString(1),
                new UserSecret.Hashed(password, scram),
                row.getInt(4) != 0,
                sendAs,
                Set.of(),
                Optional.empty());
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }

    /** Adds an account; false where there is one of that name. */
    boolean add(String name, UserSecret.Hashed secret, List<String> sendAs, long now) throws StateException {
        return state.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO account_user (name_key, name, password, scram, disabled, send_as, changed_at)"
                            + " VALUES (?, ?, ?, ?, 0, ?, ?) ON CONFLICT (name_key) DO NOTHING")) {
                insert.setString(1, User.key(name));
                insert.setString(2, name);
                insert.setString(3, secret.password().text());
                insert.setString(4, scramText(secret));
                insert.setString(5, String.join("\n", sendAs));
                insert.setLong(6, now);
                return insert.executeUpdate() == 1;
            }
        });
    }

    /** False where there is no such account; so the others. */
    boolean setPassword(String key, UserSecret.Hashed secret, long now) throws StateException {
        return state.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE account_user SET password = ?, scram = ?, changed_at = ? WHERE name_key = ?")) {
                update.setString(1, secret.password().text());
                update.setString(2, scramText(secret));
                update.setLong(3, now);
                update.setString(4, key);
                return update.executeUpdate() == 1;
            }
        });
    }

    boolean setDisabled(String key, boolean disabled, long now) throws StateException {
        return state.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE account_user SET disabled = ?, changed_at = ? WHERE name_key = ?")) {
                update.setInt(1, disabled ? 1 : 0);
                update.setLong(2, now);
                update.setString(3, key);
                return update.executeUpdate() == 1;
            }
        });
    }

    boolean remove(String key) throws StateException {
        return state.write(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM account_user WHERE name_key = ?")) {
                delete.setString(1, key);
                return delete.executeUpdate() == 1;
            }
        });
    }

    private static String scramText(UserSecret.Hashed secret) {
        return String.join(
                "\n",
                secret.scram().values().stream().map(ScramSecret::text).sorted().toList());
    }

    /** The secret of this installation that made-up salts come from: the same for ever, so that they are, too. */
    byte[] madeUpSalts(byte[] proposed) throws StateException {
        String kept = state.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO account_secret (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING")) {
                insert.setString(1, MADE_UP_SALTS);
                insert.setString(2, Base64.getEncoder().encodeToString(proposed));
                insert.executeUpdate();
            }
            return secret(connection);
        });
        return Base64.getDecoder().decode(kept);
    }

    private static String secret(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT value FROM account_secret WHERE name = ?")) {
            select.setString(1, MADE_UP_SALTS);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("the secret of made-up salts is not there");
                }
                return row.getString(1);
            }
        }
    }
}
