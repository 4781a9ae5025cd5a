package org.postrider.filter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.postrider.event.Events;

/**
 * The door to the filters: gives each SMTP session its own.
 *
 * <p>Thread: any.
 */
public final class Filters implements AutoCloseable {
    private final StagingArea area;
    private final Deadlines deadlines;
    private final Outages outages;
    private final InstantSource time;
    private final Events events;

    /**
     * @param directory for content that waits for a verdict; nothing else may lie in it
     * @param nanoTime the clock of time-outs, as {@link System#nanoTime}
     * @param events are told of refusals
     * @throws IOException where what a crash left in the directory cannot be removed
     */
    public Filters(Path directory, InstantSource time, LongSupplier nanoTime, Events events) throws IOException {
        this.area = new StagingArea(directory);
        this.deadlines = new Deadlines(nanoTime);
        this.outages = new Outages(nanoTime);
        this.time = time;
        this.events = events;
    }

    /** A session's side; connects to nothing yet. */
    public FilterSession session(FilterSettings settings) {
        return new FilterSession(settings, new FilterSession.Doors(area, deadlines, outages, time, events));
    }

    /** Breaks off all waits for filters. */
    @Override
    public void close() {
        deadlines.close();
    }
}
