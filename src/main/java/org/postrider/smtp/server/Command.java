package org.postrider.smtp.server;

import java.io.IOException;

/** One command of the protocol: looks at the session's state, answers, and moves it on. Stateless. */
interface Command {
    /**
     * Answers the command.
     *
     * @param argument all behind the verb, without spaces around it
     */
    void run(Session session, String argument) throws IOException, SessionEnd;

    /** Whether a client that sends only such commands is wasting our time. */
    default boolean isJunk() {
        return false;
    }

    /** Whether it is taken before EHLO (RFC 5321 §4.1.4). */
    default boolean needsGreeting() {
        return false;
    }
}
