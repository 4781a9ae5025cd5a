package org.postrider.server.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/** {@code [http]}. */
public record Http(
        @Key(
                fallback = "\"127.0.0.1:8025\"",
                meaning = "Where it listens. It speaks no TLS: a public address warns at start.")
        InetSocketAddress address,

        @Key(
                name = "mta-sts-address",
                port = 443,
                meaning = "Where the policies of `[[domain]] mta-sts` are served over HTTPS, usually port 443 of a"
                        + " public address, with the certificates of `[tls]` and `[acme]`, which must be for"
                        + " `mta-sts.DOMAIN`; nothing else is served there. None: nowhere.")
        Optional<InetSocketAddress> mtaStsAddress) {}
