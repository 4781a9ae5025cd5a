package org.postrider.spool;

import java.time.Duration;

/**
 * How a {@link LogSpool} uses its disk.
 *
 * @param segmentOctets length of a segment
 * @param largeOctetsMin content from this length on goes to its own file
 * @param sparesMax zero-filled segments kept ready; one is always made in advance
 * @param liveShareMin a sealed segment whose live share is below this is emptied by copying
 * @param checkpointOctets how much log is appended between two checkpoints, at least; it bounds what a start reads
 * @param octetsMax all that the spool may occupy; new mail is refused from here less {@code reserveOctets} on
 * @param reserveOctets kept back for states and notices
 * @param freeOctetsMin new mail is refused while the file system has less than this left
 * @param recentMax young messages whose envelope and states are also held in memory
 * @param syncDelay added to every sync, for measurements of slower disks
 * @param faults what a crash test wants to fail
 */
public record SpoolSettings(
        int segmentOctets,
        int largeOctetsMin,
        int sparesMax,
        double liveShareMin,
        long checkpointOctets,
        long octetsMax,
        long reserveOctets,
        long freeOctetsMin,
        int recentMax,
        Duration syncDelay,
        DiskFaults faults) {
    private static final int MI = 1 << 20;

    /** The least segment: simulations use it, nothing else should. */
    static final int SEGMENT_OCTETS_MIN = 16 << 10;

    static final int SEGMENT_OCTETS_MAX = 1 << 30;

    public static final SpoolSettings DEFAULT = new SpoolSettings(
            64 * MI,
            256 << 10,
            4,
            0.4,
            128L * MI,
            Long.MAX_VALUE,
            256L * MI,
            256L * MI,
            8_192,
            Duration.ZERO,
            DiskFaults.NONE);

    public SpoolSettings {
        require(segmentOctets >= SEGMENT_OCTETS_MIN && segmentOctets <= SEGMENT_OCTETS_MAX, "segmentOctets");
        require(largeOctetsMin >= 1 && largeOctetsMin <= segmentOctets / 2, "largeOctetsMin");
        require(sparesMax >= 1, "sparesMax");
        require(liveShareMin >= 0 && liveShareMin < 1, "liveShareMin");
        require(checkpointOctets >= 1, "checkpointOctets");
        require(reserveOctets >= 0 && octetsMax > reserveOctets, "octetsMax");
        require(freeOctetsMin >= 0, "freeOctetsMin");
        require(recentMax >= 0, "recentMax");
        require(!syncDelay.isNegative(), "syncDelay");
    }

    public SpoolSettings withSyncDelay(Duration delay) {
        return new SpoolSettings(
                segmentOctets,
                largeOctetsMin,
                sparesMax,
                liveShareMin,
                checkpointOctets,
                octetsMax,
                reserveOctets,
                freeOctetsMin,
                recentMax,
                delay,
                faults);
    }

    public SpoolSettings withFaults(DiskFaults wanted) {
        return new SpoolSettings(
                segmentOctets,
                largeOctetsMin,
                sparesMax,
                liveShareMin,
                checkpointOctets,
                octetsMax,
                reserveOctets,
                freeOctetsMin,
                recentMax,
                syncDelay,
                wanted);
    }

    public SpoolSettings withSpace(long max, long reserve, long freeMin) {
        return new SpoolSettings(
                segmentOctets,
                largeOctetsMin,
                sparesMax,
                liveShareMin,
                checkpointOctets,
                max,
                reserve,
                freeMin,
                recentMax,
                syncDelay,
                faults);
    }

    public SpoolSettings withSegments(int octets, int largeMin, long checkpoint) {
        return new SpoolSettings(
                octets,
                largeMin,
                sparesMax,
                liveShareMin,
                checkpoint,
                octetsMax,
                reserveOctets,
                freeOctetsMin,
                recentMax,
                syncDelay,
                faults);
    }

    private static void require(boolean holds, String name) {
        if (!holds) {
            throw new IllegalArgumentException("spool setting out of range: " + name);
        }
    }
}
