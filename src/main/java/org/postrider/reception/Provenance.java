package org.postrider.reception;

import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.message.TransmissionType;
import org.postrider.sasl.Login;
import org.postrider.smtp.server.Greeted;
import org.postrider.spool.Arrival;
import org.postrider.tls.TlsFacts;

/**
 * Where a message comes from.
 *
 * @param reverseName the client's confirmed name
 * @param tls {@code null} in clear
 * @param login {@code null} where the client has not authenticated
 */
record Provenance(
        InetAddress client,
        Optional<Domain> reverseName,
        Greeted greeted,
        @Nullable TlsFacts tls,
        @Nullable Login login) {

    /** The short form for logs: protocol, address and the name that the client gave, with nothing but printable ASCII. */
    String origin() {
        StringBuilder text = new StringBuilder(80);
        text.append(greeted.verb() == Greeted.Verb.LHLO ? "lmtp " : "smtp ");
        text.append(client.getHostAddress()).append(' ');
        String name = greeted.name();
        for (int i = 0; i < name.length() && text.length() < Arrival.ORIGIN_OCTETS_MAX; i++) {
            char c = name.charAt(i);
            text.append(c > ' ' && c < 0x7f ? c : '?');
        }
        return text.toString();
    }

    /** The word for a Received field's "with". */
    String with(boolean smtpUtf8) {
        TransmissionType.Base base = switch (greeted.verb()) {
            case HELO -> TransmissionType.Base.SMTP;
            case EHLO -> TransmissionType.Base.ESMTP;
            case LHLO -> TransmissionType.Base.LMTP;
        };
        return new TransmissionType(base, smtpUtf8, tls != null, login != null).keyword();
    }
}
