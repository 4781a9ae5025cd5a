package org.postrider.smtp.server;

import java.io.IOException;

/** DATA takes the content up to the final dot (RFC 5321 §4.1.1.4). Whatever comes of it, the transaction is over then. */
final class DataCommand implements Command {
    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        if (!(session.state() instanceof State.Sending(Greeted greeted, Transaction transaction))) {
            session.reply(Replies.NEED_MAIL);
        } else if (!argument.isEmpty()) {
            session.reply(Replies.NO_ARGUMENT);
        } else if (transaction.chunks() != null) {
            // RFC 3030 §2: DATA and BDAT cannot be used in one transaction.
            session.dropTransaction();
            session.reply(Replies.CHUNKS_BEGUN);
        } else if (transaction.isBinary()) {
            // RFC 3030 §3.
            session.reply(Replies.BINARY_NEEDS_CHUNKS);
        } else if (transaction.recipientCount() == 0) {
            session.reply(Replies.NEED_RECIPIENT);
        } else {
            receive(session, greeted, transaction);
        }
    }

    private static void receive(Session session, Greeted greeted, Transaction transaction)
            throws IOException, SessionEnd {
        session.watchForEarlyTalk(EarlyTalk.BEFORE_GO_AHEAD);
        switch (session.visit().content(greeted, transaction.envelope(), transaction.declaredOctets())) {
            case Receptionist.Opened.Refused(var reply) -> {
                session.dropTransaction();
                session.reply(reply);
            }
            case Receptionist.Opened.Place(ContentSink sink) -> {
                try (sink) {
                    ContentScanner content = new ContentScanner(sink, session.settings(), false);
                    Pace pace = session.pace();
                    session.reply(Replies.GO_AHEAD);
                    session.reader().data(content, pace);
                    session.complete(transaction, content, pace);
                }
            }
        }
    }

    @Override
    public boolean needsGreeting() {
        return true;
    }
}
