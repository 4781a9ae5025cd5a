package org.postrider.server.crash;

import java.util.List;
import java.util.SplittableRandom;
import org.postrider.spool.DiskFaults;

/** What goes wrong in a round beside the kill, by a setting or by the spool's fault door. */
enum Fault {
    NONE,
    /** Every sync takes longer, so that a kill meets one more often. */
    SLOW_SYNC,
    /** The device fails a sync: that batch gets 451 and its segment is closed for ever. */
    FAILED_SYNC,
    /** The device fails a write. */
    FAILED_WRITE,
    /** The disk fills up for a while: new mail is refused, what is queued goes on. */
    DISK_FULL;

    /** At which call at the latest a fault comes; a round has a few hundred. */
    private static final int CALLS_MAX = 150;

    /** A line for the {@code [spool]} section. */
    String spoolSetting() {
        return this == SLOW_SYNC ? "sync-delay = \"15ms\"" : "";
    }

    /** Whether the server may have to wait with its notes until the disk takes them again. */
    boolean delaysNotes() {
        return switch (this) {
            case NONE, SLOW_SYNC -> false;
            case FAILED_SYNC, FAILED_WRITE, DISK_FULL -> true;
        };
    }

    List<String> javaOptions(SplittableRandom random) {
        int call = 1 + random.nextInt(CALLS_MAX);
        return switch (this) {
            case NONE, SLOW_SYNC -> List.of();
            case FAILED_SYNC -> List.of(door("sync@" + call));
            case FAILED_WRITE -> List.of(door("error@" + call));
            case DISK_FULL -> List.of(door("full@" + call));
        };
    }

    private static String door(String value) {
        return "-D" + DiskFaults.PROPERTY + "=" + value;
    }
}
