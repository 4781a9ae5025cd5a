package org.postrider.queue;

import org.jspecify.annotations.Nullable;

/**
 * What a site may be asked for by one egress source.
 *
 * @param concurrencyInitial attempts at once before the site has shown how it does
 * @param concurrencyMax attempts at once, however well it does
 * @param rate messages begun, {@code null} for no limit
 */
public record SiteLimits(
        int concurrencyInitial,
        int concurrencyMax,
        @Nullable RateLimit rate) {
    /** 5 to start with and 20 at most are what the Postfix queue manager has proved over decades. */
    public static final SiteLimits DEFAULT = new SiteLimits(5, 20, null);

    public SiteLimits {
        if (concurrencyInitial < 1 || concurrencyMax < concurrencyInitial) {
            throw new IllegalArgumentException("concurrency " + concurrencyInitial + " to " + concurrencyMax);
        }
    }
}
