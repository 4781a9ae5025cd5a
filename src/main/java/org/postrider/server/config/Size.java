package org.postrider.server.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of octets.
 *
 * @param octets {@link Long#MAX_VALUE} where {@code "off"} lifted the limit
 */
public record Size(long octets) {
    public static final Size OFF = new Size(Long.MAX_VALUE);

    private static final Pattern FORM = Pattern.compile("(\\d{1,15}) ?(B|KiB|MiB|GiB|TiB|kB|KB|MB|GB|TB)");

    public Size {
        if (octets < 0) {
            throw new IllegalArgumentException("size " + octets);
        }
    }

    public boolean isOff() {
        return octets == Long.MAX_VALUE;
    }

    /** Reads {@code 50 MiB}: powers of 1024 are written KiB, MiB, GiB, TiB, powers of 1000 kB, MB, GB, TB. */
    public static Optional<Size> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = matcher.group(2);
        long base = unit.contains("i") ? 1024 : 1000;
        int power = "BKMGT".indexOf(unit.toUpperCase(Locale.ROOT).charAt(0));
        long factor = 1;
        for (int i = 0; i < power; i++) {
            factor *= base;
        }
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE / factor - 1 ? Optional.empty() : Optional.of(new Size(number * factor));
    }

    @Override
    public String toString() {
        return isOff() ? "off" : octets + " B";
    }
}
