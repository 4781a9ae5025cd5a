package org.postrider.spool;

import java.time.Duration;

/**
 * How the spool is doing.
 *
 * @param messages still open
 * @param usedOctets on disk, free segments not counted
 * @param fill share of the space for new mail that is used, 0 to 1
 * @param commitP99 of the time from append to durable over the last seconds
 * @param quarantined damaged records found since the start
 * @param failedSyncs since the start
 * @param failed whether the spool's inner thread died of an error of ours: nothing is taken or noted any more, and only a
 *     new start helps
 */
public record Condition(
        long messages,
        long usedOctets,
        double fill,
        Duration commitP99,
        long quarantined,
        long failedSyncs,
        boolean failed) {
    /** Of a spool that works. */
    public Condition(
            long messages, long usedOctets, double fill, Duration commitP99, long quarantined, long failedSyncs) {
        this(messages, usedOctets, fill, commitP99, quarantined, failedSyncs, false);
    }
}
