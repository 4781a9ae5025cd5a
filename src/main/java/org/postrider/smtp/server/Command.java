package org.postrider.smtp.server;

import java.io.IOException;
import org.postrider.mail.Reply;
import org.postrider.smtp.WireLimits;

/** One command of the protocol: looks at the session's state, answers, and moves it on. Stateless. */
interface Command {
    /**
     * Answers the command.
     *
     * @param argument all behind the verb, without spaces around it
     */
    void run(Session session, String argument) throws IOException, SessionEnd;

    /** Answers the command with {@code reply} instead of running it, and takes from the stream what belongs to it. */
    default void refuse(Session session, String argument, Reply reply) throws IOException, SessionEnd {
        session.reply(reply);
    }

    /** The longest line of it that is taken, with its CRLF (RFC 5321 §4.5.3.1.4). */
    default int lineOctetsMax() {
        return WireLimits.COMMAND_LINE_OCTETS;
    }

    /** Whether a client that sends only such commands is wasting our time. */
    default boolean isJunk() {
        return false;
    }

    /** Whether it is taken before EHLO (RFC 5321 §4.1.4). */
    default boolean needsGreeting() {
        return false;
    }
}
