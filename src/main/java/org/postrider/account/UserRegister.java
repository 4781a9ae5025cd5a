package org.postrider.account;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.postrider.sasl.SaslPrep;
import org.postrider.state.StateException;

/**
 * The accounts as an operator manages them: those of the state database; those of the configuration are shown, and changed
 * there.
 *
 * <p>Thread: any; blocks.
 */
public final class UserRegister {
    /** As PLAIN and SCRAM take them. */
    static final int NAME_OCTETS_MAX = 255;

    static final int PASSWORD_OCTETS_MAX = 1_024;
    static final int SEND_AS_MAX = 1_000;

    private final UserTable table;
    private final Supplier<AccountSettings> settings;
    private final HashingLanes lanes;
    private final SecureRandom random;
    private final InstantSource clock;
    private final LoginDiary diary;

    /** What came of a change. */
    public enum Change {
        DONE,
        NO_SUCH_USER,
        ALREADY_THERE,
        /** It is one of the configuration file. */
        IN_FILE,
        /** Empty, too long, or with characters that RFC 4013 prohibits. */
        BAD_NAME,
        BAD_PASSWORD,
        BAD_SEND_AS,
        /** Too many passwords are being hashed. */
        BUSY
    }

    /** @param origin {@code file} or {@code state} */
    public record Listed(String name, String origin, boolean disabled, List<String> sendAs) {
        public Listed {
            sendAs = List.copyOf(sendAs);
        }
    }

    UserRegister(
            UserTable table,
            Supplier<AccountSettings> settings,
            HashingLanes lanes,
            SecureRandom random,
            InstantSource clock,
            LoginDiary diary) {
        this.table = table;
        this.settings = settings;
        this.lanes = lanes;
        this.random = random;
        this.clock = clock;
        this.diary = diary;
    }

    public List<Listed> list() throws StateException {
        List<Listed> listed = new ArrayList<>();
        settings.get().users().forEach(user -> listed.add(listed(user, "file")));
        table.list().forEach(user -> listed.add(listed(user, "state")));
        return listed;
    }

    private static Listed listed(User user, String origin) {
        return new Listed(
                user.name(),
                origin,
                user.disabled(),
                user.sendAs().stream().map(UserRegister::text).toList());
    }

    private static String text(SendAs sendAs) {
        return switch (sendAs) {
            case SendAs.Anybody _ -> "*";
            case SendAs.AnyOf(var domain) -> domain.text();
            case SendAs.Address(var mailbox) -> mailbox.text();
        };
    }

    /** @param sendAs as in the configuration */
    public Change add(String name, String password, List<String> sendAs) throws StateException {
        Optional<String> prepared = SaslPrep.prepare(name);
        if (prepared.isEmpty() || prepared.get().isEmpty() || octets(prepared.get()) > NAME_OCTETS_MAX) {
            return Change.BAD_NAME;
        }
        if (sendAs.size() > SEND_AS_MAX
                || sendAs.stream().anyMatch(text -> SendAs.parse(text).isEmpty())) {
            return Change.BAD_SEND_AS;
        }
        if (isInFile(name)) {
            return Change.IN_FILE;
        }
        if (table.find(User.key(name)).isPresent()) {
            return Change.ALREADY_THERE;
        }
        return switch (secret(password)) {
            case Hashing.Refused(Change why) -> why;
            case Hashing.Done(UserSecret.Hashed secret) ->
                table.add(prepared.get(), secret, sendAs, clock.millis())
                        ? done(true, prepared.get(), "added")
                        : Change.ALREADY_THERE;
        };
    }

    public Change setPassword(String name, String password) throws StateException {
        if (isInFile(name)) {
            return Change.IN_FILE;
        }
        return switch (secret(password)) {
            case Hashing.Refused(Change why) -> why;
            case Hashing.Done(UserSecret.Hashed secret) ->
                done(table.setPassword(User.key(name), secret, clock.millis()), name, "password-set");
        };
    }

    /** A session that has authenticated already goes on. */
    public Change setDisabled(String name, boolean disabled) throws StateException {
        if (isInFile(name)) {
            return Change.IN_FILE;
        }
        return done(
                table.setDisabled(User.key(name), disabled, clock.millis()), name, disabled ? "disabled" : "enabled");
    }

    public Change remove(String name) throws StateException {
        return isInFile(name) ? Change.IN_FILE : done(table.remove(User.key(name)), name, "removed");
    }

    private Change done(boolean found, String name, String change) {
        if (!found) {
            return Change.NO_SUCH_USER;
        }
        diary.userChanged(User.key(name), change);
        return Change.DONE;
    }

    private boolean isInFile(String name) {
        String key = User.key(name);
        return settings.get().users().stream()
                .anyMatch(user -> User.key(user.name()).equals(key));
    }

    private sealed interface Hashing {
        record Done(UserSecret.Hashed secret) implements Hashing {}

        record Refused(Change why) implements Hashing {}
    }

    private Hashing secret(String password) {
        Optional<String> prepared = SaslPrep.prepare(password);
        if (prepared.isEmpty() || prepared.get().isEmpty() || octets(prepared.get()) > PASSWORD_OCTETS_MAX) {
            return new Hashing.Refused(Change.BAD_PASSWORD);
        }
        Optional<UserSecret.Hashed> made = lanes.run(() ->
                make(prepared.get(), settings.get().cost(), Set.of("SHA-1", "SHA-256", "SHA-512"), lanes, random));
        return made.<Hashing>map(Hashing.Done::new).orElseGet(() -> new Hashing.Refused(Change.BUSY));
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static UserSecret.Hashed make(
            String password, Argon2Hash.Cost cost, Set<String> hashes, HashingLanes lanes, SecureRandom random) {
        Map<String, ScramSecret> scram = new HashMap<>();
        for (String hash : hashes) {
            scram.put(hash, ScramSecret.derive(hash, password, random));
        }
        return new UserSecret.Hashed(lanes.hashHere(password, cost, random), scram);
    }

    /**
     * The lines that a password is written with in the configuration file: {@code argon2id:…} first, then the verifiers of
     * SCRAM with SHA-256 and SHA-512. Takes a few tenths of a second; empty where the password cannot be one.
     */
    public static List<String> lines(String password, Argon2Hash.Cost cost, SecureRandom random) {
        Optional<String> prepared = SaslPrep.prepare(password);
        if (prepared.isEmpty() || prepared.get().isEmpty() || octets(prepared.get()) > PASSWORD_OCTETS_MAX) {
            return List.of();
        }
        try (HashingLanes lane = new HashingLanes(1)) {
            return lane.run(() -> make(prepared.get(), cost, Set.of("SHA-256", "SHA-512"), lane, random)).stream()
                    .flatMap(made -> Stream.concat(
                            Stream.of(Argon2Hash.PREFIX + made.password().text()),
                            made.scram().values().stream()
                                    .map(ScramSecret::text)
                                    .sorted()))
                    .toList();
        }
    }
}
