package org.postrider.queue;

import java.time.Instant;

/** Runs a task on the engine's thread at or soon after a time. A task cannot be cancelled; it looks whether it is still wanted. */
public interface Timers {
    void at(Instant when, Runnable task);
}
