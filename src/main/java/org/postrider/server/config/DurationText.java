package org.postrider.server.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 4h}, {@code 5d}, {@code 1h30m}. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile(
            "(?:(?<d>\\d{1,6})d)?(?:(?<h>\\d{1,6})h)?(?:(?<m>\\d{1,6})m)?(?:(?<s>\\d{1,9})s)?(?:(?<ms>\\d{1,9})ms)?");

    private DurationText() {}

    /** Reads units from the greatest to the least, each once at most; empty where {@code text} is something else. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(number(matcher, "d"))
                .plusHours(number(matcher, "h"))
                .plusMinutes(number(matcher, "m"))
                .plusSeconds(number(matcher, "s"))
                .plusMillis(number(matcher, "ms")));
    }

    private static long number(Matcher matcher, String unit) {
        String digits = matcher.group(unit);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** The shortest form that {@link #parse} reads, to the millisecond; {@code 0s} for nothing. */
    public static String text(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toDays(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long number, String unit) {
        if (number != 0) {
            text.append(number).append(unit);
        }
    }
}
