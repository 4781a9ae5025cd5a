package org.postrider.smtp.server;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.sasl.Login;
import org.postrider.sasl.Refusal;
import org.postrider.sasl.ServerExchange;
import org.postrider.tls.TlsFacts;

/**
 * Decides what is not protocol: who may come in, which sender and recipient are taken, and what happens with the content.
 * One serves all sessions of a listener; each session gets a {@link Visit} of its own.
 */
public interface Receptionist {

    /** A session's side of the decisions. Calls come from the session's thread, in protocol order, and may block. */
    interface Visit {
        /** Answers a connection; {@code null} lets it in with the usual 220. A refusal is a 421, 521 or 554. */
        @Nullable
        Reply connected();

        /**
         * TLS has begun: what the client said before, its greeting and its login among it, is forgotten (RFC 3207 §4.2).
         *
         * @param channelBinding the octets of tls-exporter (RFC 9266); empty below TLS 1.3
         */
        void secured(TlsFacts facts, Optional<byte[]> channelBinding);

        /** The mechanisms that AUTH takes here and now, best first, in upper case; empty for none. */
        List<String> mechanisms();

        /** Begins an exchange of one of {@link #mechanisms}, or refuses to. */
        Authentication authenticate(String mechanism);

        /** An exchange has accepted the client. Answers with 235; anything else undoes it. */
        Reply authenticated(Login login);

        /**
         * Answers an exchange that has failed.
         *
         * @param user as claimed, empty where nobody was
         */
        Reply notAuthenticated(Refusal refusal, String user);

        /** Answers EHLO, HELO or LHLO; {@code null} accepts. */
        @Nullable
        Reply greeted(Greeted greeted);

        /** Answers MAIL; {@code null} accepts. */
        @Nullable
        Reply sender(ReversePath reversePath, MailParameters parameters, long declaredOctets);

        /** Answers one RCPT; {@code null} accepts. */
        @Nullable
        Reply recipient(ReversePath reversePath, Recipient recipient);

        /** Answers VRFY. */
        Reply verify(String argument);

        /**
         * Opens the place for the content of an envelope that has recipients: at DATA, or at the first BDAT.
         *
         * @param declaredOctets SIZE= of MAIL, 0 where there was none
         */
        Opened content(Greeted greeted, Envelope envelope, long declaredOctets);

        /** The session has ended. */
        void left();
    }

    Visit visit(Peer peer);

    /** What AUTH gets: an exchange, or a refusal. */
    sealed interface Authentication {
        record Begun(ServerExchange exchange) implements Authentication {}

        record Refused(Reply reply) implements Authentication {}
    }

    /** What DATA gets: a place, or a refusal. */
    sealed interface Opened {
        record Place(ContentSink sink) implements Opened {}

        record Refused(Reply reply) implements Opened {}
    }
}
