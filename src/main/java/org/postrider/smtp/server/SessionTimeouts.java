package org.postrider.smtp.server;

import java.time.Duration;

/**
 * How long a session waits, and for what.
 *
 * @param command for a command line to be whole (RFC 5321 §4.5.3.2.7: at least 5 minutes)
 * @param content for the next octets of a message's content
 * @param contentGrace how long a message's content may flow slower than {@code contentOctetsPerSecondMin}
 * @param contentOctetsPerSecondMin the least mean rate after that; 0 for none
 * @param transaction for the content of one message to be whole
 * @param session for everything
 * @param write for the client to take replies
 * @param proxyHeader for the PROXY header to be whole
 * @param greetingDelay how long the greeting is withheld, to see who talks before it; zero for not at all
 */
public record SessionTimeouts(
        Duration command,
        Duration content,
        Duration contentGrace,
        int contentOctetsPerSecondMin,
        Duration transaction,
        Duration session,
        Duration write,
        Duration proxyHeader,
        Duration greetingDelay) {
    public static final SessionTimeouts DEFAULT = new SessionTimeouts(
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            500,
            Duration.ofHours(3),
            Duration.ofHours(24),
            Duration.ofMinutes(2),
            Duration.ofSeconds(10),
            Duration.ZERO);

    /** How long a client that ends lines with a bare LF waits to be told. */
    static final Duration UNENDED_LINE = Duration.ofSeconds(10);

    /** How long a TLS handshake may take, however it is stretched. */
    static final Duration HANDSHAKE = Duration.ofSeconds(30);

    /** How long a client may still talk after our last reply, so that it can read that reply. */
    static final Duration LINGER = Duration.ofSeconds(2);

    private static final Duration STRESSED_COMMAND = Duration.ofSeconds(10);
    private static final Duration STRESSED_CONTENT = Duration.ofSeconds(30);

    public SessionTimeouts {
        if (contentOctetsPerSecondMin < 0) {
            throw new IllegalArgumentException("a rate of " + contentOctetsPerSecondMin);
        }
    }

    /** Less patience while the server is short of something. */
    SessionTimeouts under(StressLevel stress) {
        return switch (stress) {
            case CALM -> this;
            case BUSY, OVERLOADED ->
                new SessionTimeouts(
                        shorter(command, STRESSED_COMMAND),
                        shorter(content, STRESSED_CONTENT),
                        shorter(contentGrace, STRESSED_CONTENT),
                        contentOctetsPerSecondMin,
                        transaction,
                        session,
                        shorter(write, STRESSED_CONTENT),
                        proxyHeader,
                        greetingDelay);
        };
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
