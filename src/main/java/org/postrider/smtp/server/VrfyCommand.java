package org.postrider.smtp.server;

import java.io.IOException;
import org.postrider.mail.Ascii;
import org.postrider.smtp.EsmtpParameters;

/** VRFY asks the receptionist, and changes nothing (RFC 5321 §3.5). */
final class VrfyCommand implements Command {
    private static final String UTF8_PARAMETER = " SMTPUTF8";

    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        // RFC 6531 §3.7.4.2: the one parameter that VRFY has.
        boolean utf8 = Ascii.hasAt(argument, argument.length() - UTF8_PARAMETER.length(), UTF8_PARAMETER);
        String about = utf8
                ? argument.substring(0, argument.length() - UTF8_PARAMETER.length())
                        .strip()
                : argument;
        if (about.isEmpty()) {
            session.reply(Replies.BAD_VRFY_SYNTAX);
        } else if (!utf8 && !EsmtpParameters.isAscii(about)) {
            session.reply(Replies.NEEDS_UTF8);
        } else {
            session.reply(session.visit().verify(about));
        }
    }

    @Override
    public boolean isJunk() {
        return true;
    }
}
