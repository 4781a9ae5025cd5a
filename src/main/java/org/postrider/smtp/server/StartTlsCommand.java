package org.postrider.smtp.server;

import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/** STARTTLS (RFC 3207 §4). What the client sent together with it would be heard in clear and believed in TLS: it ends us. */
final class StartTlsCommand implements Command {
    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        if (session.isSecured()) {
            session.reply(Replies.TLS_ACTIVE);
            return;
        }
        switch (session.settings().security().tls()) {
            case NONE, IMPLICIT -> session.reply(Replies.NOT_OFFERED);
            case STARTTLS -> begin(session, argument);
        }
    }

    private static void begin(Session session, String argument) throws IOException, SessionEnd {
        if (!argument.isEmpty()) {
            session.reply(Replies.NO_ARGUMENT);
            return;
        }
        if (session.reader().hasMore()) {
            throw new SessionEnd(Ending.NOT_SMTP, Replies.PENDING_AT_TLS);
        }
        if (!session.countHandshake()) {
            // Not 454: a client would go on in clear text, which it need not do where it may come back later.
            throw new SessionEnd(Ending.LIMIT_EXCEEDED, Replies.TOO_MANY_HANDSHAKES);
        }
        Optional<SSLEngine> engine = session.settings().security().engines().engine();
        if (engine.isEmpty()) {
            session.reply(Replies.TLS_UNAVAILABLE);
            return;
        }
        session.reply(Replies.TLS_READY);
        session.secure(engine.get());
    }

    @Override
    public boolean isJunk() {
        return true;
    }
}
