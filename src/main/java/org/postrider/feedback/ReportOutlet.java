package org.postrider.feedback;

import java.io.IOException;
import org.postrider.mail.Mailbox;

/** Where reports leave: the node's own spool. Thread: any. */
@FunctionalInterface
public interface ReportOutlet {
    /**
     * Hands a message over, with {@code from} as its reverse-path, so that SPF can authenticate it too, and signed as mail
     * of that domain is. Returns once it is durable.
     *
     * @throws IOException where it is not; it is tried again later
     */
    void submit(Mailbox from, Mailbox to, byte[] message) throws IOException;
}
