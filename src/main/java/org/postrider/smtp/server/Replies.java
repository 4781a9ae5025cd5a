package org.postrider.smtp.server;

import org.postrider.mail.Reply;

/** The replies that the protocol itself makes; whatever is policy comes from the receptionist. */
final class Replies {
    static final Reply OK = Reply.of(250, "2.0.0", "OK");
    static final Reply SENDER_OK = Reply.of(250, "2.1.0", "Sender OK");
    static final Reply RECIPIENT_OK = Reply.of(250, "2.1.5", "Recipient OK");
    static final Reply GO_AHEAD = Reply.plain(354, "End data with <CR><LF>.<CR><LF>");
    static final Reply GOODBYE = Reply.of(221, "2.0.0", "Goodbye");
    static final Reply HELP = Reply.of(214, "2.0.0", "See RFC 5321");

    static final Reply UNKNOWN_VERB = Reply.of(500, "5.5.2", "Command not recognized");
    static final Reply LINE_TOO_LONG = Reply.of(500, "5.5.2", "Line too long");
    static final Reply BAD_UTF8 = Reply.of(500, "5.5.2", "Command is not UTF-8");
    static final Reply CONTROL_CHARACTER = Reply.of(501, "5.5.2", "Control character in command");
    static final Reply BARE_LINE_END = Reply.of(501, "5.5.2", "Bare <CR> or <LF> in command: lines end with <CR><LF>");
    static final Reply NO_ARGUMENT = Reply.of(501, "5.5.4", "No argument allowed");
    static final Reply NOT_OFFERED = Reply.of(502, "5.5.1", "Command not implemented");
    static final Reply HTTP = Reply.of(521, "5.7.0", "This is SMTP, not HTTP");
    static final Reply TLS = Reply.of(501, "5.5.2", "TLS handshake on a port that begins in clear text");
    static final Reply EARLY_TALK = Reply.of(554, "5.5.0", "SMTP protocol synchronization: wait for the reply");

    static final Reply TLS_READY = Reply.of(220, "2.0.0", "Ready to start TLS");
    static final Reply TLS_ACTIVE = Reply.of(554, "5.5.1", "TLS already active");
    static final Reply TLS_UNAVAILABLE = Reply.of(454, "4.7.0", "TLS not available due to a temporary reason");
    static final Reply PENDING_AT_TLS = Reply.of(554, "5.5.0", "Nothing may follow STARTTLS before its reply");

    static final Reply AUTH_NEEDS_TLS =
            Reply.of(538, "5.7.11", "Encryption required for requested authentication mechanism");
    static final Reply AUTH_TWICE = Reply.of(503, "5.5.1", "Already authenticated");
    static final Reply AUTH_IN_TRANSACTION = Reply.of(503, "5.5.1", "AUTH not permitted during a mail transaction");
    static final Reply AUTH_TOO_LONG = Reply.of(500, "5.5.6", "Authentication exchange line is too long");
    static final Reply BAD_AUTH_SYNTAX = Reply.of(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]");
    static final Reply BAD_BASE64 = Reply.of(501, "5.5.2", "Cannot decode response");
    static final Reply UNKNOWN_MECHANISM = Reply.of(504, "5.5.4", "Unrecognized authentication mechanism");

    static final Reply NEED_EHLO = Reply.of(503, "5.5.1", "Send EHLO, not HELO, first");
    static final Reply NEED_GREETING = Reply.of(503, "5.5.1", "Send EHLO first");
    static final Reply NEED_MAIL = Reply.of(503, "5.5.1", "Send MAIL first");
    static final Reply NEED_RECIPIENT = Reply.of(554, "5.5.1", "No valid recipients");
    static final Reply NESTED_MAIL = Reply.of(503, "5.5.1", "Sender already given");
    static final Reply CHUNKS_BEGUN = Reply.of(503, "5.5.1", "The message has begun with BDAT");
    static final Reply BINARY_NEEDS_CHUNKS = Reply.of(503, "5.5.1", "BODY=BINARYMIME needs BDAT");
    static final Reply ONLY_QUIT = Reply.of(503, "5.5.1", "Only QUIT is taken here");

    static final Reply BAD_GREETING = Reply.of(501, "5.5.2", "A domain or an address literal is wanted");
    static final Reply BAD_MAIL_SYNTAX = Reply.of(501, "5.5.4", "Syntax: MAIL FROM:<address>");
    static final Reply BAD_RCPT_SYNTAX = Reply.of(501, "5.5.4", "Syntax: RCPT TO:<address>");
    static final Reply BAD_VRFY_SYNTAX = Reply.of(501, "5.5.4", "Syntax: VRFY address");
    static final Reply BAD_SENDER = Reply.of(501, "5.1.7", "Bad sender address syntax");
    static final Reply BAD_RECIPIENT = Reply.of(501, "5.1.3", "Bad recipient address syntax");
    static final Reply BAD_CHUNK_SYNTAX = Reply.of(501, "5.5.4", "Syntax: BDAT size [LAST]");
    static final Reply NEEDS_UTF8 = Reply.of(553, "5.6.7", "Address needs SMTPUTF8");
    static final Reply TOO_BIG = Reply.of(552, "5.3.4", "Message exceeds the size limit");
    static final Reply TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients");
    static final Reply TOO_MANY_CHUNKS = Reply.of(554, "5.5.0", "Too many chunks");

    static final Reply TOO_MANY_ERRORS = Reply.of(421, "4.7.0", "Too many errors");
    static final Reply TOO_MUCH_JUNK = Reply.of(421, "4.7.0", "Too many commands without a message");
    static final Reply TOO_FAST = Reply.of(421, "4.7.0", "Too many commands per minute");
    static final Reply TOO_MANY_HANDSHAKES = Reply.of(421, "4.7.0", "Too many TLS sessions per minute");
    static final Reply TOO_MANY_MESSAGES = Reply.of(421, "4.7.0", "Too many messages in one session");
    static final Reply RECIPIENTS_OVERSHOT = Reply.of(421, "4.5.3", "Far too many recipients");
    static final Reply TIMED_OUT = Reply.of(421, "4.4.2", "Timeout exceeded");
    static final Reply TOO_SLOW = Reply.of(421, "4.4.2", "Timeout exceeded while receiving the message");
    static final Reply LINE_NOT_ENDED = Reply.of(421, "4.4.2", "Timeout exceeded: lines end with <CR><LF>");
    static final Reply STOPPING = Reply.of(421, "4.3.2", "Service shutting down");
    static final Reply BUSY = Reply.of(421, "4.3.2", "All server ports are busy");
    static final Reply FAILED = Reply.of(421, "4.3.0", "Internal error");
    static final Reply PROXY_REFUSED = Reply.of(421, "4.7.0", "A connection from a known proxy is wanted here");

    private Replies() {}

    static Reply tooManyConnections(String from) {
        return Reply.of(421, "4.7.0", "Too many connections from " + from);
    }
}
