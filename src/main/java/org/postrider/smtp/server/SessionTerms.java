package org.postrider.smtp.server;

import org.postrider.mail.Reply;

/**
 * What the sessions of a listener go by, worked out once for all of them: each keeps these for as long as it lasts.
 *
 * @param calm the settings
 * @param stressed those for hard times
 * @param greeting the usual one (RFC 5321 §4.2)
 */
record SessionTerms(SessionSettings calm, SessionSettings stressed, Reply greeting) {
    static SessionTerms of(SessionSettings settings) {
        String protocol = switch (settings.protocol()) {
            case SMTP -> " ESMTP Postrider";
            case LMTP -> " LMTP Postrider";
        };
        return new SessionTerms(
                settings,
                settings.under(StressLevel.BUSY),
                Reply.plain(220, settings.hostname().text() + protocol));
    }
}
