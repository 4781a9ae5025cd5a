package org.postrider.smtp.server;

import java.io.IOException;

/** A command that the standards know and EHLO does not announce (RFC 5321 §4.2.4). */
final class NotOfferedCommand implements Command {
    private final int lineOctetsMax;

    NotOfferedCommand(int lineOctetsMax) {
        this.lineOctetsMax = lineOctetsMax;
    }

    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        session.reply(Replies.NOT_OFFERED);
    }

    @Override
    public int lineOctetsMax() {
        return lineOctetsMax;
    }
}
