package org.postrider.smtp.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The life of one connection: a PROXY header where the listener takes one, then a session. */
final class Connection {
    private final Wire wire;
    private final SessionTerms terms;
    private final SmtpListener.Shared shared;
    private final Watch watch;
    private final ReplyWriter replies;
    private final WireReader reader;

    Connection(Wire wire, SessionTerms terms, SmtpListener.Shared shared) {
        Deadlines deadlines = shared.deadlines();
        SessionTimeouts timeouts = terms.calm().timeouts();
        this.wire = wire;
        this.terms = terms;
        this.shared = shared;
        this.watch = new Watch(wire);
        this.replies = new ReplyWriter(wire, watch, deadlines, timeouts);
        this.reader = new WireReader(
                wire,
                watch,
                deadlines,
                shared.buffers(),
                replies,
                deadlines.now() + timeouts.session().toNanos());
    }

    /** Who is behind the proxy; {@code null} where the connection is over, as its header was late or wrong. */
    @Nullable
    Peer readProxyHeader(Peer proxy) throws IOException {
        Deadlines deadlines = shared.deadlines();
        deadlines.add(watch);
        try {
            long due = deadlines.now() + terms.calm().timeouts().proxyHeader().toNanos();
            return new ProxyHeader(reader, proxy, due).read();
        } catch (SessionEnd end) {
            shared.observer().refused(proxy.remote().getAddress().getHostAddress(), Replies.PROXY_REFUSED);
            if (end.farewell() != null) {
                sayGoodbye(end);
            }
            return null;
        } finally {
            deadlines.remove(watch);
        }
    }

    private void sayGoodbye(SessionEnd end) throws IOException {
        try {
            if (end.farewell() != null) {
                replies.append(end.farewell());
                replies.flush();
            }
        } catch (SessionEnd _) {
            // Nobody reads it.
            return;
        }
    }

    /** What is to be run now, for the client that it is. */
    Session session(Peer peer, Receptionist receptionist) {
        Session.Tools tools = new Session.Tools(
                wire, watch, reader, replies, shared.deadlines(), shared.commands(), shared.handshakes());
        return new Session(peer, receptionist.visit(peer), tools, terms, shared.stress(), shared.observer());
    }
}
