package org.postrider.simulation;

import java.util.List;
import org.postrider.queue.Accepted;
import org.postrider.queue.Journal;
import org.postrider.queue.QueueControl;
import org.postrider.queue.QueueSettings;
import org.postrider.queue.Transport;

/** Where a bug can be planted around the engine, to see that the checks find it. By itself it plants none. */
interface Sabotage {
    Sabotage NONE = new Sabotage() {};

    default Journal journal(Journal journal) {
        return journal;
    }

    default Transport transport(Transport transport) {
        return transport;
    }

    default QueueSettings settings(QueueSettings settings) {
        return settings;
    }

    default QueueControl control(QueueControl control) {
        return control;
    }

    /** What a new process finds in the spool. */
    default List<Accepted> recovered(List<Accepted> found) {
        return found;
    }

    /** Whether the client hears of acceptance before the message is durable. */
    default boolean acknowledgesEarly() {
        return false;
    }

    /** Whether a reload forgets what waits. */
    default boolean losesOnReload() {
        return false;
    }
}
