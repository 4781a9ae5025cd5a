package org.postrider.smtp.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.QueueId;
import org.postrider.mail.Reply;
import org.postrider.tls.TlsFacts;

/**
 * Hears what sessions do, for metrics and logs. Calls come from the sessions' threads and must return at once.
 *
 * <p>Thread: any.
 */
public interface SessionObserver {
    /** Hears nothing. */
    SessionObserver NONE = new SessionObserver() {};

    /** A session begins. */
    default void opened(Peer peer) {}

    /** A connection was turned away before it got a session. */
    default void refused(String address, Reply reply) {}

    /** A session went over to TLS. */
    default void secured(Peer peer, TlsFacts facts) {}

    /** A handshake came to nothing. */
    default void notSecured(Peer peer, String why) {}

    /** @param verb in upper case; {@code "?"} for what we do not know */
    default void answered(String verb, int code) {}

    /** A message's content has ended, well or not. */
    default void received(Peer peer, Received received) {}

    default void closed(Peer peer, Closed closed) {}

    /**
     * A message's content that came to its end.
     *
     * @param id {@code null} where the message was refused
     * @param reply what the client was told; of LMTP the first reply
     * @param transfer from the go-ahead to the end of the content
     * @param commit from there to the reply
     */
    record Received(
            @Nullable QueueId id, Reply reply, long octets, int recipients, Duration transfer, Duration commit) {}

    /**
     * A session's end.
     *
     * @param last the last reply, {@code null} where there was none
     */
    record Closed(
            Ending ending,
            int commands,
            int messages,
            Duration lasted,
            @Nullable Reply last) {}
}
