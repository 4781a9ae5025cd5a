package org.postrider.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.postrider.event.Event;
import org.postrider.event.Events;
import org.postrider.sasl.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what happens to accounts: to the mail log and the metrics by events, and to the server's log what an operator looks
 * for there. Guesses are told one by one as long as they are few; of a flood the rest of each minute is one summary.
 *
 * <p>Names hold no control characters (RFC 4013).
 *
 * <p>Thread: any, under its own lock, in which nothing waits.
 */
final class LoginDiary {
    /** Refusals told one by one in a minute, and as many addresses and users that are blocked. */
    static final int FEW = 10;

    /** Addresses and users that a summary tells apart; beyond it says so many. */
    static final int DISTINCT_MAX = 10_000;

    static final Duration PERIOD = Duration.ofMinutes(1);

    private static final int QUOTAS_MAX = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(LoginDiary.class);

    private final InstantSource clock;
    private final Events events;
    private final Set<InetAddress> addresses = new HashSet<>();
    private final Set<String> users = new HashSet<>();
    private final Map<String, Long> reasons = new TreeMap<>();
    private final Cache<String, Instant> quotas = Caffeine.newBuilder()
            .maximumSize(QUOTAS_MAX)
            .executor(Runnable::run)
            .build();
    private Instant since = Instant.MIN;
    private int refusals;
    private long blocks;

    LoginDiary(InstantSource clock, Events events) {
        this.clock = clock;
        this.events = events;
    }

    void loggedIn(InetAddress client, String user, String mechanism) {
        events.publish(new Event.LoggedIn(clock.instant(), client.getHostAddress(), user, mechanism));
    }

    /** @param user as it was claimed; empty where none was */
    synchronized void refused(InetAddress client, String user, Refusal refusal) {
        Instant now = turn();
        String reason = refusal.name().toLowerCase(Locale.ROOT).replace('_', '-');
        if (refusals < FEW) {
            refusals++;
            LOG.info("login of \"{}\" from {} refused: {}", user, client.getHostAddress(), reason);
            events.publish(new Event.LoginRefused(now, client.getHostAddress(), user, reason));
            return;
        }
        reasons.merge(reason, 1L, Long::sum);
        if (addresses.size() < DISTINCT_MAX) {
            addresses.add(client);
        }
        if (users.size() < DISTINCT_MAX) {
            users.add(User.key(user));
        }
    }

    /** Too many guesses: nothing more is judged for the address or the user until the window ends. */
    synchronized void blocked(InetAddress client, String user) {
        Instant now = turn();
        blocks++;
        if (blocks <= FEW) {
            LOG.warn("too many failed logins: {}, at last of \"{}\"", client.getHostAddress(), user);
            events.publish(new Event.LoginBlocked(now, client.getHostAddress(), user));
        }
    }

    /**
     * Mail was beyond a quota. Told once until the quota is anew.
     *
     * @param subject {@code user NAME} or {@code address NETWORK}
     */
    void quotaReached(String subject, String quota, Instant until) {
        Instant told = quotas.asMap().put(subject + " " + quota, until);
        if (!until.equals(told)) {
            LOG.info("{} has used up its quota of {} until {}", subject, quota, until);
            events.publish(new Event.QuotaReached(clock.instant(), subject, quota, until));
        }
    }

    /** @param change {@code added}, {@code password-set}, {@code disabled}, {@code enabled} or {@code removed} */
    void userChanged(String user, String change) {
        LOG.info("user {}: {}", user, change);
        events.publish(new Event.UserChanged(clock.instant(), user, change));
    }

    /** Tells what is due; to be called every few seconds, since a flood that has ended brings no event of its own. */
    synchronized void keep() {
        var _ = turn();
    }

    /** Tells what has not been told, as the server ends. */
    synchronized void close() {
        summarize(clock.instant());
    }

    private Instant turn() {
        Instant now = clock.instant();
        if (since.isBefore(now.minus(PERIOD)) || since.isAfter(now)) {
            summarize(now);
            since = now;
            refusals = 0;
            blocks = 0;
        }
        return now;
    }

    private void summarize(Instant now) {
        long more = Math.max(0, blocks - FEW);
        if (!reasons.isEmpty() || more > 0) {
            Event.LoginsRefused summary =
                    new Event.LoginsRefused(now, since, addresses.size(), users.size(), reasons, more);
            LOG.warn(
                    "{} more logins refused since {}, of {} users from {} addresses; {} more blocked",
                    summary.count(),
                    since,
                    users.size(),
                    addresses.size(),
                    more);
            events.publish(summary);
        }
        reasons.clear();
        addresses.clear();
        users.clear();
    }
}
