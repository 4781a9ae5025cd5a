package org.postrider.filter;

import java.time.Duration;

/**
 * How long a filter may take.
 *
 * @param connect for the connection and, with a milter, the negotiation
 * @param command for the answer to one word of the envelope
 * @param content for the answer to one piece of the content, or to its end
 */
public record Timeouts(Duration connect, Duration command, Duration content) {
    /** As Postfix has them. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMinutes(5));
}
