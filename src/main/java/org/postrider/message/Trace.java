package org.postrider.message;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.QueueId;
import org.postrider.mail.ReversePath;

/**
 * Trace fields (RFC 5321 §4.4), each folded to short lines and ending in CRLF. What a peer said of itself is put in only
 * where it is a domain or an address literal, so that nothing it says can break out of the field.
 *
 * <p>Thread: any.
 */
public final class Trace {
    private Trace() {}

    /**
     * What one Received field tells.
     *
     * @param greeting the client's own name as it gave it
     * @param reverseName the name that its address has, where it is known and confirmed
     * @param by our name
     * @param with the protocol's keyword, of {@link TransmissionType}
     * @param onlyRecipient the recipient where there is exactly one, else {@code null}: more would show blind copies (RFC
     *     5321 §7.2)
     */
    public record Hop(
            String greeting,
            Optional<Domain> reverseName,
            InetAddress client,
            String by,
            String with,
            QueueId id,
            @Nullable Mailbox onlyRecipient,
            Instant at) {}

    /** Appends the Received field of a message that came over SMTP or LMTP. */
    public static void received(StringBuilder text, Hop hop) {
        String literal = new AddressLiteral(hop.client).text();
        text.append("Received: from ");
        text.append(printableName(hop.greeting).orElse(literal)).append(" (");
        text.append(hop.reverseName.map(Domain::ascii).orElse("unknown")).append(' ');
        text.append(literal).append(")\r\n\tby ").append(hop.by);
        text.append(" with ").append(hop.with);
        text.append(" id ").append(hop.id.text());
        if (hop.onlyRecipient != null) {
            text.append("\r\n\tfor <").append(hop.onlyRecipient.text()).append('>');
        }
        text.append(";\r\n\t").append(MailDate.text(hop.at)).append("\r\n");
    }

    /** The Received field of a message that we wrote ourselves or took in by another door than SMTP. */
    public static void receivedLocally(StringBuilder text, String by, QueueId id, Instant at) {
        text.append("Received: by ").append(by);
        text.append(" id ").append(id.text());
        text.append(";\r\n\t").append(MailDate.text(at)).append("\r\n");
    }

    /** The Return-Path field that final delivery puts first. */
    public static String returnPath(ReversePath reversePath) {
        return "Return-Path: " + reversePath + "\r\n";
    }

    /** A Message-ID's value that no other message has: a queue id is given once. */
    public static String messageId(QueueId id, String host) {
        return "<" + id.text() + "@" + host + ">";
    }

    /** {@code name} in a form that can stand in a trace field, empty where it has none. */
    private static Optional<String> printableName(String name) {
        if (name.startsWith("[")) {
            return MailboxGrammar.addressLiteral(name).map(AddressLiteral::text);
        }
        return Domain.parse(name).map(Domain::ascii);
    }
}
