package org.postrider.spool;

import java.time.Instant;

/**
 * What the log keeps of an update beside the state, for who reads the log later, when the message may be gone from the
 * spool.
 *
 * @param at when it happened
 * @param arrived when the message was accepted
 * @param from the reverse-path, empty for the null one
 * @param to the forward-path
 * @param tellsState whether the state is news: a disposition, a deferral, a hold
 * @param tellsIntervention whether the intervention in the state is news
 */
public record Note(Instant at, Instant arrived, String from, String to, boolean tellsState, boolean tellsIntervention) {
    /** As long as a path may be, and more. */
    static final int PATH_CHARACTERS_MAX = 1_000;
}
