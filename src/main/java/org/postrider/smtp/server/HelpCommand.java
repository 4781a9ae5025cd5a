package org.postrider.smtp.server;

import java.io.IOException;

/** HELP names the standard (RFC 5321 §4.1.1.8). */
final class HelpCommand implements Command {
    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        session.reply(Replies.HELP);
    }

    @Override
    public boolean isJunk() {
        return true;
    }
}
