package org.postrider.smtp.server;

import java.io.IOException;

/** NOOP says OK, whatever its argument (RFC 5321 §4.1.1.9). */
final class NoopCommand implements Command {
    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        session.reply(Replies.OK);
    }

    @Override
    public boolean isJunk() {
        return true;
    }
}
