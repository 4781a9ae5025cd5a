package org.postrider.smtp.server;

import org.postrider.mail.Reply;

/** What makes content unacceptable before anybody has judged it. */
enum ContentFault {
    BARE_LINE_FEED,
    BARE_CARRIAGE_RETURN,
    NUL,
    TOO_BIG,
    LINE_TOO_LONG;

    /** What the end of the content gets. */
    Reply reply() {
        return switch (this) {
            case BARE_LINE_FEED -> Reply.of(550, "5.5.2", "Bare <LF> received: lines end with <CR><LF>");
            case BARE_CARRIAGE_RETURN -> Reply.of(550, "5.5.2", "Bare <CR> received: lines end with <CR><LF>");
            case NUL -> Reply.of(550, "5.5.2", "NUL octet received");
            case TOO_BIG -> Replies.TOO_BIG;
            case LINE_TOO_LONG -> Reply.of(554, "5.6.0", "Line too long in message");
        };
    }
}
