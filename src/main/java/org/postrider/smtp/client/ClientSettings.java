package org.postrider.smtp.client;

import java.time.Duration;

/**
 * How long the client waits, and when it uses what a peer offers. Each time-out is absolute for one reply or one block: a
 * peer that sends an octet now and then does not extend it.
 *
 * @param connect for the TCP handshake
 * @param greeting for the 220 (RFC 5321 §4.5.3.2.1)
 * @param ehlo for the reply to EHLO, HELO or LHLO; the RFC names none
 * @param handshake for the TLS handshake, from its first octet to its last; the reply to STARTTLS waits as EHLO's
 * @param mail for the reply to MAIL (RFC 5321 §4.5.3.2.2), and to RSET
 * @param rcpt for the reply to RCPT (RFC 5321 §4.5.3.2.3)
 * @param dataInitiation for the 354 (RFC 5321 §4.5.3.2.4)
 * @param dataBlock for the peer to take in a block of at most 64 KiB (RFC 5321 §4.5.3.2.5)
 * @param dataTermination for the reply to the message's end (RFC 5321 §4.5.3.2.6); shorter ones make duplicates
 * @param quit for the reply to QUIT, which nobody needs
 * @param chunkingOctetsMin from which length on a message goes by BDAT to those who offer CHUNKING; binary ones always do
 */
public record ClientSettings(
        Duration connect,
        Duration greeting,
        Duration ehlo,
        Duration handshake,
        Duration mail,
        Duration rcpt,
        Duration dataInitiation,
        Duration dataBlock,
        Duration dataTermination,
        Duration quit,
        long chunkingOctetsMin) {
    public static final ClientSettings DEFAULT = new ClientSettings(
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10),
            Duration.ofSeconds(2),
            1L << 20);

    public ClientSettings {
        for (Duration duration : new Duration[] {
            connect, greeting, ehlo, handshake, mail, rcpt, dataInitiation, dataBlock, dataTermination, quit
        }) {
            if (!duration.isPositive()) {
                throw new IllegalArgumentException("time-out of " + duration);
            }
        }
    }

    /** The same time-outs, none longer than {@code limit}. */
    public ClientSettings within(Duration limit) {
        return new ClientSettings(
                least(connect, limit),
                least(greeting, limit),
                least(ehlo, limit),
                least(handshake, limit),
                least(mail, limit),
                least(rcpt, limit),
                least(dataInitiation, limit),
                least(dataBlock, limit),
                least(dataTermination, limit),
                least(quit, limit),
                chunkingOctetsMin);
    }

    /** The same with so much time to connect. */
    public ClientSettings withConnect(Duration limit) {
        return new ClientSettings(
                limit,
                greeting,
                ehlo,
                handshake,
                mail,
                rcpt,
                dataInitiation,
                dataBlock,
                dataTermination,
                quit,
                chunkingOctetsMin);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
