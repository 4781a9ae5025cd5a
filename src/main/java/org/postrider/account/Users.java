package org.postrider.account;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.state.StateException;

/** The accounts that are kept here: those of the configuration first, then those of the state database. Thread: any. */
final class Users {
    private final Map<String, User> configured = new HashMap<>();
    private final Map<String, User> byFingerprint = new HashMap<>();
    private final UserTable table;

    Users(List<User> configured, UserTable table) {
        for (User user : configured) {
            this.configured.put(User.key(user.name()), user);
            user.fingerprints().forEach(fingerprint -> byFingerprint.put(fingerprint, user));
        }
        this.table = table;
    }

    Optional<User> find(String key) throws StateException {
        User user = configured.get(key);
        return user == null ? table.find(key) : Optional.of(user);
    }

    /** As {@link #find}, at the same cost whether the user is of the configuration, of the state database, or of neither. */
    Optional<User> findEvenly(String key) throws StateException {
        User user = configured.get(key);
        try {
            Optional<User> kept = table.find(key);
            return user == null ? kept : Optional.of(user);
        } catch (StateException e) {
            if (user == null) {
                throw e;
            }
            return Optional.of(user);
        }
    }

    /** That of the configuration alone. */
    Optional<User> configured(String key) {
        return Optional.ofNullable(configured.get(key));
    }

    Optional<User> withFingerprint(String fingerprint) {
        return Optional.ofNullable(byFingerprint.get(fingerprint));
    }
}
