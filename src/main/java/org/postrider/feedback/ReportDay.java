package org.postrider.feedback;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The UTC days that reports are about. */
final class ReportDay {
    /** After midnight, for what was counted before it and not yet written. */
    static final Duration COUNTED_WITHIN = Duration.ofMinutes(10);

    private ReportDay() {}

    /** The day of an instant, since 1970. */
    static long of(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC).toEpochDay();
    }

    static Instant begin(long day) {
        return Instant.EPOCH.plus(Duration.ofDays(day));
    }

    /** Its last second. */
    static Instant end(long day) {
        return begin(day + 1).minusSeconds(1);
    }

    /** When reports on it go to a domain: each has its own time after midnight, the same every day. */
    static Instant due(long day, String domain, Duration spread) {
        long seconds = Math.max(1, spread.toSeconds());
        return begin(day + 1).plus(COUNTED_WITHIN).plusSeconds(Math.floorMod(domain.hashCode() * 31L, seconds));
    }
}
