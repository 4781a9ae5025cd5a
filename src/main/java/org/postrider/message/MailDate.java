package org.postrider.message;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Dates as mail has them: {@code Mon, 23 Nov 2026 21:35:00 +0000} (RFC 5322 §3.3), always in UTC.
 *
 * <p>Thread: any; the last second's text is kept, as a busy server asks for the same one thousands of times.
 */
public final class MailDate {
    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    /** A racing writer costs a second formatting and nothing else. */
    private static volatile Kept kept = new Kept(0, format(0));

    private MailDate() {}

    private record Kept(long second, String text) {}

    public static String text(Instant at) {
        long second = at.getEpochSecond();
        Kept last = kept;
        if (last.second == second) {
            return last.text;
        }
        String text = format(second);
        kept = new Kept(second, text);
        return text;
    }

    private static String format(long second) {
        LocalDateTime at = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(31);
        text.append(DAYS[at.getDayOfWeek().getValue() - 1]).append(", ");
        text.append(at.getDayOfMonth()).append(' ');
        text.append(MONTHS[at.getMonthValue() - 1]).append(' ');
        text.append(at.getYear()).append(' ');
        twoDigits(text, at.getHour()).append(':');
        twoDigits(text, at.getMinute()).append(':');
        return twoDigits(text, at.getSecond()).append(" +0000").toString();
    }

    private static StringBuilder twoDigits(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
