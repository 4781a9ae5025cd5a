package org.postrider.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Events;
import org.postrider.sasl.Login;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;
import org.postrider.state.StateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts of a node: who may authenticate, as whom they may send, how much.
 *
 * <p>Thread: any; {@link #configure} replaces all settings at once, and sessions go on by those that they began with.
 */
public final class Accounts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    /** Users of the directory whose addresses are remembered: longer than a session lasts. */
    private static final Duration ADDRESSES_KEPT = Duration.ofHours(25);

    private static final int ADDRESSES_USERS_MAX = 50_000;

    private final Doors doors;
    private final UserTable table;
    private final HashingLanes lanes;
    private final Guard guard;
    private final LoginDiary diary;
    private final WaitingRoom waitingRoom = new WaitingRoom(WaitingRoom.PLACES);
    private final Quotas quotas;
    private final UserRegister register;
    private final Judge.Tools tools;
    private volatile Now now;

    /**
     * What the accounts need of the node.
     *
     * @param nanoTime as {@link System#nanoTime}
     * @param events is told of logins, guesses, quotas and changes
     */
    public record Doors(
            StateDatabase state, InstantSource clock, LongSupplier nanoTime, SecureRandom random, Events events) {}

    private record Now(
            AccountSettings settings, Users users, @Nullable LdapDirectory directory, Judge judge, Grants grants) {
        void end() {
            if (directory != null) {
                directory.close();
            }
        }
    }

    /** The tables that the accounts keep, for {@link StateDatabase#open}. */
    public static List<Migration> migrations() {
        return UserTable.MIGRATIONS;
    }

    /** Half of the processors, so that guessing leaves the other half to mail. */
    public static int lanesOfThisMachine() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /**
     * @param lanes passwords that are hashed at once; each takes the memory of {@link Argon2Hash.Cost}
     * @throws StateException where the state database does not answer
     */
    public Accounts(AccountSettings settings, int lanes, Doors doors) throws StateException {
        this.doors = doors;
        this.table = new UserTable(doors.state());
        byte[] proposed = new byte[MadeUpVerifiers.SECRET_OCTETS];
        doors.random().nextBytes(proposed);
        MadeUpVerifiers madeUp = new MadeUpVerifiers(table.madeUpSalts(proposed));
        Cache<String, List<SendAs>> addresses = Caffeine.newBuilder()
                .maximumSize(ADDRESSES_USERS_MAX)
                .expireAfterWrite(ADDRESSES_KEPT)
                .ticker(doors.nanoTime()::getAsLong)
                .executor(Runnable::run)
                .build();
        this.lanes = new HashingLanes(lanes);
        this.guard = new Guard(settings.guard(), doors.nanoTime());
        this.diary = new LoginDiary(doors.clock(), doors.events());
        this.quotas = new Quotas(doors.state(), doors.clock(), diary);
        this.tools = new Judge.Tools(
                this.lanes,
                new GuessBudget(lanes, doors.nanoTime()),
                new RecentSuccesses(settings.cacheFor(), doors.random(), doors.nanoTime()),
                madeUp,
                addresses,
                doors.random());
        this.now = now(settings);
        this.register = new UserRegister(table, () -> now.settings(), this.lanes, doors.random(), doors.clock(), diary);
    }

    private Now now(AccountSettings settings) {
        Users users = new Users(settings.users(), table);
        LdapDirectory directory = settings.ldap()
                .map(ldap -> new LdapDirectory(ldap, doors.nanoTime()))
                .orElse(null);
        TokenCheck tokens = settings.tokens().map(this::tokens).orElse(null);
        return new Now(
                settings,
                users,
                directory,
                new Judge(users, settings.cost(), directory, tokens, tools),
                new Grants(users, tools.directoryAddresses()));
    }

    private TokenCheck tokens(TokenSettings settings) {
        return switch (settings.source()) {
            case TokenSettings.Source.SignedBy signed -> new SignedTokens(settings, signed, doors.clock());
            case TokenSettings.Source.AskedAt asked -> new AskedTokens(settings, asked, doors.clock());
        };
    }

    /** Prepares to judge passwords, beside what goes on. */
    public void warmUp() {
        lanes.warmUp();
    }

    /** Goes by other settings from now on, all but the length of the guard's windows and of the memory for right passwords. */
    public void configure(AccountSettings settings) {
        guard.configure(settings.guard());
        tools.successes().clear();
        Now before = now;
        now = now(settings);
        before.end();
    }

    public AccountSettings settings() {
        return now.settings();
    }

    /** The accounts as the client at an address may use them. */
    public Caller caller(InetAddress client) {
        return new Caller(client, now.judge(), guard, waitingRoom, diary);
    }

    public Grants grants() {
        return now.grants();
    }

    /**
     * How much may be sent: a user's own allowance, and for a client without a login that of its address.
     *
     * @param login {@code null} where the client has not authenticated
     */
    public Allowance allowance(@Nullable Login login, InetAddress client) {
        QuotaSettings settings = now.settings().quotas();
        if (login == null) {
            return new Allowance(quotas, Quotas.ofAddress(client), settings.perAddress(), settings.action());
        }
        String key = User.key(login.user());
        return new Allowance(quotas, Quotas.ofUser(key), limits(key, settings.perUser()), settings.action());
    }

    private QuotaLimits limits(String key, QuotaLimits defaults) {
        Optional<User> user = now.users().configured(key);
        return user.flatMap(User::quota).map(own -> own.orElse(defaults)).orElse(defaults);
    }

    public UserRegister register() {
        return register;
    }

    HashingLanes lanes() {
        return lanes;
    }

    GuessBudget guesses() {
        return tools.guesses();
    }

    /** Passwords that wait to be hashed, for the metrics. */
    public int waiting() {
        return lanes.waiting();
    }

    /** Writes down what must survive a restart, and tells what is due; to be called every few seconds. */
    public void keep() {
        diary.keep();
        quotas.keep();
    }

    @Override
    public void close() {
        try {
            quotas.keep();
        } catch (RuntimeException e) {
            LOG.error("quotas could not be written at the end", e);
        }
        lanes.close();
        now.end();
        diary.close();
    }
}
