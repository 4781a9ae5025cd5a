package org.postrider.smtp.server;

import java.io.IOException;

/** QUIT ends the session, and a transaction under way with it (RFC 5321 §4.1.1.10). */
final class QuitCommand implements Command {
    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        if (!argument.isEmpty()) {
            session.reply(Replies.NO_ARGUMENT);
            return;
        }
        session.dropTransaction();
        session.reply(Replies.GOODBYE);
        throw new SessionEnd(Ending.QUIT, null);
    }
}
