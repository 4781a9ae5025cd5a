package org.postrider.spool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Envelope;

/**
 * What is kept of a message beside its content.
 *
 * @param at when its end was received
 * @param origin where it came from, in a short form for logs: {@code smtp 192.0.2.1 mail.example.net}, {@code dsn}
 * @param messageId of the Message-ID field, cut at {@link #MESSAGE_ID_CHARACTERS_MAX}; {@code null} where there is none
 */
public record Arrival(
        Envelope envelope,
        Instant at,
        String origin,
        @Nullable String messageId) {
    public static final int ORIGIN_OCTETS_MAX = 400;

    /** The longest line that RFC 5322 §2.1.1 allows. */
    public static final int MESSAGE_ID_CHARACTERS_MAX = 998;

    public Arrival(Envelope envelope, Instant at, String origin) {
        this(envelope, at, origin, null);
    }
}
