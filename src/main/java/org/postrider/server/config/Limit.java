package org.postrider.server.config;

/**
 * A bound on a count, which {@code "off"} lifts.
 *
 * @param max {@link Integer#MAX_VALUE} where it is lifted
 */
public record Limit(int max) {
    public static final Limit OFF = new Limit(Integer.MAX_VALUE);

    public Limit {
        if (max < 0) {
            throw new IllegalArgumentException("limit " + max);
        }
    }

    public boolean isOff() {
        return max == Integer.MAX_VALUE;
    }
}
