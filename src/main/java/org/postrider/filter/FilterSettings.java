package org.postrider.filter;

import java.util.List;
import java.util.Optional;
import org.postrider.message.HeaderLimits;

/**
 * The filters of one listener.
 *
 * @param milters in the order in which they are asked
 * @param virusScanner asked before all milters
 * @param messageOctetsMax how large a filter may make a message
 * @param header how large a filter may make the header
 */
public record FilterSettings(
        List<Milter> milters, Optional<VirusScanner> virusScanner, long messageOctetsMax, HeaderLimits header) {
    /** No filters. */
    public static final FilterSettings NONE =
            new FilterSettings(List.of(), Optional.empty(), 50L << 20, HeaderLimits.DEFAULT);

    public FilterSettings {
        milters = List.copyOf(milters);
    }

    public boolean isEmpty() {
        return milters.isEmpty() && virusScanner.isEmpty();
    }

    /**
     * One milter.
     *
     * @param name what logs, metrics and held mail call it
     */
    public record Milter(String name, FilterAddress address, Timeouts timeouts, DefaultAction defaultAction) {}

    /**
     * clamd.
     *
     * @param streamOctetsMax what its StreamMaxLength says: of a larger message only the beginning is scanned
     */
    public record VirusScanner(
            FilterAddress address,
            Timeouts timeouts,
            DefaultAction defaultAction,
            OnVirus onVirus,
            long streamOctetsMax) {
        static final String NAME = "clamav";
    }

    /** What becomes of a message with a virus in it. */
    public enum OnVirus {
        /** 554 5.7.1 with the virus's name. */
        REJECT,
        /** Taken with 250 and removed; the mail log tells it. */
        DISCARD,
        /** Taken, with an {@code X-Virus} field. */
        TAG,
        /** Taken, and held in the queue. */
        QUARANTINE
    }
}
