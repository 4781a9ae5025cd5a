package org.postrider.server.config;

import java.time.Duration;
import java.util.List;
import org.postrider.delivery.TlsLevel;
import org.postrider.mail.Network;

/** {@code [delivery]}. */
public record Delivery(
        @Key(fallback = "25", max = 65_535, meaning = "The port of MX hosts; tests set another.")
        int port,

        @Key(
                fallback = "[]",
                meaning = "Private and loopback addresses that an MX may name; an explicit route may name any.")
        List<Network> privateNetworks,

        @Key(
                fallback = "\"may\"",
                meaning = "TLS to MX hosts: `none`; `may`: where the host offers it and it works, whatever its"
                        + " certificate, else in clear; `encrypt`: always; `verify`: always, with a trusted"
                        + " certificate of the host's name. `encrypt` and `verify` leave mail waiting that the rest"
                        + " of the world delivers: better set them for single domains, in `[[tls-policy]]`.")
        TlsLevel tls,

        @Key(
                fallback = "true",
                meaning = "Go by the signed TLSA records of MX hosts (DANE, RFC 7672): verified TLS, or the mail waits."
                        + " Says nothing where `[dns]` validates no answers.")
        boolean dane,

        @Key(
                name = "mta-sts",
                fallback = "true",
                meaning = "Go by the MTA-STS policies of recipients' domains (RFC 8461): verified TLS to hosts that the"
                        + " policy names, or the mail waits.")
        boolean mtaSts,

        @Key(
                name = "mta-sts-port",
                fallback = "443",
                max = 65_535,
                meaning = "The port of MTA-STS policy hosts; tests set another.")
        int mtaStsPort,

        @Key(fallback = "2000", max = 100_000, meaning = "Delivery attempts at once, all sites together.")
        int attempts,

        @Key(fallback = "100", max = 65_535, meaning = "Recipients of one transaction.")
        int recipientsPerTransaction,

        @Key(fallback = "5", max = 1_000, meaning = "Attempts at once to a site that is new to us.")
        int concurrencyStart,

        @Key(fallback = "20", max = 10_000, meaning = "Attempts at once to one site, however well it does.")
        int concurrencyMax,

        @Key(fallback = "100", max = 1_000_000, meaning = "Messages over one connection before it is closed.")
        int messagesPerConnection,

        @Key(fallback = "\"5s\"", meaning = "How long an idle connection is kept for the next message.")
        Duration connectionIdle,

        @Key(fallback = "1000", max = 10_000, meaning = "Idle connections kept, all sites together.")
        int connectionsIdle,

        @Key(
                name = "convert-8bit",
                fallback = "true",
                meaning = "Convert 8-bit and binary content for a next hop that takes neither (RFC 6152 §3); what is"
                        + " signed or not well-formed bounces, and with false everything does.")
        boolean convertEightBit) {
    public Delivery {
        privateNetworks = List.copyOf(privateNetworks);
    }
}
