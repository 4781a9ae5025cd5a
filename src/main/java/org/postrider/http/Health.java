package org.postrider.http;

import java.util.Map;

/**
 * How the server is.
 *
 * @param details in words, such as the stress it is under, the spool's fill, the listeners' addresses; shown, never parsed
 */
public record Health(Phase phase, Map<String, String> details) {
    public Health {
        details = Map.copyOf(details);
    }

    /** Only a ready server gets new work. */
    public enum Phase {
        STARTING,
        READY,
        DRAINING
    }
}
