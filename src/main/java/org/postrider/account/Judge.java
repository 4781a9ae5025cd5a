package org.postrider.account;

import com.github.benmanes.caffeine.cache.Cache;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postrider.sasl.Credentials.Judgement;
import org.postrider.sasl.Credentials.Verifier;
import org.postrider.sasl.Refusal;
import org.postrider.state.StateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a secret is that of a user, by one state of the settings. Counts no attempts: that is {@link Guard}'s; only the time
 * that wrong passwords cost, and beyond that budget judges strangers no more.
 *
 * <p>An unknown user costs the hash that a wrong password costs, where no directory is asked. Where one is, whoever is not
 * kept here costs its answer, so that time can tell that a user is kept here; not whether one of the directory exists.
 *
 * <p>Thread: any; blocks.
 */
final class Judge {
    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

    private final Users users;
    private final Tools tools;
    private final @Nullable LdapDirectory directory;
    private final @Nullable TokenCheck tokens;
    private final Argon2Hash decoy;
    private final Map<String, ScramSecret> ofPlain = new ConcurrentHashMap<>();

    /** @param directoryAddresses what the directory said that a user may send as, by key */
    record Tools(
            HashingLanes lanes,
            GuessBudget guesses,
            RecentSuccesses successes,
            MadeUpVerifiers madeUp,
            Cache<String, List<SendAs>> directoryAddresses,
            SecureRandom random) {}

    Judge(
            Users users,
            Argon2Hash.Cost cost,
            @Nullable LdapDirectory directory,
            @Nullable TokenCheck tokens,
            Tools tools) {
        this.users = users;
        this.tools = tools;
        this.directory = directory;
        this.tokens = tokens;
        this.decoy = new Argon2Hash(cost, random(16), random(32));
    }

    private byte[] random(int octets) {
        byte[] made = new byte[octets];
        tools.random().nextBytes(made);
        return made;
    }

    private static Judgement unknown(Refusal refusal) {
        return new Judgement.Unknown(refusal);
    }

    private static Judgement known(User user) {
        return user.disabled() ? unknown(Refusal.DISABLED) : new Judgement.Known(user.name());
    }

    private static Judgement unavailable(StateException e) {
        LOG.error("accounts cannot be read", e);
        return unknown(Refusal.UNAVAILABLE);
    }

    /**
     * Whether a password is a user's.
     *
     * @param stranger whether the user has not been right from this address lately
     */
    Judgement password(String user, String password, boolean stranger) {
        String key = User.key(user);
        if (stranger && isTooMuch() && !tools.successes().isOf(key)) {
            // Before the user is looked up: those who guess must cost as little as can be, and all users the same.
            return unknown(Refusal.UNAVAILABLE);
        }
        try {
            Optional<User> found = users.findEvenly(key);
            if (found.isPresent()) {
                return kept(key, found.get(), password);
            }
            return directory == null ? decoyed(password) : directory(directory, key, password);
        } catch (StateException e) {
            return unavailable(e);
        }
    }

    private boolean isTooMuch() {
        return !tools.guesses().isLeft()
                || !tools.lanes().takesStrangers(tools.guesses().isWhole())
                || (directory != null && !directory.takesStrangers());
    }

