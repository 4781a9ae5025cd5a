package org.postrider.smtp.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Reply;
import org.postrider.smtp.Extension;

/**
 * EHLO, HELO and LHLO (RFC 5321 §4.1.1.1, RFC 2033 §4.1): the client's name, our extensions. In the middle of a
 * transaction they also reset it; where they are refused, nothing changes.
 */
final class GreetCommand implements Command {
    private static final int NAME_OCTETS_MAX = 255;
    private static final String PUNCTUATION = "-._:[]";

    private final Greeted.Verb verb;

    GreetCommand(Greeted.Verb verb) {
        this.verb = verb;
    }

    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        if (!isName(argument)) {
            session.reply(Replies.BAD_GREETING);
            return;
        }
        session.watchForEarlyTalk(EarlyTalk.BEFORE_EHLO_REPLY);
        Greeted greeted = new Greeted(verb, argument);
        @Nullable Reply answer = session.visit().greeted(greeted);
        if (answer != null && !answer.isPositive()) {
            session.reply(answer);
            return;
        }
        session.dropTransaction();
        session.become(new State.Ready(greeted));
        session.reply(answer != null ? answer : usual(session));
    }

    @Override
    public boolean isJunk() {
        return true;
    }

    /**
     * Whether {@code argument} looks like a domain or a literal. More than RFC 5321 §4.1.2 allows, as many clients do not
     * know their name; nothing that could mislead a reader of headers and logs.
     */
    private static boolean isName(String argument) {
        return !argument.isEmpty()
                && argument.length() <= NAME_OCTETS_MAX
                && argument.chars()
                        .allMatch(c -> (c < 0x80 && Character.isLetterOrDigit(c)) || PUNCTUATION.indexOf(c) >= 0);
    }

    private Reply usual(Session session) {
        SessionSettings settings = session.settings();
        String hostname = settings.hostname().text();
        if (verb == Greeted.Verb.HELO) {
            return Reply.plain(250, hostname);
        }
        SessionLimits limits = settings.limits();
        List<String> lines = new ArrayList<>();
        lines.add(hostname);
        lines.add(Extension.PIPELINING.keyword());
        // RFC 1870 §4: without a number, no fixed limit is announced.
        String sizeMax = limits.messageOctetsMax() == SessionLimits.ANY_SIZE ? "" : " " + limits.messageOctetsMax();
        lines.add(Extension.SIZE.keyword() + sizeMax);
        lines.add(Extension.EIGHT_BIT_MIME.keyword());
        lines.add(Extension.SMTP_UTF8.keyword());
        lines.add(Extension.DSN.keyword());
        if (session.isSecured()) {
            // RFC 8689 §2: in TLS only.
            lines.add(Extension.REQUIRE_TLS.keyword());
        }
        lines.add(Extension.ENHANCED_STATUS_CODES.keyword());
        lines.add(Extension.CHUNKING.keyword());
        lines.add(Extension.BINARY_MIME.keyword());
        SecurityOffer security = settings.security();
        boolean startTls = security.tls() == SecurityOffer.Tls.STARTTLS && !session.isSecured();
        if (startTls && security.engines().engine().isPresent()) {
            lines.add(Extension.STARTTLS.keyword());
        }
        if (session.offersAuth()) {
            lines.add(Extension.AUTH.keyword() + " "
                    + String.join(" ", session.visit().mechanisms()));
        }
        String mailMax = limits.messagesMax() == SessionLimits.UNLIMITED ? "" : " MAILMAX=" + limits.messagesMax();
        lines.add(Extension.LIMITS.keyword() + mailMax + " RCPTMAX=" + limits.recipientsMax());
        return new Reply(250, null, lines);
    }
}
