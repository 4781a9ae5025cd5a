package org.postrider.reception;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Finding;
import org.postrider.mailauth.AuthResult;
import org.postrider.message.TransmissionType;
import org.postrider.policy.NameConfirmation;
import org.postrider.sasl.Login;
import org.postrider.smtp.server.Greeted;
import org.postrider.spool.Arrival;
import org.postrider.tls.TlsFacts;

/**
 * Where a message comes from.
 *
 * @param reverse whether the client's address has a name that leads back to it
 * @param findings what was found out about it before its content
 * @param tls {@code null} in clear
 * @param login {@code null} where the client has not authenticated
 * @param trusted whether the client may send to anywhere
 */
record Provenance(
        InetAddress client,
        NameConfirmation.Result reverse,
        Greeted greeted,
        List<Finding> findings,
        @Nullable TlsFacts tls,
        @Nullable Login login,
        boolean trusted) {

    /** What {@code iprev} says of the client (RFC 8601 §3); empty where nobody can know a name of its address. */
    Optional<AuthResult> reverseResult() {
        return switch (reverse) {
            case NameConfirmation.Result.Confirmed _ -> Optional.of(AuthResult.PASS);
            case NameConfirmation.Result.Unconfirmed _ -> Optional.of(AuthResult.FAIL);
            case NameConfirmation.Result.Nameless _ -> Optional.of(AuthResult.PERMERROR);
            case NameConfirmation.Result.Failed _ -> Optional.of(AuthResult.TEMPERROR);
            case NameConfirmation.Result.Private _ -> Optional.empty();
        };
    }

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