    private Judgement kept(String key, User user, String password) {
        return switch (user.secret()) {
            case UserSecret.Hashed(Argon2Hash hash, var _) -> hashed(key, user, hash, password);
            case UserSecret.Plain(String written) -> {
                // The hash is for its time alone: without it, users with plain passwords would be known by their haste.
                boolean same = MessageDigest.isEqual(
                        written.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
                yield compared(decoy, password, same).orElseGet(() -> known(user));
            }
            case UserSecret.None _ -> decoyed(password);
        };
    }

    private Judgement hashed(String key, User user, Argon2Hash hash, String password) {
        String against = hash.text();
        if (tools.successes().contains(key, password, against)) {
            return known(user);
        }
        Optional<Judgement> refused = compared(hash, password, false);
        if (refused.isEmpty()) {
            tools.successes().add(key, password, against);
        }
        return refused.orElseGet(() -> known(user));
    }

    private Judgement decoyed(String password) {
        return compared(decoy, password, false).orElseGet(() -> unknown(Refusal.BAD_CREDENTIALS));
    }

    /**
     * Hashes a password, and charges a wrong one to the budget; empty where it was right.
     *
     * @param right whether it is known to be right, and hashed for the time alone
     */
    private Optional<Judgement> compared(Argon2Hash against, String password, boolean right) {
        Optional<HashingLanes.Compared> compared = tools.lanes().compare(against, password);
        if (compared.isEmpty()) {
            return Optional.of(unknown(Refusal.UNAVAILABLE));
        }
        if (right || compared.get().same()) {
            return Optional.empty();
        }
        tools.guesses().spend(compared.get().took());
        return Optional.of(unknown(Refusal.BAD_CREDENTIALS));
    }

    private Judgement directory(LdapDirectory asked, String key, String password) {
        boolean remembered = tools.directoryAddresses().getIfPresent(key) != null;
        if (remembered
                && tools.successes().contains(key, password, asked.settings().url())) {
            return new Judgement.Known(key);
        }
        return switch (asked.check(key, password)) {
            case LdapDirectory.Answer.Wrong _ -> unknown(Refusal.BAD_CREDENTIALS);
            case LdapDirectory.Answer.Unavailable _ -> unknown(Refusal.UNAVAILABLE);
            case LdapDirectory.Answer.Right(List<String> addresses) -> {
                List<SendAs> sendAs = addresses.stream()
                        .filter(text -> text.indexOf('@') > 0)
                        .flatMap(text -> SendAs.parse(text).stream())
                        .toList();
                tools.directoryAddresses().put(key, sendAs);
                tools.successes().add(key, password, asked.settings().url());
                yield new Judgement.Known(key);
            }
        };
    }

    /** As {@link org.postrider.sasl.Credentials#scram}. */
    Optional<Verifier> scram(String user, String hash) {
        Verifier madeUp = tools.madeUp().of(user, hash);
        try {
            Optional<User> found = users.find(User.key(user));
            if (found.isEmpty()) {
                return Optional.of(madeUp);
            }
            ScramSecret secret = switch (found.get().secret()) {
                case UserSecret.Hashed(var _, Map<String, ScramSecret> scram) -> scram.get(hash);
                case UserSecret.Plain(String password) -> ofPlain(found.get(), password, hash);
                case UserSecret.None _ -> null;
            };
            return Optional.of(secret == null ? madeUp : verifier(found.get(), secret));
        } catch (StateException e) {
            LOG.error("accounts cannot be read", e);
            return Optional.empty();
        }
    }

    private @Nullable ScramSecret ofPlain(User user, String password, String hash) {
        String key = hash + " " + User.key(user.name());
        ScramSecret found = ofPlain.get(key);
        if (found == null) {
            found = tools.lanes()
                    .run(() -> ScramSecret.derive(hash, password, tools.random()))
                    .orElse(null);
            if (found != null) {
                ScramSecret first = ofPlain.putIfAbsent(key, found);
                found = first == null ? found : first;
            }
        }
        return found;
    }

    private static Verifier verifier(User user, ScramSecret secret) {
        return new Verifier(
                user.name(),
                secret.salt(),
                secret.iterations(),
                secret.keys().storedKey(),
                secret.keys().serverKey(),
                !user.disabled());
    }

    /** As {@link org.postrider.sasl.Credentials#token}. */
    Judgement token(String user, String token) {
        if (tokens == null) {
            return unknown(Refusal.BAD_CREDENTIALS);
        }
        return switch (tokens.check(token)) {
            case TokenCheck.Answer.Unavailable _ -> unknown(Refusal.UNAVAILABLE);
            case TokenCheck.Answer.Wrong(String why) -> {
                LOG.info("a token for \"{}\" is refused: {}", user, why);
                yield unknown(Refusal.BAD_CREDENTIALS);
            }
            case TokenCheck.Answer.Names(String named) -> named(user, named);
        };
    }

    /** A user whom the issuer knows need not be kept here; one who is may be disabled here. */
    private Judgement named(String claimed, String named) {
        String key = User.key(named);
        if (key.isEmpty() || (!claimed.isEmpty() && !User.key(claimed).equals(key))) {
            return unknown(Refusal.BAD_CREDENTIALS);
        }
        try {
            return users.find(key).map(Judge::known).orElseGet(() -> new Judgement.Known(key));
        } catch (StateException e) {
            return unavailable(e);
        }
    }

    /** As {@link org.postrider.sasl.Credentials#certificate}. */
    Judgement certificate(String user, List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            return unknown(Refusal.BAD_CREDENTIALS);
        }
        X509Certificate own = chain.getFirst();
        List<User> named = new ArrayList<>();
        users.withFingerprint(CertificateNames.fingerprint(own)).ifPresent(named::add);
        try {
            for (String key : CertificateNames.keys(own)) {
                users.find(key).ifPresent(named::add);
            }
        } catch (StateException e) {
            return unavailable(e);
        }
        return named.stream()
                .filter(one -> user.isEmpty() || User.key(one.name()).equals(User.key(user)))
                .findFirst()
                .map(Judge::known)
                .orElseGet(() -> unknown(Refusal.BAD_CREDENTIALS));
    }
}
