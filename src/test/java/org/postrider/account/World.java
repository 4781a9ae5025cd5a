package org.postrider.account;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.event.Event;
import org.postrider.sasl.Mechanism;
import org.postrider.state.StateDatabase;

/** Accounts over a real database, with a clock that a test turns, and hashes that cost next to nothing. */
final class World implements AutoCloseable {
    static final Argon2Hash.Cost CHEAP = new Argon2Hash.Cost(64, 1, 1);
    static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
    static final InetAddress OTHER = InetAddress.ofLiteral("198.51.100.9");
    static final Guard.Limits LIMITS =
            new Guard.Limits(Duration.ofMinutes(15), 5, 8, Duration.ofMillis(100), Duration.ofSeconds(2));

    final List<Event> events = new ArrayList<>();
    final StateDatabase state;
    final Accounts accounts;
    Instant now = Instant.parse("2026-03-01T10:20:00Z");
    private volatile long nanos = 1;

    World(Path directory, AccountSettings settings) throws IOException {
        this.state = StateDatabase.open(directory.resolve(StateDatabase.FILE), Accounts.migrations());
        this.accounts = new Accounts(
                settings, 1, new Accounts.Doors(state, () -> now, () -> nanos, new SecureRandom(), events::add));
    }

    static AccountSettings settings(User... users) {
        return new AccountSettings(
                List.of(users),
                Set.of(Mechanism.PLAIN),
                CHEAP,
                Duration.ofMinutes(1),
                LIMITS,
                Optional.empty(),
                Optional.empty(),
                QuotaSettings.OFF,
                FromHeader.ALLOW);
    }

    static AccountSettings with(AccountSettings of, QuotaSettings quotas) {
        return new AccountSettings(
                of.users(),
                of.mechanisms(),
                of.cost(),
                of.cacheFor(),
                of.guard(),
                of.ldap(),
                of.tokens(),
                quotas,
                of.fromHeader());
    }

    static AccountSettings with(AccountSettings of, LdapSettings ldap) {
        return new AccountSettings(
                of.users(),
                of.mechanisms(),
                of.cost(),
                of.cacheFor(),
                of.guard(),
                Optional.of(ldap),
                of.tokens(),
                of.quotas(),
                of.fromHeader());
    }

    static AccountSettings with(AccountSettings of, TokenSettings tokens) {
        return new AccountSettings(
                of.users(),
                of.mechanisms(),
                of.cost(),
                of.cacheFor(),
                of.guard(),
                of.ldap(),
                Optional.of(tokens),
                of.quotas(),
                of.fromHeader());
    }

    static User plain(String name, String password, String... sendAs) {
        return user(name, new UserSecret.Plain(password), false, sendAs);
    }

    static User hashed(String name, String password) {
        try (HashingLanes lanes = new HashingLanes(1)) {
            Argon2Hash hash = lanes.run(() -> lanes.hashHere(password, CHEAP, new SecureRandom()))
                    .orElseThrow();
            return user(name, new UserSecret.Hashed(hash, Map.of()), false);
        }
    }

    static User user(String name, UserSecret secret, boolean disabled, String... sendAs) {
        List<SendAs> granted = List.of(sendAs).stream()
                .map(text -> SendAs.parse(text).orElseThrow())
                .toList();
        return new User(name, secret, disabled, granted, Set.of(), Optional.empty());
    }

    /** Wrong passwords have cost what they may. */
    void useUpGuesses() {
        accounts.guesses().spend(Duration.ofSeconds(4));
    }

    /** Thread: any, one at a time. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    @Override
    public void close() {
        accounts.close();
        state.close();
    }
}
