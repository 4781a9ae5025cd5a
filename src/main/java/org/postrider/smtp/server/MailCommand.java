package org.postrider.smtp.server;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.MailboxGrammar.Scanned;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.smtp.EsmtpParameters;
import org.postrider.smtp.MailArguments;
import org.postrider.smtp.WireLimits;

/** MAIL begins a transaction (RFC 5321 §4.1.1.2); where it fails, the session is as it was. */
final class MailCommand implements Command {
    private static final String FROM = "FROM:";

    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        if (!(session.state() instanceof State.Ready(Greeted greeted))) {
            session.reply(Replies.NESTED_MAIL);
            return;
        }
        int path = EsmtpParameters.pathStart(argument, FROM);
        if (path < 0) {
            session.reply(Replies.BAD_MAIL_SYNTAX);
            return;
        }
        session.countMail();
        Optional<Scanned<ReversePath>> scanned = MailboxGrammar.reversePath(argument, path);
        if (scanned.isEmpty()) {
            boolean needsUtf8 = !EsmtpParameters.isAscii(argument) && !EsmtpParameters.asksForUtf8(argument);
            session.reply(needsUtf8 ? Replies.NEEDS_UTF8 : Replies.BAD_SENDER);
            return;
        }
        int end = scanned.get().end();
        boolean extended = greeted.verb() != Greeted.Verb.HELO;
        switch (MailArguments.parse(argument.substring(end), extended, session.offersAuth(), session.isSecured())) {
            case EsmtpParameters.Parsed.Wrong<MailArguments>(Reply reply) -> session.reply(reply);
            case EsmtpParameters.Parsed.Right<MailArguments>(MailArguments arguments) -> {
                boolean ascii = EsmtpParameters.isAscii(argument.substring(0, end));
                if (!ascii && !arguments.parameters().smtpUtf8()) {
                    session.reply(Replies.NEEDS_UTF8);
                } else {
                    begin(session, greeted, scanned.get().path(), arguments);
                }
            }
        }
    }

    private static void begin(Session session, Greeted greeted, ReversePath reversePath, MailArguments arguments)
            throws IOException, SessionEnd {
        if (arguments.declaredOctets() > session.settings().limits().messageOctetsMax()) {
            session.reply(Replies.TOO_BIG);
            return;
        }
        @Nullable
        Reply answer = session.visit().sender(reversePath, arguments.parameters(), arguments.declaredOctets());
        if (answer != null && !answer.isPositive()) {
            session.reply(answer);
            return;
        }
        session.become(new State.Sending(
                greeted, new Transaction(reversePath, arguments.parameters(), arguments.declaredOctets())));
        session.reply(answer != null ? answer : Replies.SENDER_OK);
    }

    @Override
    public int lineOctetsMax() {
        return WireLimits.ENVELOPE_LINE_OCTETS;
    }

    @Override
    public boolean needsGreeting() {
        return true;
    }
}
