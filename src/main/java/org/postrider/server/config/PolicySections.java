package org.postrider.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mail.Network;

/** The sections of {@link Configuration} that say how mail from strangers is judged. */
public final class PolicySections {
    private PolicySections() {}

    /** What happens where a check finds something. */
    public enum Action {
        OFF,
        TAG,
        SCORE,
        DEFER,
        REJECT
    }

    /** When what is known of a client is held against it. */
    public enum Stage {
        CONNECT,
        GREETING,
        SENDER,
        RECIPIENT
    }

    /** The checks that can be ordered. */
    public enum Check {
        CLIENT,
        EARLY_TALK,
        DNSWL,
        DNSBL,
        REVERSE_NAME,
        HELO,
        SENDER,
        SCORE,
        RECIPIENT,
        GREYLIST
    }

    /** What an address list does with its clients. */
    public enum ClientAction {
        ALLOW,
        TAG,
        SCORE,
        DEFER,
        REJECT
    }

    public enum ListKind {
        BLOCK,
        ALLOW
    }

    /** What a DNS list does with the clients it lists. */
    public enum ListAction {
        TAG,
        SCORE,
        DEFER,
        REJECT,
        SPARE
    }

    /** Who is greylisted. */
    public enum GreylistAction {
        OFF,
        TAG,
        DEFER
    }

    public record Policy(
            @Key(fallback = "true", meaning = "`false`: judge and note the verdicts, reject nothing.")
            boolean enforce,

            @Key(
                    fallback = "true",
                    meaning =
                            "Whether accepted mail tells what was found in a `Postrider-Policy` field. The first one in a"
                                    + " message is ours.")
            boolean header,

            @Key(
                    fallback = "\"recipient\"",
                    meaning = "From when on what is known of a client is held against it. `recipient` keeps postmaster"
                            + " reachable and lets the log name who did not get mail; `connect` is cheapest.")
            Stage stage,

            @Key(
                    fallback =
                            "[\"client\", \"early-talk\", \"dnswl\", \"dnsbl\", \"reverse-name\", \"helo\", \"sender\", \"score\", \"recipient\", \"greylist\"]",
                    meaning =
                            "The order of the checks: the first that refuses has the word, and `score` adds up what stands"
                                    + " before it. Those that are not named follow behind.")
            List<Check> order,

            @Key(
                    fallback = "\"5s\"",
                    meaning = "How long a decision waits for look-ups, which run side by side, from their start on.")
            Duration patience,

            @Key(fallback = "\"off\"", off = true, meaning = "The score from which on mail is answered with 450 4.7.1.")
            Limit deferScore,

            @Key(fallback = "\"off\"", off = true, meaning = "The score from which on mail is answered with 550 5.7.1.")
            Limit rejectScore) {
        public Policy {
            order = List.copyOf(order);
        }
    }

    public record Client(
            @Key(fallback = "[]", meaning = "Addresses and networks.")
            List<Network> networks,

            @Key(meaning = "A file with more of them, one a line, `#` before remarks; read at start and at reload.")
            Optional<ListFile> file,

            @Key(
                    meaning =
                            "`allow` spares them every check but those on recipients; or `tag`, `score`, `defer`, `reject`"
                                    + " (554 5.7.1).")
            ClientAction action,

            @Key(fallback = "0", min = -1000, max = 1000, meaning = "What `score` adds.")
            int weight,

            @Key(meaning = "The reply's text; `{client}` in it is the address.")
            Optional<String> reply) {
        public Client {
            networks = List.copyOf(networks);
        }
    }

    public record DnsList(
            @Key(meaning = "The list's zone, such as `zen.spamhaus.org`.")
            Domain zone,

            @Key(fallback = "\"block\"", meaning = "Whether it lists bad clients or, with `allow`, good ones.")
            ListKind kind,

            @Key(
                    fallback = "[\"127.0.0.2/31\", \"127.0.0.4/30\", \"127.0.0.8/29\"]",
                    meaning = "The answers that count as listed; the list's own pages explain them.")
            List<Network> codes,

            @Key(
                    meaning =
                            "`tag`, `score`, `defer` or `reject` (554 5.7.1), which is usual for `block`; `spare` (the checks"
                                    + " behind it), which is usual for `allow`.")
            Optional<ListAction> action,

            @Key(
                    fallback = "0",
                    min = -1000,
                    max = 1000,
                    meaning = "What `score` adds; below zero it speaks for the client.")
            int weight,

            @Key(
                    meaning =
                            "The reply's text; `{client}` in it is the address, `{reason}` what the list says in its TXT"
                                    + " record.")
            Optional<String> reply) {
        public DnsList {
            codes = List.copyOf(codes);
        }
    }

