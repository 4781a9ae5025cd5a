package org.postrider.queue;

import java.time.Instant;

/** The clock, as the engine sees it. It may jump; what must not is left to {@link Timers}. */
public interface Time {
    Instant now();
}
