package org.postrider.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.Network;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.TlsRequirement;

/**
 * What is judged, and what comes of it.
 *
 * @param enforce false: judge all, refuse nothing
 * @param header whether accepted messages tell their findings in a field
 * @param stage when what is known of a client is held against it; the recipient's stage keeps postmaster reachable
 * @param order of the checks: the first that refuses has the word, the score counts what stands before it
 * @param patience how long a decision waits for look-ups, from their start on
 * @param host our own name, which no client can have
 * @param localDomains whose mail ends here
 */
public record PolicySettings(
        boolean enforce,
        boolean header,
        Stage stage,
        List<Check> order,
        Duration patience,
        Domain host,
        Set<Domain> localDomains,
        Scores scores,
        List<ClientRule> clients,
        List<DnsList> lists,
        Response reverseName,
        Helo helo,
        Sender sender,
        Map<Domain, Recipients> recipients,
        CallForward callForward,
        Greylist greylist,
        Rates rates,
        Tarpit tarpit) {

    /** Looks at what costs nothing, and refuses only senders whose domain cannot have sent the mail. */
    public static final PolicySettings DEFAULT = new PolicySettings(
            true,
            true,
            Stage.RECIPIENT,
            Check.ORDER,
            Duration.ofSeconds(5),
            new Domain("localhost"),
            Set.of(),
            Scores.OFF,
            List.of(),
            List.of(),
            Response.TAG,
            new Helo(Response.TAG, false),
            new Sender(Response.REJECT, Response.REJECT, Response.DEFER),
            Map.of(),
            CallForward.DEFAULT,
            Greylist.OFF,
            Rates.OFF,
            Tarpit.OFF);

    public PolicySettings {
        order = complete(order);
        localDomains = Set.copyOf(localDomains);
        clients = List.copyOf(clients);
        lists = List.copyOf(lists);
        recipients = Map.copyOf(recipients);
        if (!patience.isPositive()) {
            throw new IllegalArgumentException("patience of " + patience);
        }
    }

    /** Checks that are not named come behind those that are, in the usual order. */
    private static List<Check> complete(List<Check> named) {
        List<Check> all = new ArrayList<>(named.stream().distinct().toList());
        Check.ORDER.stream().filter(check -> !all.contains(check)).forEach(all::add);
        all.remove(Check.RATE);
        return List.copyOf(all);
    }

    /**
     * From which score on mail is refused; {@link #NEVER} for none.
     */
    public record Scores(int deferAt, int rejectAt) {
        public static final int NEVER = Integer.MAX_VALUE;
        public static final Scores OFF = new Scores(NEVER, NEVER);
    }

    /**
     * An address list of the operator's own; the first that holds a client decides.
     *
     * @param allow whether its clients are spared what spares friends
     * @param response what its other clients get
     * @param text of the reply; {@code null} for the usual words
     */
    public record ClientRule(
            NetworkSet networks,
            boolean allow,
            Response response,
            @Nullable String text) {}

    /**
     * A DNS list (RFC 5782).
     *
     * @param good whether it lists clients to be trusted
     * @param codes the answers that count as listed
     * @param response what a listed client gets
     * @param befriends whether listed clients are spared the checks behind this one
     * @param text of the reply, {@code null} for the usual words; {@code {client}} and {@code {reason}} in it are replaced
     */
    public record DnsList(
            Domain zone,
            boolean good,
            List<Network> codes,
            Response response,
            boolean befriends,
            @Nullable String text) {
        public DnsList {
            codes = List.copyOf(codes);
        }

        /** Whether an answer says that a client is listed. */
        boolean counts(InetAddress code) {
            return codes.stream().anyMatch(network -> network.contains(code));
        }
    }

    /**
     * @param mustResolve whether a name that the DNS does not know counts as a fault
     */
    public record Helo(Response response, boolean mustResolve) {}

    /**
     * @param missing for domains that do not exist, or have neither MX nor address
     * @param nullMx for domains that say they take no mail
     * @param failing where it cannot be found out; never for good
     */
    public record Sender(Response missing, Response nullMx, Response failing) {}

    /**
     * Who exists in a domain.
     *
     * @param names local parts in lower case
     * @param anybody whether all others exist, too
     * @param delimiter what separates a detail from a local part, as in {@code user+detail}; {@code null} for none
     * @param ask the server to be asked about others, {@code null} for none
     */
    public record Recipients(
            Set<String> names,
            boolean anybody,
            @Nullable Character delimiter,
            @Nullable NextHop ask) {
        public static final Recipients ANYBODY = new Recipients(Set.of(), true, null, null);

        public Recipients {
            names = Set.copyOf(names);
        }
    }

    /**
     * A server that knows its recipients.
     *
     * @param tls what must hold of a connection before it is told an address; {@code May} goes in clear where TLS breaks
     */
    public record NextHop(Protocol protocol, MailHost host, int port, TlsRequirement tls) {}

    /**
     * Asking a server about recipients.
     *
     * @param patience for one question
     * @param known how long a yes is believed; beyond that while the server does not answer
     * @param unknown how long a no is believed
     * @param entriesMax answers kept
     */
    public record CallForward(Duration patience, Duration known, Duration unknown, int entriesMax) {
        public static final CallForward DEFAULT =
                new CallForward(Duration.ofSeconds(10), Duration.ofHours(6), Duration.ofMinutes(5), 50_000);
    }

    /**
     * Greylisting (RFC 6647).
     *
     * @param action OFF, TAG or DEFER
     * @param onlySuspects whether only clients are delayed that another check has found something against
     * @param delay how long a new triplet has to wait
     * @param window how long it may then come back
     * @param lifetime how long what has passed is remembered since its last use
     * @param allowAfter how many triplets of a client must have passed before the client is allowed as such; empty for never
     */
    public record Greylist(
            Action action,
            boolean onlySuspects,
            Duration delay,
            Duration window,
            Duration lifetime,
            Optional<Integer> allowAfter) {
        public static final Greylist OFF = new Greylist(
                Action.OFF, false, Duration.ofMinutes(5), Duration.ofDays(2), Duration.ofDays(36), Optional.of(5));

        public boolean isOff() {
            return action == Action.OFF;
        }
    }

    /**
     * How often one client may come: so many at once, refilled evenly over the period. A network of a /24 or /64 may come
     * {@code networkFactor} times as often.
     *
     * @param response DEFER, REJECT, TAG or SCORE; the score does not count it
     */
    public record Rates(List<Rate> all, int networkFactor, Response response) {
        public static final Rates OFF = new Rates(List.of(), 5, Response.DEFER);

        public Rates {
            all = List.copyOf(all);
            if (networkFactor < 1) {
                throw new IllegalArgumentException("network factor " + networkFactor);
            }
        }
    }

    /** What rates count. */
    public enum Counted {
        CONNECTIONS,
        MESSAGES,
        RECIPIENTS
    }

    public record Rate(Counted counted, int max, Duration period) {
        public Rate {
            if (max < 1 || !period.isPositive()) {
                throw new IllegalArgumentException(max + " in " + period);
            }
        }
    }

    /**
     * Slow replies to those who are refused.
     *
     * @param delay before the first refusal's reply; the next ones take that much longer each
     * @param delayMax the longest
     * @param sleepersMax sessions that are slowed down at once; the others get their reply at once
     */
    public record Tarpit(Duration delay, Duration delayMax, int sleepersMax) {
        public static final Tarpit OFF = new Tarpit(Duration.ZERO, Duration.ofSeconds(20), 500);
    }
}
