package org.postrider.smtp.server;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Reply;

/**
 * Ends a session from wherever it is: the peer is gone, late, or beyond a limit. Thrown by the wire's edge, caught once, by
 * the session.
 */
final class SessionEnd extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Ending ending;
    private final transient @Nullable Reply farewell;

    /** @param farewell the last reply, {@code null} where nobody would read it */
    SessionEnd(Ending ending, @Nullable Reply farewell) {
        super(ending.name(), null, false, false);
        this.ending = ending;
        this.farewell = farewell;
    }

    Ending ending() {
        return ending;
    }

    @Nullable
    Reply farewell() {
        return farewell;
    }
}
