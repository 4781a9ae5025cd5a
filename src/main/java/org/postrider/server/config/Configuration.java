package org.postrider.server.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postrider.delivery.Route;
import org.postrider.delivery.RouteTable;
import org.postrider.delivery.TlsLevel;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.Network;
import org.postrider.tlspolicy.StsPolicy;

/**
 * All that can be set. Made by {@link ConfigurationFile} alone, whole and valid; replaced whole on reload.
 */
public record Configuration(
        @Key(meaning = "The name of this server in greetings, EHLO and trace fields: one that resolves to it.")
        Domain hostname,

        @Key(
                meaning = "Who answers for this server, such as `\"postmaster@example.net\"`; none: postmaster at"
                        + " `hostname`. Bounces name it as their author, and it gets those that cannot go to anybody else."
                        + " Mail for the hostname itself that no route matches is kept in the maildir `postmaster` of"
                        + " `data-dir`.")
        Optional<Mailbox> postmaster,

        @Key(
                fallback = "\"data\"",
                meaning = "Where the spool and the control token are kept; relative to the configuration file.")
        Path dataDir,

        @Key(name = "listener", meaning = "An address that takes mail. Repeat the section for each.")
        List<Listener> listeners,

        @Key(meaning = "Health, metrics and the interface of the command line.")
        Http http,

        @Key(meaning = "Who may send to any domain.") Relay relay,

        @Key(name = "domain", meaning = "A domain whose mail ends here. Repeat the section for each.")
        List<LocalDomain> domains,

        @Key(
                name = "route",
                meaning = "Where other mail goes: the first that matches wins; without one, the domain's MX.")
        List<RouteRule> routes,

        @Key(
                name = "tls-policy",
                meaning = "Which TLS mail by MX needs that goes to a domain: the first that matches wins; without one,"
                        + " `[delivery] tls`. Where it cannot be had, mail waits (4.7.4, 4.7.5) and never goes with"
                        + " less.")
        List<TlsPolicyRule> tlsPolicies,

        @Key(meaning = "The server's certificate, and what TLS must be like. See operate/tls.md.")
        TlsSections.Tls tls,

        @Key(
                name = "certificate",
                meaning =
                        "A further certificate, shown to clients that ask for one of its names. Repeat the section for"
                                + " each.")
        List<TlsSections.Certificate> certificates,

        @Key(meaning = "Certificates from an authority, had and renewed without you (RFC 8555).")
        TlsSections.Acme acme,

        @Key(name = "user", meaning = "Who may authenticate. Repeat the section for each.")
        List<User> users,

        @Key(meaning = "How clients authenticate, and what guessing costs them.")
        Auth auth,

        @Key(meaning = "How much may be sent. Hours and days are those of UTC; days outlive a restart.")
        Quota quota,

        @Key(meaning = "Who may name another client in a PROXY header.")
        Proxy proxy,

        @Key(meaning = "How mail from strangers is judged on `mx` listeners, and what verdicts do.")
        PolicySections.Policy policy,

        @Key(name = "client", meaning = "An address list of your own; the first that holds a client decides.")
        List<PolicySections.Client> clients,

        @Key(name = "dnsbl", meaning = "A DNS list of clients (RFC 5782). Repeat the section for each.")
        List<PolicySections.DnsList> dnsLists,

        @Key(meaning = "The names of clients, confirmed in both directions.")
        PolicySections.ReverseName reverseName,

        @Key(meaning = "The names that clients give in EHLO and HELO.")
        PolicySections.Helo helo,

        @Key(meaning = "The domains of senders.") PolicySections.Sender sender,

        @Key(
                meaning =
                        "Asking the server of a `[[domain]]` with `verify = \"call-forward\"` whether a recipient exists.")
        PolicySections.CallForward callForward,

        @Key(meaning = "Greylisting (RFC 6647).") PolicySections.Greylist greylist,

        @Key(meaning = "What becomes of mail that SPF speaks against.")
        AuthenticitySections.Spf spf,

        @Key(meaning = "Signatures by DKIM: those of others, and our own. See operate/authentication.md.")
        AuthenticitySections.Dkim dkim,

        @Key(
                name = "dkim-key",
                meaning = "A key that signs the mail of a domain's authors when users or `[relay] networks` send it."
                        + " Repeat the section for each; all keys of one domain sign.")
        List<AuthenticitySections.DkimKey> dkimKeys,

        @Key(
                name = "forward",
                meaning = "An address, or a domain, whose mail goes to others. Repeat the section for each. See"
                        + " operate/forwarding.md.")
        List<ForwardingSections.Forward> forwards,

        @Key(meaning = "Seals that tell later servers what this one found (ARC, RFC 8617).")
        ForwardingSections.Arc arc,

        @Key(meaning = "Senders of forwarded mail, rewritten so that SPF passes and bounces come back (SRS).")
        ForwardingSections.Srs srs,

        @Key(meaning = "What becomes of mail that DMARC speaks against (RFC 9989).")
        AuthenticitySections.Dmarc dmarc,

        @Key(meaning = "How often one client may come.") PolicySections.Rate rate,

        @Key(meaning = "Slow replies to clients that are refused.")
        PolicySections.Tarpit tarpit,

        @Key(
                name = "milter",
                meaning =
                        "A content filter that speaks the milter protocol, such as rspamd or opendkim. Repeat the"
                                + " section for each; they are asked in this order, and each sees what those before it changed.")
        List<Milter> milters,

        @Key(meaning = "The virus scanner, asked before all milters.")
        Clamav clamav,

        @Key(meaning = "Bounds on what clients may do.") Limits limits,

        @Key(meaning = "The name servers that are asked.") Dns dns,

        @Key(meaning = "Reports on mail: sent to other domains, and taken in from them. See operate/reports.md.")
        Reports report,

        @Key(meaning = "How mail is sent on.") Delivery delivery,

        @Key(meaning = "When mail that could not be delivered is tried again, and when that ends.")
        Retry retry,

        @Key(
                meaning = "How long each side waits for the other (RFC 5321 §4.5.3.2). Those of the client are for mail"
                        + " we send.")
        Timeouts timeouts,

        @Key(meaning = "The durable store of accepted mail.")
        Spool spool,

        @Key(meaning = "What is written down.") Log log) {
    public Configuration {
        listeners = List.copyOf(listeners);
        domains = List.copyOf(domains);
        routes = List.copyOf(routes);
        tlsPolicies = List.copyOf(tlsPolicies);
        users = List.copyOf(users);
        clients = List.copyOf(clients);
        dnsLists = List.copyOf(dnsLists);
        certificates = List.copyOf(certificates);
        milters = List.copyOf(milters);
        dkimKeys = List.copyOf(dkimKeys);
        forwards = List.copyOf(forwards);
    }

    /** Who answers for this server. */
    public Mailbox answerer() {
        return postmaster.orElseGet(() -> new Mailbox("postmaster", hostname));
    }

    /** Who is the author of our reports. */
    public Mailbox reportAuthor() {
        return report.from().orElseGet(this::answerer);
    }

    /** Who a listener is for. */
    public enum Role {
        MX,
        SUBMISSION,
        RELAY
    }

    public enum TlsMode {
        NONE,
        STARTTLS,
        IMPLICIT
    }

    public enum AuthMode {
        OFF,
        TLS,
        ALWAYS
    }

    /** What must have happened before a 250. */
    public enum Durability {
        FSYNC,
        OS
    }

    public enum BareNewline {
        REFUSE,
        NORMALISE
    }

    /** What becomes of a client that talks before its turn. */
    public enum EarlyTalk {
        ALLOW,
        TAG,
        REFUSE
    }

    /** Who says whether a recipient exists. */
    public enum Verify {
        LIST,
        CALL_FORWARD
    }

    public record Listener(
            @Key(meaning = "Address and port, such as `0.0.0.0:25` or `[::]:25`; port 0 takes a free one.")
            InetSocketAddress address,

            @Key(
                    fallback = "\"mx\"",
                    meaning = "`mx`: anyone may send to our domains, who has authenticated and `[relay] networks` to"
                            + " all. `submission`: who has authenticated; see `trust-networks`. `relay`: `[relay]"
                            + " networks` only.")
            Role role,

            @Key(
                    fallback = "\"none\"",
                    meaning =
                            "TLS on this listener: `none`; `starttls`, offered to those who ask; `implicit`, from the first"
                                    + " octet, as on port 465. It needs a certificate: `[tls]`, `[acme]`.")
            TlsMode tls,

            @Key(
                    fallback = "false",
                    meaning = "Whether each connection must begin with a PROXY v1 or v2 header; taken from `[proxy]"
                            + " networks` only.")
            boolean proxyProtocol,

            @Key(
                    meaning = "When AUTH is offered: `off`; `tls`, under TLS only; or `always`. None: `tls` on"
                            + " submission listeners that have TLS, else `off`.")
            Optional<AuthMode> auth,

            @Key(
                    fallback = "false",
                    meaning = "On a submission listener that offers AUTH: whether `[relay] networks` may send without"
                            + " it. One that offers none takes mail from them alone.")
            boolean trustNetworks,

            @Key(
                    fallback = "\"fsync\"",
                    meaning =
                            "What 250 promises: `fsync`: the message survives a power cut; `os`: it survives a crash of"
                                    + " this process only.")
            Durability durability,

            @Key(
                    fallback = "\"refuse\"",
                    meaning =
                            "A line feed without carriage return in a message: `refuse` (550 5.5.2) or `normalise` (it"
                                    + " becomes a line end; it never ends a message).")
            BareNewline bareNewline,

            @Key(
                    fallback = "\"allow\"",
                    meaning =
                            "A client that does not wait for the greeting, for the reply to EHLO or for 354, or that sends"
                                    + " groups of commands without having asked by EHLO whether it may (RFC 2920 §3.1):"
                                    + " `allow`, `tag` (noted on `mx` listeners), or `refuse` (554 5.5.0).")
            EarlyTalk earlyTalk,

            @Key(
                    fallback = "\"0s\"",
                    min = 0,
                    meaning = "How long the greeting is withheld, to see who talks before it.")
            Duration greetingDelay) {

        /** When AUTH is offered, with what holds where the file says nothing. */
        public AuthMode authMode() {
            boolean submission = role == Role.SUBMISSION && tls != TlsMode.NONE;
            return auth.orElse(submission ? AuthMode.TLS : AuthMode.OFF);
        }
    }

    public record Relay(
            @Key(
                    fallback = "[\"127.0.0.0/8\", \"::1/128\"]",
                    meaning = "Clients that may send to any domain without AUTH, on listeners of every role.")
            List<Network> networks,

            @Key(
                    meaning = "Must be `i-understand-the-risk` to start with a public listener whose relay networks"
                            + " cover the internet. Warns at every start.")
            Optional<String> openRelay) {
        /** The words that allow an open relay. */
        public static final String UNDERSTOOD = "i-understand-the-risk";

        private static final int IPV4_BITS_MIN = 8;
        private static final int IPV6_BITS_MIN = 16;
        /** Unique local and link-local addresses. */
        private static final List<Network> LOCAL = Stream.of("fc00::/7", "fe80::/10")
                .map(text -> Network.parse(text).orElseThrow())
                .toList();

        public Relay {
            networks = List.copyOf(networks);
        }

        /** Whether a network reaches beyond what anybody owns. */
        public static boolean isBoundless(Network network) {
            boolean ipv4 = network.prefix().getAddress().length == 4;
            return network.bits() < (ipv4 ? IPV4_BITS_MIN : IPV6_BITS_MIN)
                    && LOCAL.stream().noneMatch(network::isWithin);
        }
    }

    public record LocalDomain(
            @Key(meaning = "The domain; mail for it is taken on `mx` listeners.")
            Domain name,

            @Key(
                    meaning = "`lmtp:HOST:PORT`, `smtp:HOST:PORT`, `smtps:HOST:PORT`, `maildir:PATH` (relative to the"
                            + " file), `hold` or `discard`; none: as `[[route]]` or its MX says. `webhook:NAME` is not"
                            + " in this release: mail is held.")
            Optional<Route> deliver,

            @Key(
                    fallback = "[\"*\"]",
                    meaning = "Who exists there: local parts, or whole addresses; `*` is everybody, and counts for"
                            + " nothing beside `recipients-file` and `call-forward`. Others get 550 5.1.1. postmaster"
                            + " always exists.")
            List<String> recipients,

            @Key(meaning = "A file with more of them, one a line, `#` before remarks; read at start and at reload.")
            Optional<ListFile> recipientsFile,

            @Key(meaning = "What separates a detail from a local part: with `+`, mail to `user+detail` is for `user`.")
            Optional<String> recipientDelimiter,

            @Key(
                    fallback = "\"list\"",
                    meaning =
                            "`call-forward`: asks the server that `deliver` names about everybody who is not named here.")
            Verify verify,

            @Key(
                    name = "mta-sts",
                    meaning =
                            "Serve an MTA-STS policy (RFC 8461) for the domain at `[http] mta-sts-address`: `enforce`,"
                                    + " `testing` or `none`. Its record is the zone's to have: `_mta-sts` TXT"
                                    + " `v=STSv1; id=…`, with another id whenever the policy changes.")
            Optional<StsPolicy.Mode> mtaSts,

            @Key(
                    name = "mta-sts-mx",
                    fallback = "[]",
                    meaning = "The MX hosts that the policy names; none: `hostname`.")
            List<Domain> mtaStsMx,

            @Key(
                    name = "mta-sts-max-age",
                    fallback = "\"7d\"",
                    meaning = "How long others may remember the policy; a year at most.")
            Duration mtaStsMaxAge) {
        public LocalDomain {
            recipients = List.copyOf(recipients);
            mtaStsMx = List.copyOf(mtaStsMx);
        }
    }

    public record RouteRule(
            @Key(meaning = "`*` for all, `example.net`, or `*.example.net` for the domains below it.")
            RouteTable.Pattern recipientDomain,

            @Key(
                    meaning =
                            "`mx`, `smtp:HOST:PORT`, `smtps:HOST:PORT` (TLS from the first octet on), `lmtp:HOST:PORT`,"
                                    + " `maildir:PATH`, `hold` or `discard`. `webhook:NAME` is not in this release: mail is"
                                    + " held.")
            Route to,

            @Key(
                    meaning = "TLS to the server of the route: `none`; `may`: where it offers STARTTLS, else in clear;"
                            + " `encrypt`: always, whatever its certificate; `verify`: always, with a certificate that"
                            + " is trusted and has its name. None given: `verify` with `user`, else `may`, and `encrypt`"
                            + " for `smtps:`; to this machine's loopback address `none`, `may` with `user`.")
            Optional<TlsLevel> tls,

            @Key(
                    fallback = "[]",
                    meaning = "For `tls = \"verify\"`: names of which the certificate must have one; none: the host's.")
            List<Domain> tlsNames,

            @Key(
                    meaning =
                            "The name to authenticate with there: SCRAM, PLAIN or LOGIN, whatever is best of what it offers.")
            Optional<String> user,

            @Key(meaning = "The password to it; `file:` or `env:` to keep it elsewhere.")
            Optional<Reference> password,

            @Key(
                    fallback = "false",
                    meaning = "Whether the password may be sent over a connection without TLS. Without it, mail waits"
                            + " rather than that.")
            boolean authInClear) {
        public RouteRule {
            tlsNames = List.copyOf(tlsNames);
        }
    }

    public record User(
            @Key(meaning = "The name to authenticate with.") String name,

            @Key(
                    meaning =
                            "`argon2id:…` as `postrider user hash` prints it, or `plain:…`, which warns at start; `file:`"
                                    + " or `env:` to keep it elsewhere. None: it authenticates by certificate or token.")
            Optional<Reference> password,

            @Key(
                    fallback = "[]",
                    meaning =
                            "What SCRAM needs beside an `argon2id:` password, as `postrider user hash --scram` prints it.")
            List<String> scram,

            @Key(fallback = "[]", meaning = "Domains and addresses it may send as, beside its own name; `*` for any.")
            List<String> sendAs,

            @Key(
                    fallback = "[]",
                    meaning =
                            "SHA-256 fingerprints of certificates that it authenticates with by EXTERNAL, hexadecimal,"
                                    + " colons allowed. Certificates with its name among their alternative names do, too.")
            List<String> certificates,

            @Key(meaning = "What of `[quota.user]` differs for it.")
            Optional<UserQuota> quota) {
        public User {
            scram = List.copyOf(scram);
            sendAs = List.copyOf(sendAs);
            certificates = List.copyOf(certificates);
        }
    }

    public record Proxy(
            @Key(fallback = "[]", meaning = "Where PROXY headers are believed from.")
            List<Network> networks) {
        public Proxy {
            networks = List.copyOf(networks);
        }
    }

    public record Retry(
            @Key(
                    fallback = "[\"1m\", \"5m\", \"15m\", \"30m\", \"1h\", \"2h\", \"4h\"]",
                    meaning = "The wait after each failed attempt; the last repeats. Spread by up to a tenth.")
            List<Duration> schedule,

            @Key(fallback = "\"5d\"", meaning = "How long a message is tried; then it goes back to its sender.")
            Duration lifetime,

            @Key(
                    fallback = "\"4h\"",
                    off = true,
                    meaning = "After how long its sender is told once that it is late; never where that is beyond the"
                            + " lifetime.")
            Optional<Duration> delayNotice) {
        public Retry {
            schedule = List.copyOf(schedule);
        }
    }

    public record Spool(
            @Key(
                    fallback = "\"64 MiB\"",
                    min = 1L << 20,
                    meaning = "The size of a segment, filled with zeros beforehand and used again.")
            Size segmentSize,

            @Key(fallback = "\"256 KiB\"", min = 1L << 10, meaning = "Content beyond this goes to a file of its own.")
            Size largeContent,

            @Key(
                    fallback = "\"off\"",
                    off = true,
                    min = 1L << 20,
                    meaning = "The most that accepted mail may take; then 452 4.3.1 to new mail.")
            Size sizeMax,

            @Key(
                    fallback = "\"256 MiB\"",
                    min = 0,
                    meaning = "The part of `size-max` that is kept back for dispositions and bounces; less than"
                            + " `size-max`.")
            Size reserve,

            @Key(
                    fallback = "\"256 MiB\"",
                    min = 0,
                    meaning = "The disk space that new mail leaves free on the file system; then 452 4.3.1.")
            Size freeMin,

            @Key(fallback = "\"0s\"", min = 0, meaning = "For tests: makes each sync slower.")
            Duration syncDelay) {}

    public record Log(
            @Key(
                    meaning =
                            "The file of the mail log, a JSON line for each event, relative to the configuration file;"
                                    + " none: `mail.log` in the data directory.")
            Optional<Path> mailLog) {}
}
