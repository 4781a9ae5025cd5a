package org.postrider.smtp.server;

import org.postrider.mail.Domain;

/**
 * What a listener's sessions go by. A session keeps the settings it began with.
 *
 * @param hostname our name in greetings
 * @param bareLineEnds what becomes of a CR or LF that stands alone in content
 * @param refusesEarlyTalk whether a client that does not wait for the greeting, for the reply to EHLO or for the 354 is
 *     turned away (RFC 2920 §3.1)
 * @param security what of TLS and AUTH is offered
 */
public record SessionSettings(
        Domain hostname,
        Protocol protocol,
        BareLineEnds bareLineEnds,
        boolean refusesEarlyTalk,
        SecurityOffer security,
        SessionLimits limits,
        SessionTimeouts timeouts) {
    public static final SessionSettings DEFAULT = new SessionSettings(
            new Domain("localhost"),
            Protocol.SMTP,
            BareLineEnds.REFUSE,
            false,
            SecurityOffer.NONE,
            SessionLimits.DEFAULT,
            SessionTimeouts.DEFAULT);

    /** Which protocol a listener speaks. */
    public enum Protocol {
        SMTP,
        /** RFC 2033. */
        LMTP
    }

    /** What becomes of a CR or LF that stands alone in content, and of NUL; in no case does one end a message. */
    public enum BareLineEnds {
        /** The message is refused with 550 once its true end is there. */
        REFUSE,
        /** It is replaced by CRLF; NUL is left out. */
        NORMALISE
    }

    /** The default settings for {@code hostname}. */
    public static SessionSettings of(Domain hostname) {
        return DEFAULT.with(hostname);
    }

    private SessionSettings with(Domain name) {
        return new SessionSettings(name, protocol, bareLineEnds, refusesEarlyTalk, security, limits, timeouts);
    }

    SessionSettings under(StressLevel stress) {
        return new SessionSettings(
                hostname,
                protocol,
                bareLineEnds,
                refusesEarlyTalk,
                security,
                limits.under(stress),
                timeouts.under(stress));
    }
}
