package org.postrider.smtp.client;

import org.postrider.mail.Reply;

/** What became of dialling a server. */
public sealed interface Opening {

    /** Greeted both ways. The caller owns the connection and closes it. */
    record Ready(SmtpConnection connection) implements Opening {}

    /**
     * The server answered, but will not talk to us: its reply to the connection or to EHLO.
     *
     * @param reply 4yz or 5yz
     * @param stage GREETING or EHLO
     */
    record Rejected(Reply reply, Stage stage) implements Opening {}

    /**
     * No session.
     *
     * @param what one sentence for people, free of CR and LF
     */
    record Failed(Failure failure, Stage stage, String what) implements Opening {}
}
