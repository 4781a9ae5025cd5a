package org.postrider.smtp.server;

import java.io.IOException;

/** RSET drops the transaction and keeps what EHLO said (RFC 5321 §4.1.1.5). */
final class RsetCommand implements Command {
    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        if (!argument.isEmpty()) {
            session.reply(Replies.NO_ARGUMENT);
            return;
        }
        session.dropTransaction();
        session.reply(Replies.OK);
    }

    @Override
    public boolean isJunk() {
        return true;
    }
}
