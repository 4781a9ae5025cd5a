package org.postrider.mail;

import java.util.Optional;

/**
 * The name of one accepted message, from its arrival to its last disposition; the queue id of logs, replies and
 * Received fields. Later messages have greater ids.
 *
 * @param value positive
 */
public record QueueId(long value) implements Comparable<QueueId> {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 13;

    public QueueId {
        if (value <= 0) {
            throw new IllegalArgumentException("queue id " + value);
        }
    }

    /** Reads the form that {@link #text} writes, in any case. */
    public static Optional<QueueId> parse(String text) {
        if (text.length() != LENGTH) {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = DIGITS.indexOf(Character.toUpperCase(text.charAt(i)));
            if (digit < 0 || value > (Long.MAX_VALUE >>> 5)) {
                return Optional.empty();
            }
            value = (value << 5) | digit;
        }
        return value > 0 ? Optional.of(new QueueId(value)) : Optional.empty();
    }

    /** Thirteen letters and digits that sort as the ids do. */
    public String text() {
        char[] text = new char[LENGTH];
        long rest = value;
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (rest & 31));
            rest >>>= 5;
        }
        return new String(text);
    }

    @Override
    public int compareTo(QueueId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return text();
    }
}
