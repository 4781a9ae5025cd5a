package org.postrider.smtp.server;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.MailboxGrammar.Scanned;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.smtp.EsmtpParameters;
import org.postrider.smtp.RecipientArguments;
import org.postrider.smtp.WireLimits;

/** RCPT adds a recipient (RFC 5321 §4.1.1.3). A refusal concerns that recipient alone. */
final class RcptCommand implements Command {
    private static final String TO = "TO:";

    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        if (!(session.state() instanceof State.Sending(Greeted greeted, Transaction transaction))) {
            session.reply(Replies.NEED_MAIL);
            return;
        }
        if (transaction.chunks() != null) {
            session.reply(Replies.CHUNKS_BEGUN);
            return;
        }
        int path = EsmtpParameters.pathStart(argument, TO);
        if (path < 0) {
            session.reply(Replies.BAD_RCPT_SYNTAX);
            return;
        }
        boolean utf8 = transaction.parameters().smtpUtf8();
        Optional<Scanned<ForwardPath>> scanned =
                MailboxGrammar.forwardPath(argument, path, session.settings().hostname());
        String pathText =
                scanned.isPresent() ? argument.substring(0, scanned.get().end()) : argument;
        if (!utf8 && !EsmtpParameters.isAscii(pathText)) {
            session.reply(Replies.NEEDS_UTF8);
        } else if (scanned.isEmpty()) {
            session.reply(Replies.BAD_RECIPIENT);
        } else {
            boolean extended = greeted.verb() != Greeted.Verb.HELO;
            String rest = argument.substring(scanned.get().end());
            switch (RecipientArguments.parse(rest, extended)) {
                case EsmtpParameters.Parsed.Wrong<RecipientArguments>(Reply reply) -> session.reply(reply);
                case EsmtpParameters.Parsed.Right<RecipientArguments>(RecipientArguments arguments) ->
                    add(
                            session,
                            transaction,
                            new Recipient(scanned.get().path(), arguments.dsnNotify(), arguments.original()));
            }
        }
    }

    private static void add(Session session, Transaction transaction, Recipient recipient)
            throws IOException, SessionEnd {
        SessionLimits limits = session.settings().limits();
        // RFC 5321 §4.5.3.1.10: those that were accepted stay, the client sends the rest in another transaction.
        if (transaction.acceptedCount() >= limits.recipientsMax()) {
            if (transaction.countOvershot() > limits.recipientsOvershootMax()) {
                throw new SessionEnd(Ending.LIMIT_EXCEEDED, Replies.RECIPIENTS_OVERSHOT);
            }
            session.replyUncounted(Replies.TOO_MANY_RECIPIENTS);
            return;
        }
        // RFC 5321 forbids nobody to name a mailbox twice; who has been accepted is not asked about again.
        @Nullable
        Reply answer = transaction.has(recipient.mailbox())
                ? null
                : session.visit().recipient(transaction.reversePath(), recipient);
        if (answer == null || answer.isPositive()) {
            transaction.add(recipient);
        }
        session.reply(answer != null ? answer : Replies.RECIPIENT_OK);
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
