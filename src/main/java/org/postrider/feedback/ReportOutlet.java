package org.postrider.feedback;

import java.io.IOException;
import org.postrider.mail.Mailbox;

/** Where reports leave: the node's own spool. Thread: any. */
@FunctionalInterface
public interface ReportOutlet {
    /**
     * A report as mail.
     *
     * @param from its author and its reverse-path, so that SPF can authenticate it too
     * @param withoutTls whether it may go in clear whatever its recipient's domain demands, as a report on TLS that does not
     *     work must (RFC 8460 §3, RFC 8689 §4)
     */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    record Mail(Mailbox from, Mailbox to, boolean withoutTls, byte[] message) {}

    /**
     * Hands a message over, to be signed as mail of its author's domain is. Returns once it is durable.
     *
     * @throws IOException where it is not; it is tried again later
     */
    void submit(Mail mail) throws IOException;
}
