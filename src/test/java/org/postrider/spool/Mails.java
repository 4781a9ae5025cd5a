package org.postrider.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;

/** Messages and states to spool in tests. */
final class Mails {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    static final byte[] PREFIX = "Received: from here\r\n".getBytes(StandardCharsets.US_ASCII);

    private Mails() {}

    static Arrival arrival(int recipients) {
        List<Recipient> list = new ArrayList<>();
        for (int i = 0; i < recipients; i++) {
            ForwardPath path = new ForwardPath(new Mailbox("user" + i, new Domain("example.net")));
            list.add(
                    i % 3 == 0
                            ? Recipient.of(path)
                            : i % 3 == 2
                                    ? new Recipient(path, new DsnNotify(false, true, true), null)
                                    : new Recipient(
                                            path,
                                            new DsnNotify(true, true, false),
                                            new OriginalRecipient("rfc822", "u" + i)));
        }
        ReversePath from = new ReversePath(new Mailbox("sender", new Domain("example.org")));
        return new Arrival(new Envelope(from, MailParameters.PLAIN, list), NOON, "smtp 192.0.2.1 mail.example.org");
    }

    static byte[] content(long seed, int octets) {
        byte[] bytes = new byte[octets];
        long value = seed * 0x9E3779B97F4A7C15L + 1;
        for (int i = 0; i < octets; i++) {
            value = value * 6364136223846793005L + 1442695040888963407L;
            bytes[i] = (byte) (value >>> 56);
        }
        return bytes;
    }

    static RecipientState deferred(int attempts) {
        Reply reply = Reply.of(451, "4.7.1", "Greylisted, try again later");
        Diagnosis diagnosis = new Diagnosis(
                reply.status() == null ? EnhancedStatus.of("4.0.0") : reply.status(),
                reply,
                "mx.example.net [192.0.2.7]:25",
                "The server asked to try again.");
        return new RecipientState.Waiting(attempts, NOON.plusSeconds(60L * attempts), diagnosis, false, null);
    }

    static RecipientState delivered() {
        return new RecipientState.Delivered(NOON, Diagnosis.local("2.0.0", "Delivered."));
    }

    static RecipientState bounced() {
        return new RecipientState.Bounced(NOON, Diagnosis.local("5.1.1", "No such user."));
    }

    static Commit commit(Spool spool, Arrival arrival, byte[] content, List<Update> together) throws IOException {
        try (Draft draft = spool.draft(content.length)) {
            draft.write(content, 0, content.length);
            return spool.commit(draft, arrival, PREFIX, together);
        }
    }

    static QueueId committed(Spool spool, Arrival arrival, byte[] content) throws IOException {
        Commit commit = commit(spool, arrival, content, List.of());
        if (commit instanceof Commit.Durable durable) {
            return durable.id();
        }
        throw new AssertionError("not durable: " + commit);
    }

    static byte[] whole(byte[] content) {
        byte[] whole = Arrays.copyOf(PREFIX, PREFIX.length + content.length);
        System.arraycopy(content, 0, whole, PREFIX.length, content.length);
        return whole;
    }

    static byte[] read(Spool spool, QueueId id) throws IOException {
        try (InputStream in = spool.content(id)) {
            return in.readAllBytes();
        }
    }
}
