package org.postrider.smtp.client;

import org.postrider.mail.Reply;

/** What a peer said of a recipient for whom nothing was sent. */
public sealed interface Verification {
    /** To RCPT, whatever it was. */
    record Answered(Reply reply) implements Verification {}

    /**
     * It did not get so far.
     *
     * @param what one sentence for people, free of CR and LF
     */
    record Failed(String what) implements Verification {}
}
