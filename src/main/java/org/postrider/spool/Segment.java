package org.postrider.spool;

import java.util.Set;

/**
 * One file of the log. A recycled file is a new segment with a new generation.
 *
 * <p>Thread: the fields that change are guarded by the spool's lock.
 */
final class Segment {
    private final long generation;
    private final DiskFile file;

    /** Behind its last durable record; the file's end where it was not read at start. */
    int end;

    boolean sealed;
    long liveOctets;
    int liveMessages;

    /** How many are reading content from it. */
    int readers;

    /** It has a damaged record that is still wanted, so it is neither emptied nor recycled. */
    boolean damaged;

    /** Where records begin that a crash tore and that do not count; known of what the last start read. */
    Set<Integer> torn = Set.of();

    Segment(long generation, DiskFile file) {
        this.generation = generation;
        this.file = file;
    }

    long generation() {
        return generation;
    }

    DiskFile file() {
        return file;
    }

    /** What is written in it and not wanted any more. */
    long deadOctets() {
        return end - liveOctets;
    }
}
