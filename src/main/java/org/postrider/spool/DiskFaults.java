package org.postrider.spool;

import java.util.Locale;

/**
 * Faults that a crash test asks the spool's disk to show, each at the n-th call since the spool was opened; 0 is never.
 * Given as a text such as {@code full@100,error@250,sync@12}, which the composition root takes from the system property
 * {@value #PROPERTY}; without it nothing is ever made to fail.
 *
 * @param fullAtWrite the write from which on, for {@link #FULL_WRITES} calls, the disk is full
 * @param errorAtWrite the one write that fails with an I/O error
 * @param errorAtSync the one sync that fails with an I/O error
 */
public record DiskFaults(long fullAtWrite, long errorAtWrite, long errorAtSync) {
    public static final DiskFaults NONE = new DiskFaults(0, 0, 0);
    public static final String PROPERTY = "postrider.spool.faults";

    /** How many writes fail once the disk is full, after which space is found again. */
    public static final int FULL_WRITES = 20;

    /** Reads the text form; an empty text is {@link #NONE}. Throws {@link IllegalArgumentException} on any other word. */
    public static DiskFaults parse(String text) {
        DiskFaults faults = NONE;
        for (String part : text.strip().toLowerCase(Locale.ROOT).split(",", -1)) {
            if (!part.isBlank()) {
                faults = faults.with(part.strip());
            }
        }
        return faults;
    }

    private DiskFaults with(String part) {
        int at = part.indexOf('@');
        String what = at < 0 ? part : part.substring(0, at);
        long call = at < 0 ? 1 : Long.parseLong(part.substring(at + 1));
        return switch (what) {
            case "full" -> new DiskFaults(call, errorAtWrite, errorAtSync);
            case "error" -> new DiskFaults(fullAtWrite, call, errorAtSync);
            case "sync" -> new DiskFaults(fullAtWrite, errorAtWrite, call);
            default -> throw new IllegalArgumentException("unknown disk fault " + part);
        };
    }
}
