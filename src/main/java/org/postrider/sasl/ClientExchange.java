package org.postrider.sasl;

import java.util.Optional;

/**
 * The client's side of one authentication.
 *
 * <p>Thread: confined to a connection.
 */
public interface ClientExchange {
    /** As AUTH names it. */
    String mechanism();

    /** What goes with AUTH; empty where the server speaks first. */
    Optional<byte[]> initialResponse();

    /** The answer to a challenge; empty where the challenge is wrong and the exchange must be cancelled with {@code *}. */
    Optional<byte[]> respond(byte[] challenge);

    /** Whether the server has proved what the mechanism wants it to prove; asked once it has said 235. */
    boolean trustsServer();
}
