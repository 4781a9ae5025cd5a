package org.postrider.mail;

import java.time.Instant;

/**
 * What a person, or a changed route, last had done with a recipient that stays in the queue. A hold and a removal are states
 * of their own and say so themselves.
 *
 * @param by who
 */
public record Intervention(Kind kind, Instant at, String by, String why) {
    public enum Kind {
        /** Let go from a hold. */
        RELEASED,
        /** Made due at once. */
        RETRIED,
        /** Given a route of its own, or that route taken away. */
        REROUTED
    }
}
