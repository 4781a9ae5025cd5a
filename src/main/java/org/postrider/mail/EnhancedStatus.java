package org.postrider.mail;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An enhanced status such as {@code 5.1.1} (RFC 3463 §2): class 2, 4 or 5, subject and detail 0 to 999.
 */
public record EnhancedStatus(int statusClass, int subject, int detail) {
    private static final Pattern FORM = Pattern.compile("([245])\\.(\\d{1,3})\\.(\\d{1,3})");

    public EnhancedStatus {
        if ((statusClass != 2 && statusClass != 4 && statusClass != 5) || !inRange(subject) || !inRange(detail)) {
            throw new IllegalArgumentException("enhanced status " + statusClass + "." + subject + "." + detail);
        }
    }

    private static boolean inRange(int part) {
        return part >= 0 && part <= 999;
    }

    /** Reads {@code text} if all of it is an enhanced status. */
    public static Optional<EnhancedStatus> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new EnhancedStatus(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))));
    }

    /** For constants in our own code; throws {@link IllegalArgumentException} where {@code text} is none. */
    public static EnhancedStatus of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("enhanced status " + text));
    }

    /** The same subject and detail in another class, for a peer whose code and enhanced status disagree. */
    public EnhancedStatus inClass(int other) {
        return new EnhancedStatus(other, subject, detail);
    }

    @Override
    public String toString() {
        return statusClass + "." + subject + "." + detail;
    }
}
