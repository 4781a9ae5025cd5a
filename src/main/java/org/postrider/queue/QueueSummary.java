package org.postrider.queue;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole queue at a glance. Counts are of recipients. */
public record QueueSummary(
        long messages, long scheduled, long ready, long attempting, long held, List<SiteSummary> sites) {
    public QueueSummary {
        sites = List.copyOf(sites);
    }

    /**
     * One ready queue.
     *
     * @param window how many attempts may run at once now
     * @param pausedUntil {@code null} unless the site is dead or throttled
     * @param lastReply what it said last, {@code null} before the first outcome
     */
    public record SiteSummary(
            Site site,
            String source,
            int ready,
            int attempting,
            int window,
            @Nullable Instant pausedUntil,
            @Nullable String lastReply) {}
}
