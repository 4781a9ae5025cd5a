package org.postrider.policy;

import java.time.Duration;
import org.postrider.mail.Mailbox;
import org.postrider.mail.Reply;
import org.postrider.policy.PolicySettings.NextHop;

/** Asks a server whether it would take mail for a recipient, and sends none. */
public interface RecipientProbe {
    /** Blocks, for about {@code patience} at most. Thread: any. */
    Result ask(NextHop server, Mailbox recipient, Duration patience);

    /** What the server said. */
    sealed interface Result {
        /** To RCPT. */
        record Answered(Reply reply) implements Result {}

        /**
         * It did not get so far.
         *
         * @param detail for people
         */
        record Failed(String detail) implements Result {}
    }
}
