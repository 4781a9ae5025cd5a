package org.postrider.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.net.InetAddress;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.postrider.state.StateDatabase;
import org.postrider.state.StateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what users and clients send, in the hours and days of UTC. Mail is asked for before it is taken and counted when it
 * is; nobody is charged for a message that was refused.
 *
 * <p>Days survive a restart: {@link #keep} writes what has changed, so that a crash loses what was counted since. Where the
 * state database does not answer, counting goes on in memory: quotas are no reason to refuse mail that is within them.
 *
 * <p>Thread: any.
 */
public final class Quotas {
    /** Subjects whose counts are in memory; the days of those beyond are in the database. */
    static final int SUBJECTS_MAX = 50_000;

    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    private final StateDatabase state;
    private final InstantSource clock;
    private final LoginDiary diary;
    private final Map<String, Counts.Of> changed = new ConcurrentHashMap<>();
    private final Cache<String, Counts> counts;

    /** What mail amounts to. */
    public record Amount(long messages, long recipients, long octets) {
        public static final Amount NOTHING = new Amount(0, 0, 0);

        Amount plus(Amount other) {
            return new Amount(messages + other.messages, recipients + other.recipients, octets + other.octets);
        }
    }

    /** Whether more may be sent. */
    public sealed interface Answer {
        record Within() implements Answer {}

        /**
         * @param what is used up, for people: {@code messages an hour}
         * @param until when it is anew
         */
        record Over(String what, Instant until) implements Answer {}
    }

    Quotas(StateDatabase state, InstantSource clock, LoginDiary diary) {
        this.state = state;
        this.clock = clock;
        this.diary = diary;
        this.counts = Caffeine.newBuilder()
                .maximumSize(SUBJECTS_MAX)
                .executor(Runnable::run)
                .<String, Counts>evictionListener((subject, gone, cause) -> {
                    if (subject != null && gone != null && cause == RemovalCause.SIZE) {
                        gone.keepIn(subject, changed);
                    }
                })
                .build();
    }

    static String ofUser(String key) {
        return "user " + key;
    }

    static String ofAddress(InetAddress client) {
        return "address " + Guard.place(client);
    }

    /** Whether an amount is within the limits now; counts nothing. */
    Answer ask(String subject, QuotaLimits limits, Amount amount) {
        return told(subject, counts(subject).ask(limits, amount, clock.millis()));
    }

    /** Counts an amount where it is within the limits, all of it or nothing. */
    Answer take(String subject, QuotaLimits limits, Amount amount) {
        return told(subject, counts(subject).take(limits, amount, clock.millis()));
    }

    private Answer told(String subject, Answer answer) {
        if (answer instanceof Answer.Over(String what, Instant until)) {
            diary.quotaReached(subject, what, until);
        }
        return answer;
    }

    private Counts counts(String subject) {
        Counts found = counts.getIfPresent(subject);
        if (found != null) {
            return found;
        }
        long day = clock.millis() / DAY_MILLIS;
        // Read outside the cache's own lock; who comes second takes what the first has put there.
        Counts read = new Counts(day, kept(subject, day));
        return counts.get(subject, _ -> read);
    }

    private Amount kept(String subject, long day) {
        Counts.Of waiting = changed.get(subject);
        if (waiting != null && waiting.day() == day) {
            return waiting.amount();
        }
        try {
            Optional<Amount> found = state.read(connection -> {
                try (PreparedStatement select = connection.prepareStatement(
                        "SELECT messages, recipients, octets FROM account_quota WHERE subject = ? AND day = ?")) {
                    select.setString(1, subject);
                    select.setLong(2, day);
                    try (ResultSet row = select.executeQuery()) {
                        return row.next()
                                ? Optional.of(new Amount(row.getLong(1), row.getLong(2), row.getLong(3)))
                                : Optional.empty();
                    }
                }
            });
            return found.orElse(Amount.NOTHING);
        } catch (StateException e) {
            LOG.warn("what {} has sent today is not known, and counted anew", subject, e);
            return Amount.NOTHING;
        }
    }

    /** Writes what has changed; to be called every few seconds, and at the end. */
    void keep() {
        counts.asMap().forEach((subject, of) -> of.keepIn(subject, changed));
        Map<String, Counts.Of> now = new HashMap<>(changed);
        if (now.isEmpty()) {
            return;
        }
        long today = clock.millis() / DAY_MILLIS;
        try {
            state.write(connection -> {
                try (PreparedStatement upsert = connection.prepareStatement(
                                "INSERT INTO account_quota (subject, day, messages, recipients, octets) VALUES (?, ?, ?, ?, ?)"
                                        + " ON CONFLICT (subject, day) DO UPDATE SET messages = excluded.messages,"
                                        + " recipients = excluded.recipients, octets = excluded.octets");
                        PreparedStatement old =
                                connection.prepareStatement("DELETE FROM account_quota WHERE day < ?")) {
                    for (Map.Entry<String, Counts.Of> entry : now.entrySet()) {
                        upsert.setString(1, entry.getKey());
                        upsert.setLong(2, entry.getValue().day());
                        upsert.setLong(3, entry.getValue().amount().messages());
                        upsert.setLong(4, entry.getValue().amount().recipients());
                        upsert.setLong(5, entry.getValue().amount().octets());
                        upsert.addBatch();
                    }
                    upsert.executeBatch();
                    old.setLong(1, today);
                    return old.executeUpdate();
                }
            });
            now.forEach(changed::remove);
        } catch (StateException e) {
            LOG.warn("quotas of {} senders could not be written; later", now.size(), e);
        }
    }

    /** What one has sent in this hour and this day. Thread: any, under its own lock. */
    private static final class Counts {
        private long hour;
        private long day;
        private Amount inHour = Amount.NOTHING;
        private Amount inDay;
        private boolean dirty;

        record Of(long day, Amount amount) {}

        Counts(long day, Amount inDay) {
            this.day = day;
            this.inDay = inDay;
        }

        synchronized Answer take(QuotaLimits limits, Amount amount, long now) {
            Answer answer = ask(limits, amount, now);
            if (answer instanceof Answer.Within) {
                inHour = inHour.plus(amount);
                inDay = inDay.plus(amount);
                dirty = true;
            }
            return answer;
        }

        synchronized Answer ask(QuotaLimits limits, Amount amount, long now) {
            turn(now);
            Amount nextHour = inHour.plus(amount);
            Amount nextDay = inDay.plus(amount);
            String what = over("messages", limits.messages(), nextHour.messages(), nextDay.messages());
            what = what.isEmpty()
                    ? over("recipients", limits.recipients(), nextHour.recipients(), nextDay.recipients())
                    : what;
            what = what.isEmpty() ? over("octets", limits.octets(), nextHour.octets(), nextDay.octets()) : what;
            if (what.isEmpty()) {
                return new Answer.Within();
            }
            long until = what.endsWith("day") ? (day + 1) * DAY_MILLIS : (hour + 1) * HOUR_MILLIS;
            return new Answer.Over(what, Instant.ofEpochMilli(until));
        }

        private static String over(String what, QuotaLimits.PerWindow limit, long hour, long day) {
            if (day > limit.day().orElse(Long.MAX_VALUE)) {
                return what + " a day";
            }
            return hour > limit.hour().orElse(Long.MAX_VALUE) ? what + " an hour" : "";
        }

        private void turn(long now) {
            if (now / HOUR_MILLIS != hour) {
                hour = now / HOUR_MILLIS;
                inHour = Amount.NOTHING;
            }
            if (now / DAY_MILLIS != day) {
                day = now / DAY_MILLIS;
                inDay = Amount.NOTHING;
            }
        }

        synchronized void keepIn(String subject, Map<String, Of> changed) {
            if (dirty) {
                dirty = false;
                changed.put(subject, new Of(day, inDay));
            }
        }
    }
}