    public record ReverseName(
            @Key(
                    fallback = "\"tag\"",
                    meaning = "For clients whose address has no name, or none that leads back to it: 550 5.7.25.")
            Action action,

            @Key(fallback = "0", min = -1000, max = 1000, meaning = "What `score` adds.")
            int weight) {}

    public record Helo(
            @Key(
                    fallback = "\"tag\"",
                    meaning =
                            "For names that are not fully qualified (504 5.5.2), no host names (501 5.5.2), or not the"
                                    + " client's: ours, another address (550 5.7.1).")
            Action action,

            @Key(fallback = "0", min = -1000, max = 1000, meaning = "What `score` adds.")
            int weight,

            @Key(fallback = "false", meaning = "Whether a name that the DNS does not know is wrong, too.")
            boolean mustResolve) {}

    public record Sender(
            @Key(
                    fallback = "\"reject\"",
                    meaning = "For domains that do not exist or have neither MX nor address: 550 5.1.8.")
            Action missingDomain,

            @Key(
                    fallback = "\"reject\"",
                    meaning = "For domains that say with a null MX that they take no mail: 550 5.7.27 (RFC 7505).")
            Action nullMx,

            @Key(
                    fallback = "\"tag\"",
                    meaning = "Where it cannot be found out; `defer`: 451 4.4.3. Never refused for good.")
            Action lookupFailure,

            @Key(fallback = "0", min = -1000, max = 1000, meaning = "What `score` adds.")
            int weight) {}

    public record CallForward(
            @Key(fallback = "\"10s\"", meaning = "How long one question may take.")
            Duration timeout,

            @Key(
                    fallback = "\"6h\"",
                    meaning = "How long a yes is believed; beyond that as long as the server does not answer.")
            Duration positiveTtl,

            @Key(fallback = "\"5m\"", meaning = "How long a no is believed.")
            Duration negativeTtl,

            @Key(fallback = "50000", max = 10_000_000, meaning = "Answers kept in memory.")
            int entries) {}

    public record Greylist(
            @Key(fallback = "\"off\"", meaning = "For what has not come before: `defer` is 450 4.7.1.")
            GreylistAction action,

            @Key(
                    fallback = "false",
                    meaning = "Whether only those are delayed that another check has found something against.")
            boolean onlySuspects,

            @Key(
                    fallback = "\"5m\"",
                    meaning =
                            "How long a client (its /24 or /64), sender and recipient that are new together have to wait.")
            Duration delay,

            @Key(fallback = "\"2d\"", meaning = "How long they may come back after that.")
            Duration window,

            @Key(fallback = "\"36d\"", meaning = "How long what has passed is remembered after its last use.")
            Duration lifetime,

            @Key(
                    fallback = "5",
                    off = true,
                    meaning = "After how many that came back a client is no longer delayed at all.")
            Limit allowAfter) {}

    public record Rate(
            @Key(fallback = "\"defer\"", meaning = "450 4.7.28, or 421 to a connection; `reject` is 550 5.7.28.")
            Action action,

            @Key(fallback = "\"off\"", off = true, meaning = "From one address.")
            Limit connectionsPerMinute,

            @Key(fallback = "\"off\"", off = true, meaning = "From one address.")
            Limit connectionsPerHour,

            @Key(fallback = "\"off\"", off = true, meaning = "From one address.")
            Limit messagesPerMinute,

            @Key(fallback = "\"off\"", off = true, meaning = "From one address.")
            Limit messagesPerHour,

            @Key(fallback = "\"off\"", off = true, meaning = "From one address, refused ones among them.")
            Limit recipientsPerMinute,

            @Key(fallback = "\"off\"", off = true, meaning = "From one address, refused ones among them.")
            Limit recipientsPerHour,

            @Key(fallback = "5", max = 1_000, meaning = "How many times as much may come from one /24 or /64.")
            int networkFactor) {}

    public record Tarpit(
            @Key(
                    fallback = "\"0s\"",
                    min = 0,
                    meaning = "How much longer each negative reply of a session takes than the one before.")
            Duration delay,

            @Key(fallback = "\"20s\"", meaning = "The longest.")
            Duration delayMax,

            @Key(
                    fallback = "500",
                    max = 100_000,
                    meaning = "Sessions that are slowed down at once. Nobody is while the server is under stress.")
            int sessions) {}
}
