package org.postrider.smtp.server;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;

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
         * The client has sent more where it had to wait, on a listener that watches for it. A refusal ends the session;
         * {@code null} lets it go on.
         */
        default @Nullable Reply spokeEarly(EarlyTalk when) {
            return Replies.EARLY_TALK;
        }

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

    /** What DATA gets: a place, or a refusal. */
    sealed interface Opened {
        record Place(ContentSink sink) implements Opened {}

        record Refused(Reply reply) implements Opened {}
    }
}
