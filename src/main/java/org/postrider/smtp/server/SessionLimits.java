package org.postrider.smtp.server;

import org.postrider.mail.Envelope;
import org.postrider.smtp.WireLimits;

/**
 * What one session may ask for. Where a limit counts something, {@link #UNLIMITED} lifts it.
 *
 * @param errorsMax commands answered with 4yz or 5yz between two accepted messages; then 421
 * @param junkCommandsMax commands that bring no message forward (NOOP, RSET, VRFY, HELP, a repeated EHLO …) between two
 *     accepted messages; then 421
 * @param commandsPerMinuteMax commands in a minute in all sessions of the client's address together; then 421
 * @param handshakesPerMinuteMax TLS handshakes that a client's address may begin in a minute; then 421, or with implicit
 *     TLS the end of the connection. The loopback address is not counted
 * @param messagesMax MAIL commands in a session, announced as MAILMAX (RFC 9422 §4.1); then 421
 * @param recipientsMax accepted recipients of a message, announced as RCPTMAX; 452 to more
 * @param recipientsOvershootMax recipients answered with that 452; then 421
 * @param messageOctetsMax size of a message, announced with SIZE; 552 to more; {@link #ANY_SIZE} lifts it
 * @param commandLineOctetsMax a command line with its CRLF, of any verb; 500 to a longer one, and to a shorter one that is
 *     too long for its own verb
 * @param commandDiscardOctetsMax how much of a longer one is read before the connection is closed
 * @param textLineOctetsMax a line of the content, without its CRLF. RFC 5321 §4.5.3.1.6 asks for 1,000; much mail has longer
 *     ones, and taking them costs us nothing
 * @param chunksMax BDAT commands of a message
 */
public record SessionLimits(
        int errorsMax,
        int junkCommandsMax,
        int commandsPerMinuteMax,
        int handshakesPerMinuteMax,
        int messagesMax,
        int recipientsMax,
        int recipientsOvershootMax,
        long messageOctetsMax,
        int commandLineOctetsMax,
        int commandDiscardOctetsMax,
        int textLineOctetsMax,
        int chunksMax) {
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Messages of any size are taken, as far as there is room. */
    public static final long ANY_SIZE = Long.MAX_VALUE;

    public static final SessionLimits DEFAULT = new SessionLimits(
            20,
            100,
            UNLIMITED,
            1_000,
            UNLIMITED,
            1_000,
            1_000,
            50L << 20,
            WireLimits.COMMAND_LINE_OCTETS_MAX,
            64 << 10,
            1 << 20,
            10_000);

    private static final int STRESSED_ERRORS_MAX = 3;

    public SessionLimits {
        if (recipientsMax < 1 || recipientsMax > Envelope.RECIPIENTS_MAX) {
            throw new IllegalArgumentException("recipients per message: " + recipientsMax);
        }
        if (commandLineOctetsMax < WireLimits.COMMAND_LINE_OCTETS
                || commandLineOctetsMax > WireLimits.COMMAND_LINE_OCTETS_MAX) {
            throw new IllegalArgumentException("octets of a command line: " + commandLineOctetsMax);
        }
        if (errorsMax < 1 || junkCommandsMax < 1 || messageOctetsMax < 1 || messagesMax < 1 || chunksMax < 1) {
            throw new IllegalArgumentException("a limit below one lets nothing through");
        }
    }

    /** Less patience for errors while the server is short of something. */
    SessionLimits under(StressLevel stress) {
        return switch (stress) {
            case CALM -> this;
            case BUSY, OVERLOADED ->
                new SessionLimits(
                        Math.min(errorsMax, STRESSED_ERRORS_MAX),
                        Math.max(1, Math.min(junkCommandsMax, junkCommandsMax / 10)),
                        commandsPerMinuteMax,
                        handshakesPerMinuteMax,
                        messagesMax,
                        recipientsMax,
                        recipientsOvershootMax,
                        messageOctetsMax,
                        commandLineOctetsMax,
                        commandDiscardOctetsMax,
                        textLineOctetsMax,
                        chunksMax);
        };
    }
}
