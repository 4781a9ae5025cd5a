package org.postrider.smtp.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.BodyType;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;

/**
 * All that a session knows of one mail transaction (RFC 5321 §3.3). It is dropped as a whole: whatever ends a transaction
 * leaves nothing of it behind.
 */
final class Transaction {
    private final ReversePath reversePath;
    private final MailParameters parameters;
    private final long declaredOctets;
    private final Map<Mailbox, Recipient> recipients = LinkedHashMap.newLinkedHashMap(2);
    private int acceptedCount;
    private int recipientsOvershot;
    private @Nullable Chunks chunks;

    /** A message that comes in chunks, from the first to the last. */
    static final class Chunks {
        private final ContentScanner content;
        private final Pace pace;
        private int count;

        Chunks(ContentScanner content, Pace pace) {
            this.content = content;
            this.pace = pace;
        }

        ContentScanner content() {
            return content;
        }

        Pace pace() {
            return pace;
        }

        int countNext() {
            return ++count;
        }
    }

    Transaction(ReversePath reversePath, MailParameters parameters, long declaredOctets) {
        this.reversePath = reversePath;
        this.parameters = parameters;
        this.declaredOctets = declaredOctets;
    }

    ReversePath reversePath() {
        return reversePath;
    }

    MailParameters parameters() {
        return parameters;
    }

    long declaredOctets() {
        return declaredOctets;
    }

    boolean isBinary() {
        return parameters.body() == BodyType.BINARY_MIME;
    }

    int recipientCount() {
        return recipients.size();
    }

    /** How many RCPT were accepted, those that named a mailbox again included. */
    int acceptedCount() {
        return acceptedCount;
    }

    boolean has(Mailbox mailbox) {
        return recipients.containsKey(mailbox);
    }

    /**
     * Adds an accepted recipient. A mailbox that is named again gets the message once: the first RCPT stands, with its
     * DSN parameters.
     */
    void add(Recipient recipient) {
        acceptedCount++;
        recipients.putIfAbsent(recipient.mailbox(), recipient);
    }

    int countOvershot() {
        return ++recipientsOvershot;
    }

    Envelope envelope() {
        return new Envelope(reversePath, parameters, List.copyOf(recipients.values()));
    }

    @Nullable
    Chunks chunks() {
        return chunks;
    }

    void chunks(Chunks begun) {
        chunks = begun;
    }

    /** Nothing becomes of this. */
    void drop() {
        if (chunks != null) {
            chunks.content().sink().close();
        }
    }
}
