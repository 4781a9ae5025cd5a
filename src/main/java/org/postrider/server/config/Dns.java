package org.postrider.server.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** {@code [dns]}. */
public record Dns(
        @Key(
                fallback = "[]",
                port = 53,
                meaning = "Name servers as `ADDRESS:PORT` (port 53 if left out); none: the system's.")
        List<InetSocketAddress> servers,

        @Key(
                fallback = "false",
                meaning = "The resolver validates DNSSEC and is near (a local unbound): take its AD bit.")
        boolean trustAd,

        @Key(
                meaning = "Validate DNSSEC here, from these keys: `root`, for those of the root zone that are built"
                        + " in, or `file:` with DS or DNSKEY records. The servers must pass signatures on.")
        Optional<Reference> trustAnchors) {
    /** The word for the keys that are built in. */
    public static final String ROOT = "root";

    public Dns {
        servers = List.copyOf(servers);
    }
}
