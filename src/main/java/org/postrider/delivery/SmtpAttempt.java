package org.postrider.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.ConnectionPool.Pooled;
import org.postrider.dns.Resolver;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.MailHost;
import org.postrider.mail.Reply;
import org.postrider.queue.Outcome;
import org.postrider.queue.Outcome.Pushback;
import org.postrider.queue.Outcome.Result;
import org.postrider.queue.Site;
import org.postrider.smtp.client.ClientCredentials;
import org.postrider.smtp.client.ClientSettings;
import org.postrider.smtp.client.ClientTls;
import org.postrider.smtp.client.Dial;
import org.postrider.smtp.client.Opening;
import org.postrider.smtp.client.Opening.TlsTrouble;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.SmtpConnection;
import org.postrider.smtp.client.TlsRequirement;
import org.postrider.smtp.client.TlsSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt over SMTP or LMTP: a pooled connection if there is one, else the site's hosts in their order, each
 * address by address, until one takes the message or says no for good.
 *
 * <p>Thread: confined.
 */
final class SmtpAttempt {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpAttempt.class);
    /** How long a server with a broken STARTTLS is spoken to in clear without asking it again. */
    private static final Duration BROKEN_TLS_REMEMBERED = Duration.ofMinutes(30);

    private final Way way;
    private final Handover handover;
    private final Security security;
    private final Tools tools;
    private final DeliverySettings settings;
    private int dialled;
    private @Nullable String remote;
    private Diagnosis last = Diagnosis.local("4.4.4", "the site has no host");
    /** Set where the best host, before which none was dialled or passed over, is ourselves. */
    private @Nullable Diagnosis loop;
    /** Whether all that was heard so far is that hosts take no mail at all. */
    private boolean onlyNoMail = true;
    /** Whether something was dialled or passed over. */
    private boolean tried;
    /** The TLS of the connection that was spoken over last. */
    private @Nullable String tls;
    /** What kept a host from meeting the TLS policy. */
    private @Nullable Diagnosis tlsTrouble;
    /** Where a server did not take our password. */
    private @Nullable Diagnosis authTrouble;

    /**
     * Whom to dial, from where and as whom.
     *
     * @param credentials with what to authenticate, {@code null} for not at all
     */
    record Way(
            Site site,
            String source,
            Servers servers,
            @Nullable ClientCredentials credentials) {}

    /**
     * @param hosts in the order to be tried; asked for only where a connection must be made
     * @param explicit whether an operator named the host
     */
    record Servers(Protocol protocol, Supplier<List<MailHost>> hosts, int port, boolean explicit) {}

    /**
     * What attempts share.
     *
     * @param brokenTls servers that offer STARTTLS and cannot do it
     */
    record Tools(
            Resolver resolver,
            ConnectionPool pool,
            ClientTls tls,
            ExpiringMap<InetSocketAddress, Boolean> brokenTls,
            LongSupplier nanoTime) {}

    /** What must hold of a connection for this message, and who hears whether it did. */
    record Security(MessageTls demands, TlsWitness witness) {}

    private enum Next {
        NONE,
        ADDRESS,
        HOST
    }

    SmtpAttempt(Way way, Handover handover, Security security, Tools tools, DeliverySettings settings) {
        this.way = way;
        this.handover = handover;
        this.security = security;
        this.tools = tools;
        this.settings = settings;
    }

    /** The server that was spoken to last. */
    @Nullable
    String remote() {
        return remote;
    }

    /**
     * Version, cipher and verdict of the connection that was spoken over last, and the policy behind it; {@code null} for
     * clear text.
     */
    @Nullable
    String tls() {
        return tls;
    }

    Outcome run() {
        Optional<Pooled> pooled = pooled();
        // What breaks or says 421 on an old connection is tried once more on a new one.
        if (pooled.isEmpty() || converse(pooled.get()) != Next.NONE) {
            dialHosts();
        }
        return outcome();
    }

    /** A connection from the pool, that meets what is required now: the policy may have changed since. */
    private Optional<Pooled> pooled() {
        while (true) {
            Optional<Pooled> pooled = tools.pool.take(key());
            if (pooled.isEmpty()) {
                return pooled;
            }
            SmtpConnection connection = pooled.get().connection();
            Dial dial = connection.dial();
            boolean meets = security.demands.demand(dial.serverName()) instanceof TlsDemand.Requires demand
                    && tools.tls.meets(connection, requirement(demand, dial.address()));
            if (meets) {
                return pooled;
            }
            tools.pool.end(connection);
        }
    }

    private TlsRequirement requirement(TlsDemand.Requires demand, InetSocketAddress address) {
        TlsRequirement required = demand.requirement();
        return switch (required) {
            case TlsRequirement.None _, TlsRequirement.Encrypt _, TlsRequirement.Verify _, TlsRequirement.Dane _ ->
                required;
            case TlsRequirement.May _ -> {
                if (way.credentials != null && !way.credentials.inClear()) {
                    yield new TlsRequirement.Encrypt();
                }
                yield tools.brokenTls.find(address).isPresent() ? new TlsRequirement.None() : required;
            }
        };
    }

    private ConnectionPool.Key key() {
        return new ConnectionPool.Key(way.site, way.source);
    }

    private void dialHosts() {
        for (MailHost host : way.servers.hosts().get()) {
            HostAddresses found =
                    HostAddresses.of(host, way.servers.port(), way.servers.explicit(), tools.resolver, settings);
            switch (found) {
                case HostAddresses.Usable(var addresses, var _) -> {
                    if (approach(host, addresses) == Next.NONE) {
                        return;
                    }
                }
                case HostAddresses.Own _ -> {
                    // Hosts after this one are no better than we are; those before it may answer another time.
                    if (!tried) {
                        loop = Diagnosis.local("5.4.6", host.text() + " is one of our own listeners: mail would loop");
                    }
                    return;
                }
                case HostAddresses.Forbidden(var example, var _) ->
                    passOver("4.4.4", host.text() + " has no public address, only such as " + Addresses.text(example));
                case HostAddresses.None _ -> passOver("4.4.4", host.text() + " has no address");
                case HostAddresses.Failed(var detail) -> passOver("4.4.3", "the DNS does not answer now: " + detail);
            }
        }
    }

    private void passOver(String status, String summary) {
        last = Diagnosis.local(status, summary);
        onlyNoMail = false;
        tried = true;
    }

    private Next approach(MailHost host, List<InetAddress> addresses) {
        String name = Addresses.serverName(host);
        return switch (security.demands.demand(name)) {
            case TlsDemand.Requires demand -> dial(host, addresses, demand);
            case TlsDemand.Refuses refuses -> {
                passOver("4.7.5", refuses.what());
                tlsTrouble = last;
                security.witness.passedOver(refuses, name);
                yield Next.HOST;
            }
        };
    }

    private Next dial(MailHost host, List<InetAddress> addresses, TlsDemand.Requires demand) {
        int count = Math.min(addresses.size(), settings.addressesPerHostMax());
        for (int i = 0; i < count; i++) {
            if (dialled == settings.addressesMax()) {
                onlyNoMail = false;
                return Next.NONE;
            }
            boolean otherFamilyLeft = i + 1 < count
                    && addresses.get(i + 1).getClass() != addresses.get(i).getClass();
            Next next = dial(host, addresses.get(i), otherFamilyLeft, demand);
            if (next != Next.ADDRESS) {
                return next;
            }
        }
        return Next.HOST;
    }

    private Next dial(MailHost host, InetAddress address, boolean otherFamilyLeft, TlsDemand.Requires demand) {
        dialled++;
        tried = true;
        EgressSource source = settings.source(way.source);
        boolean sameFamily = source.bind() == null || source.bind().getClass() == address.getClass();
        String name = Addresses.serverName(host);
        InetSocketAddress to = new InetSocketAddress(address, way.servers.port());
        Dial dial = new Dial(
                to,
                name,
                sameFamily ? source.bind() : null,
                source.heloName(),
                way.servers.protocol(),
                requirement(demand, to),
                way.credentials);
        remote = dial.remote();
        tls = null;
        long began = tools.nanoTime.getAsLong();
        return switch (open(dial, otherFamilyLeft)) {
            case Opening.Ready(var connection) -> {
                security.witness.met(demand, connection);
                yield converse(connection, began, demand.basis());
            }
            case Opening.Rejected(var reply, var stage) -> rejected(reply, stage.words());
            case Opening.TlsFailed failed -> {
                security.witness.unmet(demand, dial, failed);
                yield tlsFailed(failed.trouble(), failed.reply(), failed.what());
            }
            case Opening.AuthFailed(var reply, var session, var what) -> authFailed(reply, session, what);
            case Opening.Failed(var failure, var stage, var what) -> {
                last = Replies.broken(failure, stage, what, remote);
                onlyNoMail = false;
                yield Next.ADDRESS;
            }
        };
    }

    /**
     * Dials; where TLS is not required and breaks, once more in clear. A server whose STARTTLS is broken is remembered for a
     * while, so that not each message pays for it.
     */
    private Opening open(Dial dial, boolean otherFamilyLeft) {
        ClientSettings client = otherFamilyLeft ? hasty() : settings.client();
        Opening opening = SmtpConnection.open(dial, client, tools.tls);
        boolean again = opening instanceof Opening.TlsFailed
                && dial.tls() instanceof TlsRequirement.May
                && dial.protocol() != Protocol.SMTPS;
        if (!again) {
            return opening;
        }
        LOG.info("TLS is optional and broke: {}; once more in clear", ((Opening.TlsFailed) opening).what());
        Opening inClear = SmtpConnection.open(dial.in(new TlsRequirement.None()), client, tools.tls);
        if (inClear instanceof Opening.Ready) {
            tools.brokenTls.put(dial.address(), true, BROKEN_TLS_REMEMBERED);
        }
        return inClear;
    }

    private Next tlsFailed(TlsTrouble trouble, @Nullable Reply reply, String what) {
        String status = switch (trouble) {
            case NOT_OFFERED, REFUSED -> "4.7.4";
            case HANDSHAKE, CERTIFICATE -> "4.7.5";
        };
        last = new Diagnosis(EnhancedStatus.of(status), reply, remote, what);
        tlsTrouble = last;
        onlyNoMail = false;
        return Next.ADDRESS;
    }

    /** Other addresses would not take the password either, and some servers lock a user out who tries too often. */
    private Next authFailed(@Nullable Reply reply, @Nullable TlsSession session, String what) {
        last = new Diagnosis(EnhancedStatus.of("4.7.8"), reply, remote, what);
        authTrouble = last;
        tls = session == null ? null : session.text();
        onlyNoMail = false;
        LOG.error(
                "ALARM: AUTH failed for site {}: {}",
                way.site.name(),
                what + (reply == null ? "" : ": " + reply.text()));
        return Next.NONE;
    }

    /** A host with both kinds of addresses is often reachable by one of them only: we do not wait long to find out. */
    private ClientSettings hasty() {
        ClientSettings client = settings.client();
        return client.withConnect(HostAddresses.least(client.connect(), settings.fallbackConnect()));
    }

    /**
     * A refusal of the session says nothing of the recipients, so that even a 5yz is no more than this host's word for now;
     * but 521 means a host that never takes mail (RFC 7504 §3): where all hosts are such, the mail has nowhere to go.
     */
    private Next rejected(Reply reply, String stage) {
        boolean noMail = reply.code() == 521;
        onlyNoMail &= noMail;
        last = new Diagnosis(
                Replies.status(reply, noMail ? 5 : 4), reply, remote, remote + " refused the session (" + stage + ")");
        return noMail ? Next.HOST : Next.ADDRESS;
    }

    private Next converse(Pooled pooled) {
        SmtpConnection connection = pooled.connection();
        TlsDemand.Basis basis =
                security.demands.demand(connection.dial().serverName()).basis();
        return converse(connection, pooled.dialledNanos(), basis);
    }

    private Next converse(SmtpConnection connection, long dialledNanos, TlsDemand.Basis basis) {
        remote = connection.dial().remote();
        tls = connection.tls().map(session -> session.text() + basis.suffix()).orElse(null);
        onlyNoMail = false;
        tried = true;
        try {
            handover.run(connection);
        } catch (Throwable error) {
            tools.pool.end(connection);
            throw error;
        }
        Dial dial = connection.dial();
        if (dial.tls() instanceof TlsRequirement.None
                && tools.brokenTls.find(dial.address()).isPresent()
                && handover.putOffForTls(dial.remote())) {
            // Its STARTTLS is tried again with the next message: it may have been mended.
            tools.brokenTls.remove(dial.address());
        }
        last = handover.breakage().orElse(last);
        tools.pool.giveBack(key(), connection, dialledNanos);
        return handover.isDone() ? Next.NONE : Next.ADDRESS;
    }

    private Outcome outcome() {
        Optional<Diagnosis> contentFailure = handover.contentFailure();
        if (contentFailure.isPresent() && !handover.isBegun()) {
            return new Outcome.NotTried(contentFailure.get());
        }
        if (handover.isBegun()) {
            return Handover.answered(handover.results(contentFailure.orElse(last)));
        }
        if (tlsTrouble != null && security.demands.isRequired()) {
            // RFC 8689 §4.2.1: without TLS as it has to be, the message goes back, and does not wait.
            Diagnosis refused = new Diagnosis(
                    EnhancedStatus.of("5.7.10"), tlsTrouble.reply(), tlsTrouble.remote(), tlsTrouble.summary());
            return all(new Result.Refused(refused), Pushback.NONE);
        }
        if (loop != null) {
            return all(new Result.Refused(loop), Pushback.NONE);
        }
        if (authTrouble != null) {
            // Nothing that the site's speed could change, and nothing to try often.
            return new Outcome.Unreachable(authTrouble);
        }
        if (tlsTrouble != null) {
            return new Outcome.TlsRefused(tlsTrouble);
        }
        Reply reply = last.reply();
        if (onlyNoMail && reply != null) {
            return all(new Result.Refused(last), Pushback.NONE);
        }
        // A server that is merely closing is unreachable; one that speaks of rates is there, and wants fewer of us.
        boolean slower = reply != null && Replies.asksForSlower(reply);
        return slower
                ? all(new Result.Deferred(inClassFour(last)), Pushback.SLOW_DOWN)
                : new Outcome.Unreachable(inClassFour(last));
    }

    private static Diagnosis inClassFour(Diagnosis diagnosis) {
        EnhancedStatus status = diagnosis.status().inClass(4);
        return new Diagnosis(status, diagnosis.reply(), diagnosis.remote(), diagnosis.summary());
    }

    private Outcome all(Result result, Pushback pushback) {
        List<Result> results =
                handover.results(result.diagnosis()).stream().map(_ -> result).toList();
        return new Outcome.Answered(results, pushback);
    }
}
