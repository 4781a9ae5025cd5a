package org.postrider.spool;

import java.time.Instant;
import org.postrider.mail.Envelope;

/**
 * What is kept of a message beside its content.
 *
 * @param at when its end was received
 * @param origin where it came from, in a short form for logs: {@code smtp 192.0.2.1 mail.example.net}, {@code dsn}
 */
public record Arrival(Envelope envelope, Instant at, String origin) {
    public static final int ORIGIN_OCTETS_MAX = 400;
}
