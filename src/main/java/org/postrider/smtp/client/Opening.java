package org.postrider.smtp.client;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Reply;
import org.postrider.tls.Authorities;

/** What became of dialling a server. */
public sealed interface Opening {

    /** Greeted both ways. The caller owns the connection and closes it. */
    record Ready(SmtpConnection connection) implements Opening {}

    /**
     * The server answered, but will not talk to us: its reply to the connection or to EHLO.
     *
     * @param reply 4yz or 5yz
     * @param stage GREETING or EHLO
     */
    record Rejected(Reply reply, Stage stage) implements Opening {}

    /**
     * No session that meets the {@link Dial#tls} requirement.
     *
     * @param reason of {@link TlsTrouble#CERTIFICATE}, else {@code null}
     * @param reply to STARTTLS where that was refused, else {@code null}
     * @param what one sentence for people, free of CR and LF
     */
    record TlsFailed(
            TlsTrouble trouble,
            Authorities.@Nullable Reason reason,
            @Nullable Reply reply,
            String what) implements Opening {}

    /** Why a connection has not the TLS it was to have. */
    enum TlsTrouble {
        /** The server offers none, or somebody on the way has taken its offer out. */
        NOT_OFFERED,
        /** It offers it, and said no to STARTTLS. */
        REFUSED,
        /** The two sides did not come to terms, or the connection ended before EHLO was answered over TLS. */
        HANDSHAKE,
        /** TLS there was, with a certificate that does not do. */
        CERTIFICATE
    }

    /**
     * The server did not accept who we say we are.
     *
     * @param reply its own words, {@code null} where the failure is ours to tell
     * @param tls what the password went over, {@code null} for clear text or nothing sent
     * @param what one sentence for people, free of CR and LF
     */
    record AuthFailed(@Nullable Reply reply, @Nullable TlsSession tls, String what) implements Opening {}

    /**
     * No session.
     *
     * @param what one sentence for people, free of CR and LF
     */
    record Failed(Failure failure, Stage stage, String what) implements Opening {}
}
