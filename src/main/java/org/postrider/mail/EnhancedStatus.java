package org.postrider.mail;

import java.util.Optional;

/**
 * An enhanced status such as {@code 5.1.1} (RFC 3463 §2): class 2, 4 or 5, subject and detail 0 to 999.
 */
public record EnhancedStatus(int statusClass, int subject, int detail) {
    public EnhancedStatus {
        if (!isClass(statusClass) || !inRange(subject) || !inRange(detail)) {
            throw new IllegalArgumentException("enhanced status " + statusClass + "." + subject + "." + detail);
        }
    }

    private static boolean isClass(int digit) {
        return digit == 2 || digit == 4 || digit == 5;
    }

    private static boolean inRange(int part) {
        return part >= 0 && part <= 999;
    }

    /** Reads {@code text} if all of it is an enhanced status. */
    public static Optional<EnhancedStatus> parse(String text) {
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first != 1 || second < 0) {
            return Optional.empty();
        }
        int statusClass = part(text, 0, first);
        int subject = part(text, first + 1, second);
        int detail = part(text, second + 1, text.length());
        boolean valid = isClass(statusClass) && subject >= 0 && detail >= 0;
        return valid ? Optional.of(new EnhancedStatus(statusClass, subject, detail)) : Optional.empty();
    }

    /** A number of one to three ASCII digits, negative where it is none. */
    private static int part(String text, int from, int to) {
        if (to - from < 1 || to - from > 3) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = 10 * number + c - '0';
        }
        return number;
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
