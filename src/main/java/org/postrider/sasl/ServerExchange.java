package org.postrider.sasl;

/**
 * The server's side of one authentication. The first call takes the client's initial response; a mechanism in which the
 * server speaks first answers an absent one with its challenge.
 *
 * <p>Thread: confined to a session; {@link #step} may block on the accounts.
 */
public interface ServerExchange {
    /**
     * @param response what the client sent, decoded; {@code null} only in the first call, where it sent none
     * @throws IllegalStateException once the exchange is over
     */
    Step step(byte @org.jspecify.annotations.Nullable [] response);
}
