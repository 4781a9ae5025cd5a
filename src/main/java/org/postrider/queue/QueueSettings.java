package org.postrider.queue;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the queue is run. The engine looks each value up when it decides, so that a reload acts on queued mail at once.
 *
 * @param schedule the pause after the first, second, … failed attempt; the last repeats
 * @param jitter the share by which a pause may be longer than the schedule says, 0 to 1; never shorter
 * @param lifetime from acceptance; a recipient whose next attempt would lie beyond it expires
 * @param delayNotice the age at which the sender is told of a delay, once
 * @param attemptsMax delivery attempts at once, over all sites
 * @param recipientsMax recipients of one transaction (RFC 5321 §4.5.3.1.8: a server takes at least 100)
 * @param routeCache how long the answer to "where does mail for this host go" is used again
 * @param pauseMax the longest pause between two probes of a dead site, and the slowest pace of a site that asks us to slow
 *     down
 * @param everySite the limits of a site that {@code sites} does not name
 * @param sites limits by name of site
 */
public record QueueSettings(
        List<Duration> schedule,
        double jitter,
        Duration lifetime,
        Duration delayNotice,
        int attemptsMax,
        int recipientsMax,
        Duration routeCache,
        Duration pauseMax,
        SiteLimits everySite,
        Map<String, SiteLimits> sites) {
    public static final QueueSettings DEFAULT = new QueueSettings(
            List.of(
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(15),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Duration.ofHours(4)),
            0.1,
            Duration.ofDays(5),
            Duration.ofHours(4),
            2_000,
            100,
            Duration.ofMinutes(1),
            Duration.ofMinutes(30),
            SiteLimits.DEFAULT,
            new LinkedHashMap<>());

    public QueueSettings {
        schedule = List.copyOf(schedule);
        // A copy whose order is the giver's: the salted order of Map.copyOf has no place in a deterministic engine.
        sites = Collections.unmodifiableMap(new LinkedHashMap<>(sites));
        if (schedule.isEmpty() || schedule.stream().anyMatch(step -> step.toMillis() < 1)) {
            throw new IllegalArgumentException("retry schedule " + schedule);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter " + jitter);
        }
        if (lifetime.isNegative() || lifetime.isZero() || delayNotice.isNegative()) {
            throw new IllegalArgumentException("lifetime " + lifetime + ", delay notice " + delayNotice);
        }
        if (attemptsMax < 1 || recipientsMax < 1) {
            throw new IllegalArgumentException("attempts " + attemptsMax + ", recipients " + recipientsMax);
        }
        if (routeCache.isNegative() || pauseMax.toMillis() < 1) {
            throw new IllegalArgumentException("route cache " + routeCache + ", longest pause " + pauseMax);
        }
    }

    /** The limits of one site. */
    public SiteLimits limits(Site site) {
        return sites.getOrDefault(site.name(), everySite);
    }

    /** The pause after the {@code attempts}-th attempt, without jitter. */
    long pauseMillis(int attempts) {
        int step = Math.clamp(attempts, 1, schedule.size());
        return schedule.get(step - 1).toMillis();
    }

    /** The pause that the schedule has at this age: for waits that no attempt stands behind, so that they grow too. */
    long pauseMillisAtAge(long ageMillis) {
        long sum = 0;
        for (Duration step : schedule) {
            sum += step.toMillis();
            if (sum > ageMillis) {
                return step.toMillis();
            }
        }
        return schedule.getLast().toMillis();
    }

    long longestPauseMillis() {
        long longest = 0;
        for (Duration step : schedule) {
            longest = Math.max(longest, step.toMillis());
        }
        return (long) (longest * (1 + jitter));
    }
}
