package org.postrider.http;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How HTTP is served.
 *
 * @param address port 0 takes a free one
 * @param hostname a name that browsers may use for us beside {@code localhost} and addresses
 * @param pages whether mail can be read without a token, as {@code dev} lets its user
 */
public record HttpSettings(InetSocketAddress address, String hostname, boolean pages) {
    /** Of a request's body, read only of those who have the token: a report of 10 MiB as base64. */
    static final int BODY_OCTETS_MAX = 14 << 20;

    static final int REQUESTS_MAX = 64;
    static final Duration IDLE_MAX = Duration.ofSeconds(30);
}
